//===- Comprehensions.cpp - Checks comprehensions and reductions ----------===//

#include "compiler/ast/Walk.h"
#include "compiler/sema/Analyzer.h"
#include "compiler/sema/Builtins.h"

namespace circ::sema {

using ast::ExprKind;

bool BodyAnalyzer::range(ast::Range &range) {
  bool right = integer(range.lower, "a range's bound");
  right &= integer(range.upper, "a range's bound");
  if (!range.step)
    return right;
  if (!integer(range.step, "a range's step"))
    return false;
  auto step = valueAsDimension(*range.step);
  if (step && step->isConstant() && step->constantValue() == 0) {
    diagnostics.report(DiagnosticId::ZeroStep, range.step->range);
    return false;
  }
  return right;
}

ast::Dimension BodyAnalyzer::clauseSize(const ast::ForClause &clause) {
  if (!clause.range)
    return clause.indexed.front().size;
  if (clause.range->step)
    return items.freshOpaque();
  auto lower = valueAsDimension(*clause.range->lower),
       upper = valueAsDimension(*clause.range->upper);
  return lower && upper ? *upper - *lower : items.freshOpaque();
}

std::optional<BodyAnalyzer::IndexedArray>
BodyAnalyzer::indexedArray(const ast::Expr &expr, const std::set<std::string> &own) {
  std::vector<const ast::Expr *> steps;
  const ast::Expr *at = &expr;
  while (at->kind == ExprKind::Field || at->kind == ExprKind::Index) {
    steps.push_back(at);
    at = at->kind == ExprKind::Field ? ast::as<ast::FieldExpr>(*at).base.get()
                                     : ast::as<ast::IndexExpr>(*at).base.get();
  }
  if (at->kind != ExprKind::Name || own.count(ast::as<ast::NameExpr>(*at).name))
    return std::nullopt;
  const std::string &name = ast::as<ast::NameExpr>(*at).name;
  ast::Variable *variable = lookup(name);
  if (!variable) {
    const ast::Expr *constant = steps.empty() ? items.constant(name) : nullptr;
    return constant ? std::optional(IndexedArray{nullptr, &constant->type(), 0}) : std::nullopt;
  }
  ast::Type type = variable->type;
  unsigned leaf = 0, indexed = 0;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->kind == ExprKind::Index) {
      for (const ast::Subscript &subscript : ast::as<ast::IndexExpr>(**step).subscripts) {
        if (subscript.isSlice || type.dims.empty())
          return std::nullopt;
        type.dims.erase(type.dims.begin());
        ++indexed;
      }
      continue;
    }
    if (!type.isStruct())
      return std::nullopt;
    ast::FieldPlace place = findField(*type.structure, ast::as<ast::FieldExpr>(**step).field);
    if (!place.field)
      return std::nullopt;
    leaf += place.firstLeaf;
    std::vector<ast::Dimension> dims = type.dims;
    dims.insert(dims.end(), place.field->type.dims.begin(), place.field->type.dims.end());
    type = place.field->type.withDims(std::move(dims));
  }
  const ast::Variable *array = variable->leaves.empty() ? variable : variable->leaves[leaf].get();
  return IndexedArray{array, &array->type, indexed};
}

/// The names that statements declare.
static void collectDeclared(const ast::StmtList &list, std::set<std::string> &names) {
  for (const ast::StmtPtr &stmt : list) {
    if (stmt->kind == ast::StmtKind::Let)
      for (const ast::VariablePtr &variable : ast::as<ast::LetStmt>(*stmt).variables)
        names.insert(variable->name);
    else if (stmt->kind == ast::StmtKind::For)
      collectDeclared(ast::as<ast::ForStmt>(*stmt).body, names);
    else if (stmt->kind == ast::StmtKind::While)
      collectDeclared(ast::as<ast::WhileStmt>(*stmt).body, names);
    else if (stmt->kind == ast::StmtKind::If) {
      collectDeclared(ast::as<ast::IfStmt>(*stmt).thenBody, names);
      collectDeclared(ast::as<ast::IfStmt>(*stmt).elseBody, names);
    }
  }
}

bool BodyAnalyzer::clauses(std::vector<ast::ForClause> &list, const ast::Expr &body,
                           const ast::Expr *filter, bool independent) {
  bool right = true;
  // Names of later clauses and of the body must not be taken for outer ones.
  std::set<std::string> own;
  for (ast::ForClause &clause : list)
    own.insert(clause.variable->name);
  ast::walk(body, [&](const ast::Expr &e) {
    if (e.kind == ExprKind::Block)
      collectDeclared(ast::as<ast::BlockExpr>(e).statements, own);
  });
  for (size_t c = 0; c < list.size(); ++c) {
    ast::ForClause &clause = list[c];
    clause.variable->type = ast::Type::i64();
    if (clause.range) {
      if (independent)
        for (const ast::ExprPtr *bound : {&clause.range->lower, &clause.range->upper})
          ast::walk(**bound, [&](const ast::Expr &e) {
            for (size_t earlier = 0; earlier < c && e.kind == ExprKind::Name; ++earlier)
              if (ast::as<ast::NameExpr>(e).name == list[earlier].variable->name) {
                diagnostics.report(DiagnosticId::DependentRange, e.range,
                                   {list[earlier].variable->name});
                right = false;
              }
          });
      right &= range(*clause.range);
    } else {
      SourceRange firstUse;
      auto visit = [&](const ast::Expr &e) {
        if (e.kind != ExprKind::Index)
          return;
        const auto &index = ast::as<ast::IndexExpr>(e);
        auto indexed = indexedArray(*index.base, own);
        if (!indexed)
          return;
        for (unsigned s = 0; s < index.subscripts.size(); ++s) {
          const ast::ExprPtr &at = index.subscripts[s].index;
          unsigned k = indexed->before + s;
          if (!at || at->kind != ExprKind::Name ||
              ast::as<ast::NameExpr>(*at).name != clause.variable->name ||
              k >= indexed->type->rank())
            continue;
          ast::IndexedDimension found{indexed->variable, k, indexed->type->dims[k]};
          if (clause.indexed.empty()) {
            firstUse = e.range;
            clause.indexed.push_back(std::move(found));
            continue;
          }
          const ast::Dimension &first = clause.indexed.front().size;
          ast::Dimension difference = first - found.size;
          if (difference.terms.empty())
            continue;
          if (difference.terms.size() == 1 && difference.terms.begin()->first.empty()) {
            diagnostics
                .report(DiagnosticId::RangeDisagrees, e.range,
                        {clause.variable->name, toString(first), toString(found.size)})
                .note(DiagnosticId::RangeUseHere, firstUse);
            right = false;
          }
          clause.indexed.push_back(std::move(found));
        }
      };
      ast::walk(body, visit);
      if (filter)
        ast::walk(*filter, visit);
      if (clause.indexed.empty()) {
        diagnostics
            .report(DiagnosticId::CannotInferRange, clause.variable->range, {clause.variable->name})
            .withHint("state it: `for " + clause.variable->name + " in 0..n`");
        clause.variable->poisoned = true;
        right = false;
      }
    }
    // Each variable is visible in the ranges that follow.
    if (!(c == 0 && scopes.back().names.empty()) &&
        scopes.back().names.count(clause.variable->name))
      right = (declare(*clause.variable), false);
    else
      declare(*clause.variable);
  }
  return right;
}

void BodyAnalyzer::comprehension(ast::ComprehensionExpr &expr) {
  if (expr.filter)
    diagnostics.report(DiagnosticId::ComprehensionFilter, expr.filter->range)
        .withHint("a reduction takes one: `sum(... if c)`");
  push("a comprehension");
  bool right = clauses(expr.clauses, *expr.body, nullptr, true);
  std::vector<ast::Dimension> dims;
  for (const ast::ForClause &clause : expr.clauses)
    dims.push_back(right ? clauseSize(clause) : items.freshOpaque());
  right &= value(expr.body);
  if (right) {
    ast::Type type = expr.body->type();
    for (const ast::Dimension &dim : type.dims)
      for (const auto &[monomial, coefficient] : dim.terms)
        for (const ast::DimensionSymbol &symbol : monomial)
          for (const ast::ForClause &clause : expr.clauses)
            if (symbol.variable == clause.variable.get() && right) {
              diagnostics.report(DiagnosticId::DependentShape, expr.body->range, {toString(type)});
              right = false;
            }
    type.dims.insert(type.dims.begin(), dims.begin(), dims.end());
    if (right)
      expr.types = {type};
  }
  for (const ast::Dimension &dim : dims)
    if (right && dim.isConstant() && dim.constantValue() < 0) {
      diagnostics.report(DiagnosticId::NegativeDimension, expr.range, {toString(dim)});
      expr.types.clear();
    }
  pop();
}

bool BodyAnalyzer::reductionType(const std::string &callee, SourceRange range, ast::ExprPtr &body,
                                 ast::Type &result) {
  ast::Type type = body->type();
  bool logical = callee == "any" || callee == "all";
  if (logical != (type.scalar == ast::ScalarKind::Bool) || type.isStruct()) {
    diagnostics.report(DiagnosticId::BodyType, range, {callee, toString(type)});
    return false;
  }
  if ((callee == "mean" || callee == "logsumexp") && type.scalar == ast::ScalarKind::I64)
    coerce(body, ast::ScalarKind::F64);
  bool position = callee == "argmax" || callee == "argmin";
  result = position ? ast::Type::i64() : ast::Type{body->type().scalar, {}};
  return true;
}

void BodyAnalyzer::reduction(ast::ReductionExpr &expr) {
  if (!isReduction(expr.callee) || items.module.find(expr.callee)) {
    Diagnostic &report =
        diagnostics.report(DiagnosticId::NotAReduction, expr.calleeRange, {expr.callee});
    if (auto close = closestName(expr.callee, {"sum", "prod", "max", "min", "mean", "logsumexp",
                                               "argmax", "argmin", "any", "all"}))
      report.withHint("did you mean `" + *close + "`?");
    return;
  }
  if ((expr.callee == "argmax" || expr.callee == "argmin") && expr.clauses.size() > 1) {
    diagnostics.report(DiagnosticId::OneClause, expr.range, {expr.callee});
    return;
  }
  push("a reduction");
  bool right = clauses(expr.clauses, *expr.body, expr.filter.get(), false);
  if (expr.filter)
    condition(expr.filter);
  right &= value(expr.body) && (!expr.filter || ok(expr.filter));
  if (right && !expr.body->type().isScalar()) {
    diagnostics.report(DiagnosticId::BodyNotScalar, expr.body->range,
                       {expr.callee, describe(*expr.body)});
    right = false;
  }
  ast::Type type;
  if (right && reductionType(expr.callee, expr.range, expr.body, type))
    expr.types = {type};
  pop();
}

} // namespace circ::sema
