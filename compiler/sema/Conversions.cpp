//===- Conversions.cpp - What becomes what by itself ----------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::ScalarKind;

std::string describe(const ast::Expr &expr) { return toString(expr.type()); }

/// The calls of built-ins that make an array of what they are given: what it is
/// made of decides, for `zeros` and `eye` nothing does.
static size_t filledFrom(const ast::CallExpr &call) {
  if (call.circuit)
    return 0;
  return call.callee == "fill" ? 1 : call.callee == "linspace" ? 2 : 0;
}

/// Whether an expression is made of literals alone, so that it takes the type
/// of what it meets.
static bool isLiteral(const ast::Expr &expr) {
  switch (expr.kind) {
  case ast::ExprKind::Number:
    return !ast::as<ast::NumberExpr>(expr).isTyped;
  case ast::ExprKind::Unary:
    return isLiteral(*ast::as<ast::UnaryExpr>(expr).operand);
  case ast::ExprKind::Binary: {
    const auto &binary = ast::as<ast::BinaryExpr>(expr);
    return isLiteral(*binary.left) && isLiteral(*binary.right);
  }
  case ast::ExprKind::Array: {
    for (const ast::ExprPtr &element : ast::as<ast::ArrayExpr>(expr).elements)
      if (!isLiteral(*element))
        return false;
    return true;
  }
  case ast::ExprKind::Call: {
    const auto &call = ast::as<ast::CallExpr>(expr);
    for (size_t i = 0; i < filledFrom(call); ++i)
      if (!isLiteral(*call.arguments[i].value))
        return false;
    return !call.circuit && (call.callee == "zeros" || call.callee == "eye" || filledFrom(call));
  }
  default:
    return false;
  }
}

static void retype(ast::Expr &expr, ScalarKind to) {
  expr.types.front().scalar = to;
  switch (expr.kind) {
  case ast::ExprKind::Unary:
    return retype(*ast::as<ast::UnaryExpr>(expr).operand, to);
  case ast::ExprKind::Binary: {
    auto &binary = ast::as<ast::BinaryExpr>(expr);
    retype(*binary.left, to);
    // An integer literal as exponent stays one.
    if (!(binary.op == ast::BinaryOp::Power && binary.right->type().scalar == ScalarKind::I64))
      retype(*binary.right, to);
    return;
  }
  case ast::ExprKind::Array:
    for (ast::ExprPtr &element : ast::as<ast::ArrayExpr>(expr).elements)
      retype(*element, to);
    return;
  case ast::ExprKind::Call: {
    auto &call = ast::as<ast::CallExpr>(expr);
    for (size_t i = 0; i < filledFrom(call); ++i)
      retype(*call.arguments[i].value, to);
    return;
  }
  default:
    return;
  }
}

bool BodyAnalyzer::coerce(ast::ExprPtr &expr, ScalarKind to) {
  ScalarKind from = expr->type().scalar;
  if (from == to)
    return true;
  bool toReal = ast::isReal(to);
  if (toReal && from != ScalarKind::Bool && isLiteral(*expr)) {
    retype(*expr, to);
    return true;
  }
  bool zeros = expr->kind == ast::ExprKind::Call && !ast::as<ast::CallExpr>(*expr).circuit &&
               ast::as<ast::CallExpr>(*expr).callee == "zeros";
  if (to == ScalarKind::I64 && zeros) {
    retype(*expr, to);
    return true;
  }
  if (toReal && from == ScalarKind::I64) {
    auto convert = std::make_unique<ast::ConvertExpr>();
    convert->range = expr->range;
    convert->types = {{to, expr->type().dims}};
    convert->operand = std::move(expr);
    expr = std::move(convert);
    return true;
  }
  return false;
}

bool BodyAnalyzer::coerce(ast::ExprPtr &expr, const ast::Type &to) {
  return expr->type().structure == to.structure && coerce(expr, to.scalar);
}

bool BodyAnalyzer::unify(ast::ExprPtr &a, ast::ExprPtr &b) {
  ScalarKind left = a->type().scalar, right = b->type().scalar;
  if (left == right)
    return a->type().structure == b->type().structure;
  if (left == ScalarKind::Bool || right == ScalarKind::Bool)
    return false;
  // A literal gives way; else the integer does.
  if (ast::isReal(left) && ast::isReal(right)) {
    if (isLiteral(*b))
      return coerce(b, left);
    return isLiteral(*a) && coerce(a, right);
  }
  return ast::isReal(left) ? coerce(b, left) : coerce(a, right);
}

bool BodyAnalyzer::checkType(ast::ExprPtr &expr, const ast::Type &expected, DiagnosticId id,
                             std::initializer_list<std::string> leading) {
  ast::Type found = expr->type();
  bool kinds = coerce(expr, expected);
  if (kinds && found.rank() == expected.rank()) {
    bool same = true;
    for (unsigned i = 0; i < found.rank(); ++i) {
      ast::Dimension difference = found.dims[i] - expected.dims[i];
      same &= difference.terms.empty() ||
              !(difference.terms.size() == 1 && difference.terms.begin()->first.empty());
    }
    if (same)
      return true;
  }
  // The arguments of a message about types end in (expected, found).
  std::vector<std::string> arguments(leading);
  arguments.push_back(toString(expected));
  arguments.push_back(toString(found));
  arguments.resize(4);
  Diagnostic &report =
      diagnostics.report(id, expr->range, {arguments[0], arguments[1], arguments[2], arguments[3]});
  if (!kinds && expected.scalar == ScalarKind::I64 && found.isReal())
    report.withHint(expr->kind == ast::ExprKind::Binary &&
                            ast::as<ast::BinaryExpr>(*expr).op == ast::BinaryOp::Divide
                        ? "`/` is real division: write `div(a, b)` for the integer quotient"
                        : "write `int(...)` to truncate");
  else if (!kinds && ast::isReal(expected.scalar) && found.isReal())
    report.withHint(std::string("write `") + spelling(expected.scalar) + "(...)` to convert");
  return false;
}

} // namespace circ::sema
