//===- Expressions.cpp - Checks expressions -------------------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::BinaryOp;
using ast::ExprKind;
using ast::ScalarKind;

void BodyAnalyzer::analyze(ast::ExprPtr &expr) {
  expr->types.clear();
  switch (expr->kind) {
  case ExprKind::Number:
    expr->types = {ast::as<ast::NumberExpr>(*expr).isInteger ? ast::Type::i64() : ast::Type::f64()};
    return;
  case ExprKind::Bool:
    expr->types = {ast::Type::boolean()};
    return;
  case ExprKind::Name:
    return name(expr);
  case ExprKind::Unary:
    return unary(ast::as<ast::UnaryExpr>(*expr));
  case ExprKind::Binary:
    return binary(ast::as<ast::BinaryExpr>(*expr));
  case ExprKind::Call:
    return call(ast::as<ast::CallExpr>(*expr));
  case ExprKind::Index:
    return index(ast::as<ast::IndexExpr>(*expr));
  case ExprKind::If:
    return choice(ast::as<ast::IfExpr>(*expr));
  case ExprKind::Block:
    return block(ast::as<ast::BlockExpr>(*expr));
  case ExprKind::Array:
    return array(ast::as<ast::ArrayExpr>(*expr));
  case ExprKind::Comprehension:
    return comprehension(ast::as<ast::ComprehensionExpr>(*expr));
  case ExprKind::Reduction:
    return reduction(ast::as<ast::ReductionExpr>(*expr));
  case ExprKind::Tuple:
    diagnostics.report(DiagnosticId::TupleHere, expr->range);
    return;
  case ExprKind::Field:
    return field(ast::as<ast::FieldExpr>(*expr));
  case ExprKind::Struct:
    return structValue(ast::as<ast::StructExpr>(*expr));
  case ExprKind::Derivative:
    return derivative(ast::as<ast::DerivativeExpr>(*expr));
  case ExprKind::Convert:
    return;
  }
}

bool BodyAnalyzer::value(ast::ExprPtr &expr) {
  analyze(expr);
  if (!ok(expr))
    return false;
  if (expr->types.size() == 1)
    return true;
  std::string names;
  for (size_t i = 0; i < expr->types.size(); ++i)
    names += (i ? ", " : "") + std::string(1, char('a' + i % 26));
  std::string what = expr->kind == ExprKind::Derivative ? ast::as<ast::DerivativeExpr>(*expr).op
                                                        : ast::as<ast::CallExpr>(*expr).callee;
  diagnostics.report(DiagnosticId::SeveralResults, expr->range,
                     {what, std::to_string(expr->types.size()), names});
  expr->types.clear();
  return false;
}

void BodyAnalyzer::name(ast::ExprPtr &expr) {
  auto &use = ast::as<ast::NameExpr>(*expr);
  use.variable = lookup(use.name);
  if (use.variable) {
    use.variable->used = true;
    if (!use.variable->poisoned)
      expr->types = {use.variable->type};
    return;
  }
  if (const ast::Expr *value = items.constant(use.name)) {
    expr = copyConstant(*value, expr->range);
    return;
  }
  if (ast::ExprPtr folded = foldConstant(*expr, items)) {
    expr = std::move(folded);
    return;
  }
  for (const auto &constant : items.module.constants)
    if (constant.name == use.name)
      return; // its value was reported
  if (std::string kind = items.otherItem(use.name); !kind.empty()) {
    Diagnostic &report = diagnostics.report(DiagnosticId::NotAValue, expr->range, {use.name, kind});
    if (kind != "struct")
      report.withHint("call it: `" + use.name + "(...)`");
    return;
  }
  Diagnostic &report = diagnostics.report(DiagnosticId::UnknownName, expr->range, {use.name});
  // Looking for each of very many wrong names among very many would take long.
  if (diagnostics.errorCount() > 500)
    return;
  if (auto close = closestName(use.name, visibleNames()))
    report.withHint("did you mean `" + *close + "`?");
}

void BodyAnalyzer::unary(ast::UnaryExpr &expr) {
  if (!value(expr.operand))
    return;
  const ast::Type &type = expr.operand->type();
  bool isBool = type.scalar == ScalarKind::Bool, negates = expr.op == ast::UnaryOp::Negate;
  if (isBool == negates || (type.isStruct() && !isNumeric(type))) {
    diagnostics.report(DiagnosticId::OperandType, expr.range,
                       {negates ? "-" : "!", toString(type)});
    return;
  }
  expr.types = {type};
}

void BodyAnalyzer::binary(ast::BinaryExpr &expr) {
  // Chains lean to the left and can be long; the recursion is bounded by the
  // parser's limit on chains.
  bool left = value(expr.left), right = value(expr.right);
  if (!left || !right)
    return;
  if (expr.op == BinaryOp::MatMul)
    return matmul(expr);
  ast::Type a = expr.left->type(), b = expr.right->type();
  if (a.isStruct() || b.isStruct())
    return structBinary(expr);
  auto reject = [&]() -> Diagnostic & {
    return diagnostics.report(DiagnosticId::OperandTypes, expr.opRange,
                              {spelling(expr.op), toString(a), toString(b)});
  };
  bool bools = a.scalar == ScalarKind::Bool && b.scalar == ScalarKind::Bool;
  if (expr.op == BinaryOp::And || expr.op == BinaryOp::Or) {
    if (!bools || !a.isScalar() || !b.isScalar()) {
      reject();
      return;
    }
    expr.types = {ast::Type::boolean()};
    return;
  }
  bool equality = expr.op == BinaryOp::Equal || expr.op == BinaryOp::NotEqual;
  bool comparison = expr.op >= BinaryOp::Equal && expr.op <= BinaryOp::GreaterEqual;
  ScalarKind kind;
  if (bools && equality) {
    kind = ScalarKind::Bool;
  } else if (a.scalar == ScalarKind::Bool || b.scalar == ScalarKind::Bool) {
    reject();
    return;
  } else if (expr.op == BinaryOp::Power && a.isReal() && b.scalar == ScalarKind::I64) {
    kind = a.scalar; // the integer power
  } else if (expr.op == BinaryOp::Power && b.scalar == ScalarKind::I64) {
    // An i64 base: integers have no power, the result is real.
    coerce(expr.left, ScalarKind::F64);
    kind = ScalarKind::F64;
  } else if (expr.op == BinaryOp::Divide && !a.isReal() && !b.isReal()) {
    coerce(expr.left, ScalarKind::F64);
    coerce(expr.right, ScalarKind::F64);
    kind = ScalarKind::F64;
  } else {
    if (!unify(expr.left, expr.right)) {
      reject().withHint("write `f64(...)` or `f32(...)` to convert one of them");
      return;
    }
    kind = expr.left->type().scalar;
  }
  if (equality && ast::isReal(kind)) {
    auto zeroOrInf = [](const ast::Expr &e) { return e.kind == ExprKind::Number; };
    if (!zeroOrInf(*expr.left) && !zeroOrInf(*expr.right))
      diagnostics.report(DiagnosticId::RealEquality, expr.opRange, {spelling(expr.op)})
          .withHint("compare the difference with a tolerance");
  }
  ast::Type type{comparison ? ScalarKind::Bool : kind, {}};
  if (!a.isScalar() && !b.isScalar()) {
    if (!joinShapes(expr.range, a, b, type.dims, {expr.left.get(), expr.right.get()}))
      return;
  } else {
    type.dims = a.isScalar() ? b.dims : a.dims;
  }
  expr.types = {type};
}

void BodyAnalyzer::matmul(ast::BinaryExpr &expr) {
  ast::Type a = expr.left->type(), b = expr.right->type();
  bool shapes = a.rank() >= 1 && a.rank() <= 2 && b.rank() >= 1 && b.rank() <= 2;
  if (!shapes || a.scalar == ScalarKind::Bool || b.scalar == ScalarKind::Bool || a.isStruct() ||
      b.isStruct() || !unify(expr.left, expr.right)) {
    diagnostics.report(DiagnosticId::OperandTypes, expr.opRange, {"@", toString(a), toString(b)})
        .withHint("`@` takes matrices and vectors of one type");
    return;
  }
  ast::Type inner{a.scalar, {a.dims.back()}}, other{a.scalar, {b.dims.front()}};
  std::vector<ast::Dimension> joined;
  if (!joinShapes(expr.range, inner, other, joined, {expr.left.get(), expr.right.get()}))
    return;
  ast::Type type{expr.left->type().scalar, {}};
  if (a.rank() == 2)
    type.dims.push_back(a.dims[0]);
  if (b.rank() == 2)
    type.dims.push_back(b.dims[1]);
  expr.types = {type};
}

void BodyAnalyzer::choice(ast::IfExpr &expr) {
  condition(expr.condition);
  push("an `if` expression");
  bool left = value(expr.thenValue);
  pop();
  push("an `if` expression");
  bool right = value(expr.elseValue);
  pop();
  if (!left || !right)
    return;
  auto valueOf = [](ast::ExprPtr &branch) -> ast::ExprPtr & {
    auto &block = ast::as<ast::BlockExpr>(*branch);
    return branch->kind == ExprKind::Block && block.statements.empty() ? block.value : branch;
  };
  ast::Type a = expr.thenValue->type(), b = expr.elseValue->type();
  ast::ExprPtr &first = valueOf(expr.thenValue), &second = valueOf(expr.elseValue);
  std::vector<ast::Dimension> dims;
  if (!unify(first, second) || a.rank() != b.rank()) {
    diagnostics.report(DiagnosticId::BranchTypes, expr.range, {toString(a), toString(b)});
    return;
  }
  ScalarKind kind = first->type().scalar;
  expr.thenValue->types[0].scalar = kind;
  expr.elseValue->types[0].scalar = kind;
  if (!joinShapes(expr.range, a, b, dims, {first.get(), second.get()}))
    return;
  for (unsigned i = 0; i < dims.size(); ++i)
    if (!(a.dims[i] == b.dims[i]))
      dims[i] = items.freshOpaque();
  expr.types = {first->type().withDims(dims)};
}

void BodyAnalyzer::block(ast::BlockExpr &expr) {
  push("a block expression");
  statements(expr.statements);
  bool right = value(expr.value);
  if (right) {
    ast::Type type = expr.value->type();
    std::set<const ast::Variable *> hidden;
    for (auto &[name, variable] : scopes.back().names)
      hidden.insert(variable);
    closeOver(type, hidden);
    expr.types = {type};
  }
  pop();
}

void BodyAnalyzer::array(ast::ArrayExpr &expr) {
  bool right = true;
  for (ast::ExprPtr &element : expr.elements)
    right &= value(element);
  if (!right)
    return;
  // The kind that all elements take: the first real one's, else the first's.
  size_t leader = 0;
  for (size_t i = expr.elements.size(); i-- > 0;)
    if (expr.elements[i]->type().isReal())
      leader = i;
  ast::Type type = expr.elements[leader]->type();
  for (ast::ExprPtr &element : expr.elements) {
    ast::Type found = element->type();
    std::vector<ast::Dimension> dims;
    if (!coerce(element, type) || found.rank() != type.rank()) {
      diagnostics.report(DiagnosticId::ArrayElementTypes, element->range,
                         {toString(type), toString(found)});
      return;
    }
    if (!joinShapes(element->range, type, found, dims))
      return;
    type.dims = dims;
  }
  type.dims.insert(type.dims.begin(), ast::Dimension::constant(int64_t(expr.elements.size())));
  expr.types = {type};
}

} // namespace circ::sema
