//===- BuildStatements.cpp - Statements of the AST ------------------------===//

#include "compiler/parse/AstBuilder.h"

namespace circ::parse {

using L = grammar::CircLexer;

/// The statements of a block in their order.
static std::vector<antlr4::ParserRuleContext *> statementsOf(AstBuilder::P::BlockContext *tree) {
  std::vector<antlr4::ParserRuleContext *> statements;
  for (antlr4::tree::ParseTree *child : tree->children)
    if (auto *one = dynamic_cast<antlr4::ParserRuleContext *>(child))
      if (!dynamic_cast<AstBuilder::P::SepContext *>(one))
        statements.push_back(one);
  return statements;
}

ast::StmtList AstBuilder::buildBody(P::BlockContext *tree) {
  ast::StmtList body;
  for (antlr4::ParserRuleContext *one : statementsOf(tree)) {
    if (auto *compound = dynamic_cast<P::CompoundContext *>(one))
      body.push_back(buildCompound(compound));
    else
      body.push_back(buildSimple(static_cast<P::SimpleContext *>(one)));
  }
  return body;
}

/// A block in value position: its last statement must be an expression, or an
/// `if` that is one.
ast::ExprPtr AstBuilder::blockValue(P::BlockContext *tree) {
  auto block = at<ast::BlockExpr>(tree);
  std::vector<antlr4::ParserRuleContext *> statements = statementsOf(tree);
  for (size_t i = 0; i < statements.size(); ++i) {
    bool last = i + 1 == statements.size();
    if (auto *value = dynamic_cast<P::ExpressionStatementContext *>(statements[i]);
        last && value && !value->op)
      block->value = buildExpr(value->expr(0));
    else if (auto *choice = dynamic_cast<P::IfStatementContext *>(statements[i]);
             last && choice && choice->ELSE())
      block->value = ifValue(choice);
    else if (auto *compound = dynamic_cast<P::CompoundContext *>(statements[i]))
      block->statements.push_back(buildCompound(compound));
    else
      block->statements.push_back(buildSimple(static_cast<P::SimpleContext *>(statements[i])));
  }
  if (!block->value) {
    antlr4::Token *closer = tree->RBRACE()->getSymbol();
    diagnostics
        .report(DiagnosticId::SyntaxError, rangeOf(closer),
                {"the block has no value: it must end in an expression"})
        .withHint("an `if` used as a value needs an expression in each branch and an `else`");
    block->value = std::make_unique<ast::NumberExpr>();
    block->value->range = block->range;
  }
  return block;
}

ast::ExprPtr AstBuilder::ifValue(P::IfStatementContext *tree) {
  auto choice = at<ast::IfExpr>(tree);
  choice->condition = buildExpr(tree->expr());
  choice->thenValue = blockValue(tree->block(0));
  if (tree->block().size() > 1)
    choice->elseValue = blockValue(tree->block(1));
  else if (auto *next = dynamic_cast<P::IfStatementContext *>(tree->elseIf); next && next->ELSE())
    choice->elseValue = ifValue(next);
  else {
    diagnostics.report(DiagnosticId::SyntaxError, rangeOf(tree->elseIf),
                       {"an `if` used as a value needs an `else`"});
    choice->elseValue = std::make_unique<ast::NumberExpr>();
    choice->elseValue->range = choice->range;
  }
  return choice;
}

ast::Range AstBuilder::buildRange(P::RangeContext *tree) {
  ast::Range range;
  range.range = rangeOf(tree);
  range.lower = buildExpr(tree->expr(0));
  range.upper = buildExpr(tree->expr(1));
  if (tree->BY())
    range.step = buildExpr(tree->expr(2));
  return range;
}

ast::StmtPtr AstBuilder::buildAnnotated(P::AnnotatedContext *tree) {
  std::string name = tree->name()->getText();
  ast::StmtPtr statement = buildCompound(tree->compound());
  if (name != "checkpoint")
    diagnostics.report(DiagnosticId::UnknownAnnotation, rangeOf(tree->name()), {name});
  else if (statement->kind == ast::StmtKind::For)
    ast::as<ast::ForStmt>(*statement).checkpoint = true;
  else if (statement->kind == ast::StmtKind::While)
    ast::as<ast::WhileStmt>(*statement).checkpoint = true;
  else
    diagnostics.report(DiagnosticId::AnnotationNeedsLoop, rangeOf(tree->name()));
  return statement;
}

ast::StmtPtr AstBuilder::buildCompound(P::CompoundContext *tree) {
  if (auto *choice = dynamic_cast<P::IfStatementContext *>(tree)) {
    auto made = at<ast::IfStmt>(tree);
    made->condition = buildExpr(choice->expr());
    made->thenBody = buildBody(choice->block(0));
    if (choice->block().size() > 1)
      made->elseBody = buildBody(choice->block(1));
    else if (choice->elseIf)
      made->elseBody.push_back(buildCompound(choice->elseIf));
    return made;
  }
  if (auto *loop = dynamic_cast<P::ForStatementContext *>(tree)) {
    auto made = at<ast::ForStmt>(tree);
    made->variable = variable(loop->name(), ast::Variable::Kind::Loop);
    made->bounds = buildRange(loop->range());
    made->body = buildBody(loop->block());
    return made;
  }
  if (auto *loop = dynamic_cast<P::WhileStatementContext *>(tree)) {
    auto made = at<ast::WhileStmt>(tree);
    made->condition = buildExpr(loop->expr());
    made->body = buildBody(loop->block());
    return made;
  }
  return buildAnnotated(static_cast<P::AnnotatedContext *>(tree));
}

/// A name with its brackets and fields; false for what cannot be assigned to.
bool AstBuilder::buildTarget(P::ExprContext *tree, ast::AssignStmt &assign) {
  ast::Accessor accessor;
  SourceRange base;
  if (auto *name = dynamic_cast<P::NameExprContext *>(tree)) {
    assign.name = name->getText();
    assign.nameRange = rangeOf(name);
    return true;
  }
  if (auto *index = dynamic_cast<P::IndexExprContext *>(tree)) {
    if (!buildTarget(index->expr(), assign))
      return false;
    base = rangeOf(index->expr());
    accessor.subscripts = buildSubscripts(index->subscripts());
  } else if (auto *field = dynamic_cast<P::FieldExprContext *>(tree)) {
    if (!buildTarget(field->expr(), assign))
      return false;
    base = rangeOf(field->expr());
    accessor.isField = true;
    accessor.field = field->name()->getText();
  } else {
    return false;
  }
  accessor.range = rangeOf(tree);
  accessor.range.begin = base.end + (accessor.isField ? 1 : 0);
  assign.accessors.push_back(std::move(accessor));
  return true;
}

ast::StmtPtr AstBuilder::buildAssign(P::ExpressionStatementContext *tree) {
  static const std::map<size_t, ast::BinaryOp> updates = {
      {L::PLUS_ASSIGN, ast::BinaryOp::Add},
      {L::MINUS_ASSIGN, ast::BinaryOp::Subtract},
      {L::TIMES_ASSIGN, ast::BinaryOp::Multiply},
      {L::DIVIDE_ASSIGN, ast::BinaryOp::Divide}};
  auto made = at<ast::AssignStmt>(tree);
  if (!buildTarget(tree->expr(0), *made))
    diagnostics.report(DiagnosticId::NotAssignable, rangeOf(tree->expr(0)))
        .withHint("a `var`, its elements and its fields can be assigned");
  if (auto update = updates.find(tree->op->getType()); update != updates.end())
    made->op = update->second;
  made->value = buildExpr(tree->expr(1));
  return made;
}

ast::StmtPtr AstBuilder::buildSimple(P::SimpleContext *tree) {
  if (auto *let = dynamic_cast<P::LetStatementContext *>(tree)) {
    auto made = at<ast::LetStmt>(tree);
    made->isVar = let->VAR() != nullptr;
    auto kind = made->isVar ? ast::Variable::Kind::Var : ast::Variable::Kind::Let;
    if (let->name())
      made->variables.push_back(variable(let->name(), kind));
    else
      for (P::NameContext *name : let->names()->name())
        made->variables.push_back(variable(name, kind));
    if (let->type())
      made->type = buildType(let->type());
    made->value = buildExpr(let->expr());
    return made;
  }
  if (dynamic_cast<P::BreakStatementContext *>(tree))
    return at<ast::BreakStmt>(tree);
  if (dynamic_cast<P::ContinueStatementContext *>(tree))
    return at<ast::ContinueStmt>(tree);
  if (auto *ret = dynamic_cast<P::ReturnStatementContext *>(tree)) {
    auto made = at<ast::ReturnStmt>(tree);
    if (ret->expr().empty()) {
      diagnostics.report(DiagnosticId::SyntaxError, made->range,
                         {"a circuit returns a value: expected an expression after `return`"});
      made->value = std::make_unique<ast::NumberExpr>();
      made->value->range = made->range;
    } else if (ret->expr().size() == 1) {
      made->value = buildExpr(ret->expr(0));
    } else {
      auto tuple = at<ast::TupleExpr>(tree);
      for (P::ExprContext *one : ret->expr())
        tuple->elements.push_back(buildExpr(one));
      made->value = std::move(tuple);
    }
    return made;
  }
  if (auto *check = dynamic_cast<P::AssertStatementContext *>(tree)) {
    auto made = at<ast::AssertStmt>(tree);
    made->condition = buildExpr(check->expr());
    if (check->STRING())
      made->message = unquoted(check->STRING()->getText());
    return made;
  }
  if (auto *print = dynamic_cast<P::PrintStatementContext *>(tree)) {
    auto made = at<ast::PrintStmt>(tree);
    for (P::ExprContext *one : print->expr())
      made->values.push_back(buildExpr(one));
    return made;
  }
  auto *expression = static_cast<P::ExpressionStatementContext *>(tree);
  if (expression->op)
    return buildAssign(expression);
  auto made = at<ast::ExpressionStmt>(tree);
  made->value = buildExpr(expression->expr(0));
  return made;
}

} // namespace circ::parse
