//===- AstBuilder.h - From the parse tree to the AST ----------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/parse/Tokens.h"

#include "CircParser.h"

namespace circ::parse {

/// Builds the AST of a file whose parse tree has no errors.
class AstBuilder {
public:
  using P = grammar::CircParser;

  AstBuilder(FileId file, const Positions &positions, const std::map<size_t, std::string> &docs,
             DiagnosticEngine &diagnostics)
      : file(file), positions(positions), docs(docs), diagnostics(diagnostics) {}

  void build(P::ModuleContext *tree, ast::Module &module);

private:
  // BuildItems.cpp
  void buildItem(P::ItemContext *tree, ast::Module &module);
  void buildGate(P::GateItemContext *tree, ast::Module &module);
  std::vector<ast::Parameter> buildParameters(P::ParametersContext *tree);
  std::vector<ast::ResultSyntax> buildResults(P::ResultsContext *tree);
  ast::TypeSyntax buildType(P::TypeContext *tree);
  std::string docOf(antlr4::ParserRuleContext *tree) const;

  // BuildStatements.cpp
  ast::StmtList buildBody(P::BlockContext *tree);
  ast::StmtPtr buildCompound(P::CompoundContext *tree);
  bool buildTarget(P::ExprContext *tree, ast::AssignStmt &assign);
  ast::StmtPtr buildAssign(P::ExpressionStatementContext *tree);
  ast::StmtPtr buildSimple(P::SimpleContext *tree);
  ast::StmtPtr buildAnnotated(P::AnnotatedContext *tree);
  ast::ExprPtr blockValue(P::BlockContext *tree);
  ast::ExprPtr ifValue(P::IfStatementContext *tree);
  ast::Range buildRange(P::RangeContext *tree);

  // BuildExpressions.cpp
  ast::ExprPtr buildExpr(P::ExprContext *tree);
  ast::ExprPtr buildBinary(P::BinaryExprContext *tree);
  ast::ExprPtr buildCall(P::CallExprContext *tree);
  ast::ExprPtr buildDerivative(P::CallExprContext *tree, P::CallExprContext *which);
  std::unique_ptr<ast::DerivativeExpr> buildDerivativeOf(P::CallExprContext *which);
  std::string calleeName(P::ExprContext *callee);
  ast::ExprPtr buildReduction(P::CallExprContext *tree);
  void reportSemicolon(P::CallExprContext *tree);
  ast::ExprPtr buildArray(P::ArrayExprContext *tree);
  ast::ExprPtr buildChoice(P::ChoiceContext *tree);
  ast::ExprPtr buildNumber(antlr4::Token *token, bool integer);
  std::vector<ast::Argument> buildArguments(P::ArgumentsContext *tree);
  std::vector<ast::Subscript> buildSubscripts(P::SubscriptsContext *tree);
  std::vector<ast::ForClause> buildClauses(P::ClausesContext *tree);

  SourceRange rangeOf(antlr4::ParserRuleContext *tree) const;
  SourceRange rangeOf(antlr4::Token *token) const;
  ast::VariablePtr variable(P::NameContext *tree, ast::Variable::Kind kind) const;
  /// The contents of a string literal, escapes resolved.
  static std::string unquoted(const std::string &literal);
  template <typename Node> std::unique_ptr<Node> at(antlr4::ParserRuleContext *tree) const {
    auto node = std::make_unique<Node>();
    node->range = rangeOf(tree);
    return node;
  }

  FileId file;
  const Positions &positions;
  const std::map<size_t, std::string> &docs;
  DiagnosticEngine &diagnostics;
};

} // namespace circ::parse
