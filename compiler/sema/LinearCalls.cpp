//===- LinearCalls.cpp - Checks calls of linear algebra -------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

using ast::ScalarKind;

/// Whether two dimensions cannot be equal.
static bool differ(const ast::Dimension &a, const ast::Dimension &b) {
  ast::Dimension difference = a - b;
  return difference.terms.size() == 1 && difference.terms.begin()->first.empty();
}

/// solve, cholesky, logdet and inv: a square real matrix first. What cannot be
/// proved wrong here is checked when it runs.
void BodyAnalyzer::linearCall(ast::CallExpr &expr) {
  const std::string &name = expr.callee;
  ast::ExprPtr &first = expr.arguments[0].value;
  if (!arrayArgument(expr, 0, 2))
    return;
  for (ast::Argument &argument : expr.arguments) {
    const ast::Type &type = argument.value->type();
    if (type.scalar == ScalarKind::Bool ||
        (!type.isReal() && !coerce(argument.value, ScalarKind::F64))) {
      diagnostics.report(DiagnosticId::OperandType, argument.value->range, {name, toString(type)});
      return;
    }
  }
  ast::Type matrix = first->type();
  if (differ(matrix.dims[0], matrix.dims[1])) {
    diagnostics.report(DiagnosticId::NotSquare, first->range, {name, toString(matrix)});
    return;
  }
  if (name == "logdet")
    expr.types = {{matrix.scalar, {}}};
  else if (name != "solve")
    expr.types = {matrix};
  if (name != "solve")
    return;
  ast::ExprPtr &right = expr.arguments[1].value;
  ast::Type type = right->type();
  if (type.isScalar() || type.rank() > 2 || !unify(first, right)) {
    diagnostics
        .report(DiagnosticId::OperandTypes, expr.range, {name, toString(matrix), toString(type)})
        .withHint("`solve` takes a square matrix and a vector or matrix of one real type");
    return;
  }
  if (differ(type.dims[0], matrix.dims[0]) || differ(type.dims[0], matrix.dims[1])) {
    diagnostics.report(DiagnosticId::RightSide, right->range, {toString(matrix), toString(type)});
    return;
  }
  expr.types = {right->type()};
}

} // namespace circ::sema
