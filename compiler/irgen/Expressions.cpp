//===- Expressions.cpp - Scalars, elementwise arithmetic, calls -----------===//

#include "compiler/dialect/Gates.h"
#include "compiler/irgen/FunctionGenerator.h"

using namespace mlir;

namespace circ::irgen {

using ast::BinaryOp;
using ast::ExprKind;
using ast::ScalarKind;

FunctionGenerator::Values FunctionGenerator::exprs(const ast::Expr &e) {
  if (e.kind == ExprKind::Call && ast::as<ast::CallExpr>(e).circuit)
    return call(ast::as<ast::CallExpr>(e));
  if (e.kind == ExprKind::Derivative)
    return derivative(ast::as<ast::DerivativeExpr>(e));
  if (e.type().isStruct())
    return structure(e);
  return {expr(e)};
}

Value FunctionGenerator::expr(const ast::Expr &e) {
  Location loc = location(e.range);
  switch (e.kind) {
  case ExprKind::Number: {
    const auto &literal = ast::as<ast::NumberExpr>(e);
    return e.type().isReal() ? number(loc, e.type().scalar, literal.real)
                             : integer(loc, literal.integer);
  }
  case ExprKind::Bool:
    return truth(loc, ast::as<ast::BoolExpr>(e).value);
  case ExprKind::Name:
    return env.lookup(ast::as<ast::NameExpr>(e).variable);
  case ExprKind::Unary: {
    const auto &unary = ast::as<ast::UnaryExpr>(e);
    return negated(loc, expr(*unary.operand), e.type().scalar);
  }
  case ExprKind::Binary:
    return binary(ast::as<ast::BinaryExpr>(e));
  case ExprKind::Call: {
    const auto &called = ast::as<ast::CallExpr>(e);
    return called.circuit ? call(called).front() : builtin(called);
  }
  case ExprKind::Index:
  case ExprKind::Field:
    return access(e).front();
  case ExprKind::If:
    return choice(ast::as<ast::IfExpr>(e)).front();
  case ExprKind::Block:
    return block(ast::as<ast::BlockExpr>(e)).front();
  case ExprKind::Array:
    return arrayLiteral(ast::as<ast::ArrayExpr>(e)).front();
  case ExprKind::Comprehension:
    return comprehension(ast::as<ast::ComprehensionExpr>(e)).front();
  case ExprKind::Reduction:
    return reduction(ast::as<ast::ReductionExpr>(e));
  case ExprKind::Derivative:
    return derivative(ast::as<ast::DerivativeExpr>(e)).front();
  case ExprKind::Convert:
    return convert(loc, expr(*ast::as<ast::ConvertExpr>(e).operand), e.type().scalar);
  default:
    return unsupported(loc, "this expression", mlirType(b.getContext(), e.type()));
  }
}

/// `-x` of numbers, `!x` of truth values.
Value FunctionGenerator::negated(Location loc, Value operand, ScalarKind kind) {
  return elementwise(loc, kind, {operand}, [&](ArrayRef<Value> v) -> Value {
    if (kind == ScalarKind::Bool)
      return b.create<arith::XOrIOp>(loc, v[0], truth(loc, true));
    if (kind == ScalarKind::I64)
      return b.create<arith::SubIOp>(loc, integer(loc, 0), v[0]);
    return ir::createGate(b, loc, "neg", v);
  });
}

Value FunctionGenerator::convert(Location loc, Value value, ScalarKind to) {
  return elementwise(loc, to, {value}, [&](ArrayRef<Value> v) -> Value {
    Value x = v[0];
    Type type = mlirType(b.getContext(), {to, {}});
    if (x.getType() == type)
      return x;
    if (to == ScalarKind::I64)
      return x.getType().isInteger(1) ? b.create<arith::ExtUIOp>(loc, type, x).getResult()
                                      : b.create<ir::ToIntOp>(loc, type, x).getResult();
    if (x.getType().isInteger(64))
      return b.create<arith::SIToFPOp>(loc, type, x);
    if (to == ScalarKind::F32)
      return b.create<arith::TruncFOp>(loc, type, x);
    return b.create<arith::ExtFOp>(loc, type, x);
  });
}

Value FunctionGenerator::arithmetic(Location loc, BinaryOp op, Value x, Value y) {
  if (isa<FloatType>(x.getType())) {
    static const std::map<BinaryOp, const char *> gates = {
        {BinaryOp::Add, "add"},    {BinaryOp::Subtract, "sub"},  {BinaryOp::Multiply, "mul"},
        {BinaryOp::Divide, "div"}, {BinaryOp::Remainder, "rem"}, {BinaryOp::Power, "pow"}};
    return ir::createGate(b, loc, y.getType().isInteger(64) ? "powi" : gates.at(op), {x, y});
  }
  switch (op) {
  case BinaryOp::Add:
    return b.create<arith::AddIOp>(loc, x, y);
  case BinaryOp::Subtract:
    return b.create<arith::SubIOp>(loc, x, y);
  case BinaryOp::Multiply:
    return b.create<arith::MulIOp>(loc, x, y);
  default:
    return b.create<ir::FloorModOp>(loc, x, y);
  }
}

Value FunctionGenerator::compare(Location loc, BinaryOp op, Value x, Value y) {
  unsigned which = unsigned(op) - unsigned(BinaryOp::Equal);
  if (isa<FloatType>(x.getType())) {
    using P = arith::CmpFPredicate;
    static const P how[] = {P::OEQ, P::UNE, P::OLT, P::OLE, P::OGT, P::OGE};
    return b.create<arith::CmpFOp>(loc, how[which], x, y);
  }
  using P = arith::CmpIPredicate;
  static const P how[] = {P::eq, P::ne, P::slt, P::sle, P::sgt, P::sge};
  return b.create<arith::CmpIOp>(loc, how[which], x, y);
}

Value FunctionGenerator::binary(const ast::BinaryExpr &e) {
  Location loc = location(e.opRange);
  if (e.op == BinaryOp::MatMul)
    return matmul(e);
  Value left = expr(*e.left);
  if (e.op == BinaryOp::And || e.op == BinaryOp::Or) {
    auto op = b.create<scf::IfOp>(loc, TypeRange{b.getI1Type()}, left, true);
    OpBuilder::InsertionGuard guard(b);
    bool isAnd = e.op == BinaryOp::And;
    b.setInsertionPointToEnd(op.thenBlock());
    b.create<scf::YieldOp>(loc, isAnd ? expr(*e.right) : truth(loc, true));
    b.setInsertionPointToEnd(op.elseBlock());
    b.create<scf::YieldOp>(loc, isAnd ? truth(loc, false) : expr(*e.right));
    return op.getResult(0);
  }
  Value right = expr(*e.right);
  if (!e.left->type().isScalar() && !e.right->type().isScalar())
    requireShape(loc, e.left->type(), left, e.right->type(), right);
  bool comparison = e.op >= BinaryOp::Equal && e.op <= BinaryOp::GreaterEqual;
  return elementwise(loc, e.type().scalar, {left, right}, [&](ArrayRef<Value> v) {
    return comparison ? compare(loc, e.op, v[0], v[1]) : arithmetic(loc, e.op, v[0], v[1]);
  });
}

FunctionGenerator::Values FunctionGenerator::choice(const ast::IfExpr &e) {
  return chosen(location(e.range), expr(*e.condition), *e.thenValue, *e.elseValue, e.type());
}

FunctionGenerator::Values FunctionGenerator::chosen(Location loc, Value condition,
                                                    const ast::Expr &first, const ast::Expr &second,
                                                    const ast::Type &type) {
  SmallVector<Type> types;
  for (const ast::Leaf &leaf : leavesOf(type))
    types.push_back(mlirType(b.getContext(), leaf.type));
  auto op = b.create<scf::IfOp>(loc, types, condition, true);
  OpBuilder::InsertionGuard guard(b);
  for (bool isFirst : {true, false}) {
    b.setInsertionPointToEnd(isFirst ? op.thenBlock() : op.elseBlock());
    Values values = exprs(isFirst ? first : second);
    for (auto [value, wanted] : llvm::zip(values, types))
      value = adapt(loc, value, wanted);
    b.create<scf::YieldOp>(loc, values);
  }
  return Values(op.getResults().begin(), op.getResults().end());
}

FunctionGenerator::Values FunctionGenerator::block(const ast::BlockExpr &e) {
  StmtRefs list;
  for (const ast::StmtPtr &stmt : e.statements)
    list.push_back(stmt.get());
  statements(list, 0);
  Values values = exprs(*e.value);
  for (auto [value, leaf] : llvm::zip(values, leavesOf(e.type())))
    value = adapt(location(e.range), value, mlirType(b.getContext(), leaf.type));
  return values;
}

FunctionGenerator::Values FunctionGenerator::arrayLiteral(const ast::ArrayExpr &e) {
  Location loc = location(e.range);
  std::vector<Values> rows;
  for (const ast::ExprPtr &element : e.elements)
    rows.push_back(exprs(*element));
  Values made;
  for (auto [i, leaf] : llvm::enumerate(leavesOf(e.type()))) {
    Values column;
    for (size_t r = 0; r < rows.size(); ++r) {
      column.push_back(rows[r][i]);
      if (r != 0 && leaf.type.rank() > 1)
        requireShape(loc, leavesOf(e.elements[0]->type())[i].type, column[0],
                     leavesOf(e.elements[r]->type())[i].type, column[r]);
    }
    made.push_back(stack(loc, leaf.type, column));
  }
  return made;
}

/// An array of scalars or of rows of one shape.
Value FunctionGenerator::stack(Location loc, const ast::Type &stacked, ValueRange rows) {
  auto type = cast<RankedTensorType>(mlirType(b.getContext(), stacked));
  if (type.getRank() == 1)
    return b.create<ir::FromElementsOp>(loc, type, rows);
  // Rows: written one after the other.
  Values all{integer(loc, int64_t(rows.size()))};
  llvm::append_range(all, sizes(loc, rows[0]));
  Value made = splat(loc, type, zero(loc, stacked.scalar), all);
  for (size_t r = 0; r < rows.size(); ++r) {
    std::function<Value(size_t, Value, Values)> nest = [&](size_t k, Value into,
                                                           Values at) -> Value {
      if (k == all.size())
        return b.create<ir::InsertOp>(loc, extract(loc, rows[r], ArrayRef<Value>(at).drop_front()),
                                      into, at);
      auto op =
          b.create<scf::ForOp>(loc, integer(loc, 0), all[k], integer(loc, 1), ValueRange{into});
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(op.getBody());
      at.push_back(op.getInductionVar());
      b.create<scf::YieldOp>(loc, nest(k + 1, op.getRegionIterArg(0), at));
      return op.getResult(0);
    };
    made = nest(1, made, {integer(loc, int64_t(r))});
  }
  return made;
}

FunctionGenerator::Values
FunctionGenerator::callArguments(Location loc, const std::vector<ast::Argument> &arguments,
                                 const ast::Circuit &callee) {
  Values values;
  for (const ast::Argument &argument : arguments)
    llvm::append_range(values, exprs(*argument.value));
  for (auto [value, parameter] : llvm::zip_equal(values, callee.parameters))
    value = adapt(loc, value, mlirType(b.getContext(), parameter.variable->type));
  return values;
}

/// A gate of numbers on arrays, element by element.
Value FunctionGenerator::spreadGate(const ast::CallExpr &e) {
  Location loc = location(e.range);
  Values arguments;
  for (const ast::Argument &argument : e.arguments)
    arguments.push_back(expr(*argument.value));
  const ast::Type *lead = nullptr;
  Value leadValue;
  for (auto [argument, value] : llvm::zip(e.arguments, arguments)) {
    const ast::Type &type = argument.value->type();
    if (type.isScalar())
      continue;
    if (lead)
      requireShape(loc, *lead, leadValue, type, value);
    else
      lead = &type, leadValue = value;
  }
  Type result = mlirType(b.getContext(), e.circuit->results[0].type);
  return elementwise(loc, e.type().scalar, arguments, [&](ArrayRef<Value> v) {
    return b.create<func::CallOp>(loc, e.circuit->name, TypeRange{result}, v).getResult(0);
  });
}

FunctionGenerator::Values FunctionGenerator::call(const ast::CallExpr &e) {
  Location loc = location(e.range);
  if (e.circuit->isScalarGate() && !e.type().isScalar())
    return {spreadGate(e)};
  Values arguments = callArguments(loc, e.arguments, *e.circuit);
  SmallVector<Type> results;
  for (const ast::Result &result : e.circuit->results)
    results.push_back(mlirType(b.getContext(), result.type));
  auto op = b.create<func::CallOp>(loc, e.circuit->name, results, arguments);
  Values values;
  for (auto [value, type] : llvm::zip(op.getResults(), leafTypes(e.types)))
    values.push_back(adapt(loc, value, mlirType(b.getContext(), type)));
  return values;
}

} // namespace circ::irgen
