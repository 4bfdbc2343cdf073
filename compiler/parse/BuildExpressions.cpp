//===- BuildExpressions.cpp - Expressions of the AST ----------------------===//

#include "compiler/parse/AstBuilder.h"

#include <cmath>
#include <cstdlib>
#include <set>

namespace circ::parse {

using L = grammar::CircLexer;

static ast::BinaryOp binaryOp(size_t token) {
  static const std::map<size_t, ast::BinaryOp> table = {
      {L::PLUS, ast::BinaryOp::Add},
      {L::MINUS, ast::BinaryOp::Subtract},
      {L::TIMES, ast::BinaryOp::Multiply},
      {L::DIVIDE, ast::BinaryOp::Divide},
      {L::PERCENT, ast::BinaryOp::Remainder},
      {L::CARET, ast::BinaryOp::Power},
      {L::AT, ast::BinaryOp::MatMul},
      {L::EQUAL, ast::BinaryOp::Equal},
      {L::NOT_EQUAL, ast::BinaryOp::NotEqual},
      {L::LESS, ast::BinaryOp::Less},
      {L::LESS_EQUAL, ast::BinaryOp::LessEqual},
      {L::GREATER, ast::BinaryOp::Greater},
      {L::GREATER_EQUAL, ast::BinaryOp::GreaterEqual},
      {L::AND, ast::BinaryOp::And},
      {L::OR, ast::BinaryOp::Or}};
  return table.at(token);
}

static bool isComparison(ast::BinaryOp op) {
  return op >= ast::BinaryOp::Equal && op <= ast::BinaryOp::GreaterEqual;
}

ast::ExprPtr AstBuilder::buildNumber(antlr4::Token *token, bool integer) {
  auto number = std::make_unique<ast::NumberExpr>();
  number->range = rangeOf(token);
  std::string digits;
  for (char c : token->getText())
    if (c != '_')
      digits += c;
  number->isInteger = integer;
  number->real = std::strtod(digits.c_str(), nullptr);
  if (integer) {
    errno = 0;
    number->integer = std::strtoll(digits.c_str(), nullptr, 10);
    if (errno == ERANGE)
      diagnostics.report(DiagnosticId::IntegerTooLarge, number->range, {digits})
          .withHint("write it with a point to make it a real number");
  } else if (std::isinf(number->real)) {
    diagnostics.report(DiagnosticId::RealOutOfRange, number->range, {token->getText()});
  }
  return number;
}

/// Chains of operators lean to the left and can be long: built in a loop.
ast::ExprPtr AstBuilder::buildBinary(P::BinaryExprContext *tree) {
  std::vector<P::BinaryExprContext *> spine;
  P::ExprContext *leftmost = tree;
  while (auto *binary = dynamic_cast<P::BinaryExprContext *>(leftmost)) {
    spine.push_back(binary);
    leftmost = binary->expr(0);
  }
  ast::ExprPtr left = buildExpr(leftmost);
  for (auto it = spine.rbegin(); it != spine.rend(); ++it) {
    auto made = at<ast::BinaryExpr>(*it);
    made->op = binaryOp((*it)->op->getType());
    made->opRange = rangeOf((*it)->op);
    if (isComparison(made->op) && left->kind == ast::ExprKind::Binary &&
        dynamic_cast<P::BinaryExprContext *>((*it)->expr(0)) &&
        isComparison(ast::as<ast::BinaryExpr>(*left).op))
      diagnostics.report(DiagnosticId::ChainedComparison, made->opRange)
          .withHint("write `a < b && b < c`");
    made->left = std::move(left);
    made->right = buildExpr((*it)->expr(1));
    left = std::move(made);
  }
  return left;
}

std::vector<ast::Argument> AstBuilder::buildArguments(P::ArgumentsContext *tree) {
  std::vector<ast::Argument> arguments;
  if (!tree)
    return arguments;
  for (P::ArgumentContext *one : tree->argument()) {
    ast::Argument argument;
    if (one->name()) {
      argument.name = one->name()->getText();
      argument.nameRange = rangeOf(one->name());
    }
    argument.value = buildExpr(one->expr());
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::vector<ast::Subscript> AstBuilder::buildSubscripts(P::SubscriptsContext *tree) {
  std::vector<ast::Subscript> subscripts;
  for (P::SubscriptContext *one : tree->subscript()) {
    ast::Subscript subscript;
    subscript.range = rangeOf(one);
    subscript.isSlice = one->COLON() || one->DOTDOT();
    if (!subscript.isSlice) {
      subscript.index = buildExpr(one->expr(0));
    } else if (one->DOTDOT()) {
      bool lower = one->children.front() != one->DOTDOT();
      if (lower)
        subscript.lower = buildExpr(one->expr(0));
      if (one->expr().size() > (lower ? 1u : 0u))
        subscript.upper = buildExpr(one->expr(lower ? 1 : 0));
    }
    subscripts.push_back(std::move(subscript));
  }
  return subscripts;
}

std::vector<ast::ForClause> AstBuilder::buildClauses(P::ClausesContext *tree) {
  std::vector<ast::ForClause> clauses;
  for (P::ClauseContext *one : tree->clause()) {
    ast::ForClause clause;
    clause.variable = variable(one->name(), ast::Variable::Kind::Loop);
    if (one->range())
      clause.range = buildRange(one->range());
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

/// The name that is called; empty for anything else.
static std::string nameOf(AstBuilder::P::ExprContext *callee) {
  auto *name = dynamic_cast<AstBuilder::P::NameExprContext *>(callee);
  return name ? name->getText() : "";
}

/// The name that is called; reports anything else.
std::string AstBuilder::calleeName(P::ExprContext *callee) {
  std::string name = nameOf(callee);
  auto *field = dynamic_cast<P::FieldExprContext *>(callee);
  if (name.empty())
    diagnostics.report(DiagnosticId::NotCallable, rangeOf(callee))
        .withHint(field ? "there are no methods: write `" + field->name()->getText() + "(" +
                              field->expr()->getText() + ")`"
                        : "a product needs `*`");
  return name;
}

ast::ExprPtr AstBuilder::buildDerivative(P::CallExprContext *tree, P::CallExprContext *which) {
  std::unique_ptr<ast::DerivativeExpr> made = buildDerivativeOf(which);
  made->range = rangeOf(tree);
  made->arguments = buildArguments(tree->arguments());
  if (tree->directions())
    for (P::ExprContext *one : tree->directions()->expr())
      made->directions.push_back(buildExpr(one));
  return made;
}

/// `grad(f.loss, w)`, without the call.
std::unique_ptr<ast::DerivativeExpr> AstBuilder::buildDerivativeOf(P::CallExprContext *which) {
  auto made = at<ast::DerivativeExpr>(which);
  made->op = nameOf(which->expr());
  std::vector<P::ArgumentContext *> named;
  if (which->arguments())
    named = which->arguments()->argument();
  for (size_t i = 0; i < named.size(); ++i) {
    P::ExprContext *value = named[i]->expr();
    if (i == 0) {
      if (auto *field = dynamic_cast<P::FieldExprContext *>(value)) {
        made->resultName = field->name()->getText();
        made->resultRange = rangeOf(field->name());
        value = field->expr();
      }
      made->circuitRange = rangeOf(value);
      auto *call = dynamic_cast<P::CallExprContext *>(value);
      if (call && ast::isDerivativeName(nameOf(call->expr()))) {
        made->inner = buildDerivativeOf(call);
        made->circuitName = made->inner->text();
      } else {
        if (call && !nameOf(call->expr()).empty())
          diagnostics.report(DiagnosticId::DerivativeOfValue, made->circuitRange, {made->op})
              .withHint("name the circuit, then call the derivative: `" + made->op + "(" +
                        nameOf(call->expr()) + ")(...)`");
        made->circuitName = value->getText();
      }
    } else {
      made->withRespectTo.push_back(value->getText());
      made->withRespectToRanges.push_back(rangeOf(value));
    }
  }
  return made;
}

ast::ExprPtr AstBuilder::buildCall(P::CallExprContext *tree) {
  if (auto *inner = dynamic_cast<P::CallExprContext *>(tree->expr()))
    if (ast::isDerivativeName(nameOf(inner->expr())))
      return buildDerivative(tree, inner);
  if (tree->arguments() && tree->arguments()->clauses())
    return buildReduction(tree);
  auto made = at<ast::CallExpr>(tree);
  made->callee = calleeName(tree->expr());
  made->calleeRange = rangeOf(tree->expr());
  if (tree->SEMICOLON())
    reportSemicolon(tree);
  made->arguments = buildArguments(tree->arguments());
  return made;
}

ast::ExprPtr AstBuilder::buildReduction(P::CallExprContext *tree) {
  auto made = at<ast::ReductionExpr>(tree);
  P::ArgumentsContext *arguments = tree->arguments();
  made->callee = calleeName(tree->expr());
  made->calleeRange = rangeOf(tree->expr());
  std::vector<ast::Argument> body = buildArguments(arguments);
  if (!body.front().name.empty())
    diagnostics.report(DiagnosticId::BuiltinNamedArgument, body.front().nameRange, {made->callee});
  made->body = std::move(body.front().value);
  made->clauses = buildClauses(arguments->clauses());
  if (arguments->IF())
    made->filter = buildExpr(arguments->expr());
  if (tree->SEMICOLON())
    reportSemicolon(tree);
  return made;
}

void AstBuilder::reportSemicolon(P::CallExprContext *tree) {
  diagnostics.report(DiagnosticId::SyntaxError, rangeOf(tree->SEMICOLON()->getSymbol()),
                     {"`;` in parentheses separates the directions of jvp, vjp and hvp only"});
}

ast::ExprPtr AstBuilder::buildArray(P::ArrayExprContext *tree) {
  if (tree->expr().empty())
    diagnostics.report(DiagnosticId::EmptyArray, rangeOf(tree))
        .withHint("an array of no numbers is `zeros(0)`");
  if (tree->clauses()) {
    auto made = at<ast::ComprehensionExpr>(tree);
    made->body = buildExpr(tree->expr(0));
    made->clauses = buildClauses(tree->clauses());
    if (tree->IF())
      made->filter = buildExpr(tree->expr(1));
    return made;
  }
  auto made = at<ast::ArrayExpr>(tree);
  for (P::ExprContext *one : tree->expr())
    made->elements.push_back(buildExpr(one));
  return made;
}

ast::ExprPtr AstBuilder::buildChoice(P::ChoiceContext *tree) {
  auto made = at<ast::IfExpr>(tree);
  made->condition = buildExpr(tree->expr());
  made->thenValue = blockValue(tree->block(0));
  made->elseValue = tree->choice() ? buildChoice(tree->choice()) : blockValue(tree->block(1));
  return made;
}

ast::ExprPtr AstBuilder::buildExpr(P::ExprContext *tree) {
  if (auto *binary = dynamic_cast<P::BinaryExprContext *>(tree))
    return buildBinary(binary);
  if (auto *name = dynamic_cast<P::NameExprContext *>(tree)) {
    auto made = at<ast::NameExpr>(tree);
    made->name = name->getText();
    return made;
  }
  if (auto *paren = dynamic_cast<P::ParenExprContext *>(tree)) {
    if (paren->expr().size() == 1)
      return buildExpr(paren->expr(0));
    auto made = at<ast::TupleExpr>(tree);
    for (P::ExprContext *one : paren->expr())
      made->elements.push_back(buildExpr(one));
    return made;
  }
  if (dynamic_cast<P::IntegerExprContext *>(tree))
    return buildNumber(tree->getStart(), true);
  if (dynamic_cast<P::FloatExprContext *>(tree))
    return buildNumber(tree->getStart(), false);
  if (auto *truth = dynamic_cast<P::BoolExprContext *>(tree)) {
    auto made = at<ast::BoolExpr>(tree);
    made->value = truth->TRUE() != nullptr;
    return made;
  }
  if (auto *call = dynamic_cast<P::CallExprContext *>(tree))
    return buildCall(call);
  if (auto *index = dynamic_cast<P::IndexExprContext *>(tree)) {
    auto made = at<ast::IndexExpr>(tree);
    made->base = buildExpr(index->expr());
    made->subscripts = buildSubscripts(index->subscripts());
    return made;
  }
  if (auto *unary = dynamic_cast<P::UnaryExprContext *>(tree)) {
    auto made = at<ast::UnaryExpr>(tree);
    made->op = unary->op->getType() == L::MINUS ? ast::UnaryOp::Negate : ast::UnaryOp::Not;
    made->operand = buildExpr(unary->expr());
    return made;
  }
  if (auto *array = dynamic_cast<P::ArrayExprContext *>(tree))
    return buildArray(array);
  if (auto *choice = dynamic_cast<P::IfExprContext *>(tree))
    return buildChoice(choice->choice());
  if (auto *block = dynamic_cast<P::BlockExprContext *>(tree))
    return blockValue(block->block());
  if (auto *field = dynamic_cast<P::FieldExprContext *>(tree)) {
    auto made = at<ast::FieldExpr>(tree);
    made->base = buildExpr(field->expr());
    made->field = field->name()->getText();
    made->fieldRange = rangeOf(field->name());
    return made;
  }
  auto *structure = static_cast<P::StructExprContext *>(tree);
  auto made = at<ast::StructExpr>(tree);
  made->name = structure->name()->getText();
  made->nameRange = rangeOf(structure->name());
  for (P::FieldValueContext *one : structure->fieldValue())
    made->fields.push_back({one->name()->getText(), rangeOf(one->name()), buildExpr(one->expr())});
  return made;
}

} // namespace circ::parse
