//===- Walk.cpp - Visits all expressions below one ------------------------===//

#include "compiler/ast/Walk.h"

namespace circ::ast {

static void walk(const std::vector<Subscript> &list,
                 const std::function<void(const Expr &)> &visit) {
  for (const Subscript &subscript : list)
    for (const ExprPtr *part : {&subscript.index, &subscript.lower, &subscript.upper})
      if (*part)
        walk(**part, visit);
}

void walk(const StmtList &list, const std::function<void(const Expr &)> &visit) {
  for (const StmtPtr &stmt : list) {
    if (stmt->kind == StmtKind::Let) {
      walk(*as<LetStmt>(*stmt).value, visit);
    } else if (stmt->kind == StmtKind::Assign) {
      for (const Accessor &accessor : as<AssignStmt>(*stmt).accessors)
        walk(accessor.subscripts, visit);
      walk(*as<AssignStmt>(*stmt).value, visit);
    } else if (stmt->kind == StmtKind::For) {
      walk(*as<ForStmt>(*stmt).bounds.lower, visit);
      walk(*as<ForStmt>(*stmt).bounds.upper, visit);
      walk(as<ForStmt>(*stmt).body, visit);
    } else if (stmt->kind == StmtKind::While) {
      walk(*as<WhileStmt>(*stmt).condition, visit);
      walk(as<WhileStmt>(*stmt).body, visit);
    } else if (stmt->kind == StmtKind::If) {
      walk(*as<IfStmt>(*stmt).condition, visit);
      walk(as<IfStmt>(*stmt).thenBody, visit);
      walk(as<IfStmt>(*stmt).elseBody, visit);
    } else if (stmt->kind == StmtKind::Return) {
      if (as<ReturnStmt>(*stmt).value)
        walk(*as<ReturnStmt>(*stmt).value, visit);
    } else if (stmt->kind == StmtKind::Assert) {
      walk(*as<AssertStmt>(*stmt).condition, visit);
    } else if (stmt->kind == StmtKind::Print) {
      for (const ExprPtr &value : as<PrintStmt>(*stmt).values)
        walk(*value, visit);
    } else if (stmt->kind == StmtKind::Expression) {
      walk(*as<ExpressionStmt>(*stmt).value, visit);
    }
  }
}

void walk(const Expr &expr, const std::function<void(const Expr &)> &visit) {
  visit(expr);
  auto each = [&](const ExprPtr &child) {
    if (child)
      walk(*child, visit);
  };
  switch (expr.kind) {
  case ExprKind::Unary:
    return each(as<UnaryExpr>(expr).operand);
  case ExprKind::Binary:
    each(as<BinaryExpr>(expr).left);
    return each(as<BinaryExpr>(expr).right);
  case ExprKind::Call:
    for (const Argument &argument : as<CallExpr>(expr).arguments)
      each(argument.value);
    return;
  case ExprKind::Derivative:
    for (const Argument &argument : as<DerivativeExpr>(expr).arguments)
      each(argument.value);
    for (const ExprPtr &direction : as<DerivativeExpr>(expr).directions)
      each(direction);
    return;
  case ExprKind::Index: {
    const auto &index = as<IndexExpr>(expr);
    each(index.base);
    return walk(index.subscripts, visit);
  }
  case ExprKind::Field:
    return each(as<FieldExpr>(expr).base);
  case ExprKind::Struct:
    for (const Argument &field : as<StructExpr>(expr).fields)
      each(field.value);
    return;
  case ExprKind::If: {
    const auto &choice = as<IfExpr>(expr);
    each(choice.condition);
    each(choice.thenValue);
    return each(choice.elseValue);
  }
  case ExprKind::Block:
    walk(as<BlockExpr>(expr).statements, visit);
    return each(as<BlockExpr>(expr).value);
  case ExprKind::Array:
    for (const ExprPtr &element : as<ArrayExpr>(expr).elements)
      each(element);
    return;
  case ExprKind::Comprehension:
  case ExprKind::Reduction: {
    bool reduction = expr.kind == ExprKind::Reduction;
    const auto &list =
        reduction ? as<ReductionExpr>(expr).clauses : as<ComprehensionExpr>(expr).clauses;
    for (const ForClause &clause : list)
      if (clause.range) {
        each(clause.range->lower);
        each(clause.range->upper);
      }
    each(reduction ? as<ReductionExpr>(expr).body : as<ComprehensionExpr>(expr).body);
    return each(reduction ? as<ReductionExpr>(expr).filter : as<ComprehensionExpr>(expr).filter);
  }
  default:
    return;
  }
}

} // namespace circ::ast
