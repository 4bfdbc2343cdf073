//===- Structs.cpp - Struct values as lists of leaves ---------------------===//
//
// A struct value is one MLIR value for each leaf of its type; operations and
// functions see numbers and arrays only.
//
//===----------------------------------------------------------------------===//

#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::ExprKind;

std::vector<const ast::Variable *> FunctionGenerator::storage(const ast::Variable &variable) {
  if (variable.leaves.empty())
    return {&variable};
  std::vector<const ast::Variable *> leaves;
  for (const auto &leaf : variable.leaves)
    leaves.push_back(leaf.get());
  return leaves;
}

FunctionGenerator::Values FunctionGenerator::structure(const ast::Expr &e) {
  Location loc = location(e.range);
  switch (e.kind) {
  case ExprKind::Name: {
    Values values;
    for (const ast::Variable *leaf : storage(*ast::as<ast::NameExpr>(e).variable))
      values.push_back(env.lookup(leaf));
    return values;
  }
  case ExprKind::Index:
  case ExprKind::Field:
    return access(e);
  case ExprKind::If:
    return choice(ast::as<ast::IfExpr>(e));
  case ExprKind::Block:
    return block(ast::as<ast::BlockExpr>(e));
  case ExprKind::Array:
    return arrayLiteral(ast::as<ast::ArrayExpr>(e));
  case ExprKind::Comprehension:
    return comprehension(ast::as<ast::ComprehensionExpr>(e));
  case ExprKind::Struct: {
    Values values;
    for (const ast::Argument &field : ast::as<ast::StructExpr>(e).fields)
      llvm::append_range(values, exprs(*field.value));
    for (auto [value, leaf] : llvm::zip(values, leavesOf(e.type())))
      value = adapt(loc, value, mlirType(b.getContext(), leaf.type));
    return values;
  }
  case ExprKind::Unary: {
    Values values = exprs(*ast::as<ast::UnaryExpr>(e).operand);
    for (auto [value, leaf] : llvm::zip(values, leavesOf(e.type())))
      value = negated(loc, value, leaf.type.scalar);
    return values;
  }
  case ExprKind::Binary:
    return structBinary(ast::as<ast::BinaryExpr>(e));
  case ExprKind::Call: {
    const auto &select = ast::as<ast::CallExpr>(e).arguments;
    Value condition = expr(*select[0].value);
    return chosen(loc, condition, *select[1].value, *select[2].value, e.type());
  }
  default:
    break;
  }
  Values values;
  for (const ast::Leaf &leaf : leavesOf(e.type()))
    values.push_back(unsupported(loc, "this expression", mlirType(b.getContext(), leaf.type)));
  return values;
}

/// A sum or difference of structs, or a struct and a number.
FunctionGenerator::Values FunctionGenerator::structBinary(const ast::BinaryExpr &e) {
  Location loc = location(e.opRange);
  Values left = exprs(*e.left), right = exprs(*e.right), made;
  std::vector<ast::Leaf> first = leavesOf(e.left->type()), second = leavesOf(e.right->type());
  for (auto [i, leaf] : llvm::enumerate(leavesOf(e.type()))) {
    bool both = e.left->type().isStruct() && e.right->type().isStruct();
    if (both && leaf.type.rank() > 0)
      requireShape(loc, first[i].type, left[i], second[i].type, right[i]);
    Value x = e.left->type().isStruct() ? left[i] : left[0];
    Value y = e.right->type().isStruct() ? right[i] : right[0];
    made.push_back(elementwise(loc, leaf.type.scalar, {x, y}, [&](ArrayRef<Value> v) {
      return arithmetic(loc, e.op, v[0], v[1]);
    }));
  }
  return made;
}

} // namespace circ::irgen
