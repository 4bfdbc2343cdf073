//===- Indexing.cpp - Checks subscripts and slices ------------------------===//

#include "compiler/sema/Analyzer.h"

namespace circ::sema {

bool BodyAnalyzer::integer(ast::ExprPtr &expr, const std::string &what) {
  if (!value(expr))
    return false;
  if (expr->type().isScalar() && expr->type().scalar == ast::ScalarKind::I64)
    return true;
  Diagnostic &report =
      diagnostics.report(DiagnosticId::NotAnInteger, expr->range, {what, describe(*expr)});
  if (expr->kind == ast::ExprKind::Binary &&
      ast::as<ast::BinaryExpr>(*expr).op == ast::BinaryOp::Divide)
    report.withHint("`/` is real division: write `div(a, b)` for the integer quotient");
  else if (expr->type().isReal() && expr->type().isScalar())
    report.withHint("write `int(...)` to truncate");
  return false;
}

void BodyAnalyzer::index(ast::IndexExpr &expr) {
  if (!value(expr.base)) {
    for (ast::Subscript &subscript : expr.subscripts)
      for (ast::ExprPtr *part : {&subscript.index, &subscript.lower, &subscript.upper})
        if (*part)
          analyze(*part);
    return;
  }
  std::string name =
      expr.base->kind == ast::ExprKind::Name    ? ast::as<ast::NameExpr>(*expr.base).name
      : expr.base->kind == ast::ExprKind::Field ? ast::as<ast::FieldExpr>(*expr.base).field
                                                : "";
  ast::Type type;
  if (subscripts(expr.subscripts, expr.base->type(), name, expr.range, type))
    expr.types = {type};
}

bool BodyAnalyzer::subscripts(std::vector<ast::Subscript> &list, const ast::Type &base,
                              const std::string &baseName, SourceRange range, ast::Type &result) {
  std::string shown = baseName.empty() ? "this" : "'" + baseName + "'";
  if (base.rank() == 0) {
    diagnostics.report(DiagnosticId::NotAnArray, range, {shown, toString(base)});
    return false;
  }
  if (list.size() > base.rank()) {
    diagnostics.report(
        DiagnosticId::RankMismatch, range,
        {shown, counted(base.rank(), "dimension"), counted(list.size(), "subscript")});
    return false;
  }
  bool right = true;
  result = base.withDims({});
  for (unsigned k = 0; k < list.size(); ++k) {
    ast::Subscript &subscript = list[k];
    const ast::Dimension &size = base.dims[k];
    if (!subscript.isSlice) {
      if (!integer(subscript.index, "an index")) {
        right = false;
        continue;
      }
      auto at = valueAsDimension(*subscript.index);
      if (!at || !at->isConstant())
        continue;
      int64_t constant = at->constantValue();
      if (constant >= 0 && !(size.isConstant() && constant >= size.constantValue()))
        continue;
      Diagnostic &report =
          diagnostics.report(DiagnosticId::IndexOutOfBounds, subscript.range,
                             {std::to_string(constant), std::to_string(k), toString(size)});
      if (constant < 0 && !baseName.empty())
        report.withHint("count from the end by `len(" + baseName + ") - " +
                        std::to_string(-constant) + "`");
      right = false;
      continue;
    }
    if (subscript.lower)
      right &= integer(subscript.lower, "a slice's bound");
    if (subscript.upper)
      right &= integer(subscript.upper, "a slice's bound");
    if (!right)
      continue;
    auto lower = subscript.lower ? valueAsDimension(*subscript.lower) : ast::Dimension::constant(0);
    auto upper = subscript.upper ? valueAsDimension(*subscript.upper) : size;
    result.dims.push_back(lower && upper ? *upper - *lower : items.freshOpaque());
    const ast::Dimension &made = result.dims.back();
    if (made.isConstant() && made.constantValue() < 0) {
      diagnostics.report(DiagnosticId::NegativeDimension, subscript.range, {toString(made)});
      right = false;
    }
  }
  for (unsigned k = list.size(); k < base.rank(); ++k)
    result.dims.push_back(base.dims[k]);
  return right;
}

} // namespace circ::sema
