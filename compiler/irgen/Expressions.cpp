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
    Value operand = expr(*unary.operand);
    ScalarKind kind = e.type().scalar;
    return elementwise(loc, kind, {operand}, [&](ArrayRef<Value> v) -> Value {
      if (kind == ScalarKind::Bool)
        return b.create<arith::XOrIOp>(loc, v[0], truth(loc, true));
      if (kind == ScalarKind::I64)
        return b.create<arith::SubIOp>(loc, integer(loc, 0), v[0]);
      return ir::createGate(b, loc, "neg", v);
    });
  }
  case ExprKind::Binary:
    return binary(ast::as<ast::BinaryExpr>(e));
  case ExprKind::Call: {
    const auto &called = ast::as<ast::CallExpr>(e);
    return called.circuit ? call(called).front() : builtin(called);
  }
  case ExprKind::Index:
    return index(ast::as<ast::IndexExpr>(e));
  case ExprKind::If:
    return choice(ast::as<ast::IfExpr>(e));
  case ExprKind::Block:
    return block(ast::as<ast::BlockExpr>(e));
  case ExprKind::Array:
    return arrayLiteral(ast::as<ast::ArrayExpr>(e));
  case ExprKind::Comprehension:
    return comprehension(ast::as<ast::ComprehensionExpr>(e));
  case ExprKind::Reduction:
    return reduction(ast::as<ast::ReductionExpr>(e));
  case ExprKind::Convert:
    return convert(loc, expr(*ast::as<ast::ConvertExpr>(e).operand), e.type().scalar);
  default:
    return unsupported(loc, "this expression", mlirType(b.getContext(), e.type()));
  }
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

Value FunctionGenerator::matmul(const ast::BinaryExpr &e) {
  Location loc = location(e.opRange);
  Value left = expr(*e.left), right = expr(*e.right);
  Values a = sizes(loc, left), c = sizes(loc, right);
  if (!(e.left->type().dims.back() == e.right->type().dims.front()))
    requireSize(loc, a.back(), c.front(),
                "`@` of a left side with {0} columns and a right side with {1} rows");
  Type element = mlirType(b.getContext(), {e.type().scalar, {}});
  auto product = [&](Values row, Values column) {
    return reduceOver(loc, ir::ReduceKind::Sum, element, a.back(), [&](Value k) {
      Values i = row, j{k};
      i.push_back(k);
      j.append(column.begin(), column.end());
      return arithmetic(loc, BinaryOp::Multiply, extract(loc, left, i), extract(loc, right, j));
    });
  };
  bool rows = a.size() == 2, columns = c.size() == 2;
  if (!rows && !columns)
    return product({}, {});
  Values bounds;
  if (rows)
    bounds.push_back(a[0]);
  if (columns)
    bounds.push_back(c[1]);
  return map(loc, cast<RankedTensorType>(mlirType(b.getContext(), e.type())), bounds,
             [&](ValueRange at) {
               Values row, column;
               if (rows)
                 row.push_back(at[0]);
               if (columns)
                 column.push_back(at.back());
               return product(row, column);
             });
}

Value FunctionGenerator::choice(const ast::IfExpr &e) {
  Location loc = location(e.range);
  Value condition = expr(*e.condition);
  Type type = mlirType(b.getContext(), e.type());
  auto op = b.create<scf::IfOp>(loc, TypeRange{type}, condition, true);
  OpBuilder::InsertionGuard guard(b);
  Values branches;
  b.setInsertionPointToEnd(op.thenBlock());
  b.create<scf::YieldOp>(loc, adapt(loc, expr(*e.thenValue), type));
  b.setInsertionPointToEnd(op.elseBlock());
  b.create<scf::YieldOp>(loc, adapt(loc, expr(*e.elseValue), type));
  return op.getResult(0);
}

Value FunctionGenerator::block(const ast::BlockExpr &e) {
  StmtRefs list;
  for (const ast::StmtPtr &stmt : e.statements)
    list.push_back(stmt.get());
  statements(list, 0);
  Value value = expr(*e.value);
  return e.type().isScalar() ? value
                             : adapt(location(e.range), value, mlirType(b.getContext(), e.type()));
}

Value FunctionGenerator::arrayLiteral(const ast::ArrayExpr &e) {
  Location loc = location(e.range);
  auto type = cast<RankedTensorType>(mlirType(b.getContext(), e.type()));
  if (type.getRank() == 1) {
    Values elements;
    for (const ast::ExprPtr &element : e.elements)
      elements.push_back(expr(*element));
    return b.create<ir::FromElementsOp>(loc, type, elements);
  }
  // Rows: written one after the other.
  Values rows;
  for (const ast::ExprPtr &element : e.elements)
    rows.push_back(expr(*element));
  for (size_t i = 1; i < rows.size(); ++i)
    requireShape(loc, e.elements[0]->type(), rows[0], e.elements[i]->type(), rows[i]);
  Values all{integer(loc, int64_t(rows.size()))};
  llvm::append_range(all, sizes(loc, rows[0]));
  Value made = splat(loc, type, zero(loc, e.type().scalar), all);
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

Value FunctionGenerator::index(const ast::IndexExpr &e) {
  Location loc = location(e.range);
  Value array = expr(*e.base);
  std::string name =
      e.base->kind == ExprKind::Name ? ast::as<ast::NameExpr>(*e.base).name : "the array";
  Values all = sizes(loc, array), lower, trips;
  std::vector<bool> sliced;
  for (size_t k = 0; k < all.size(); ++k) {
    const ast::Subscript *subscript = k < e.subscripts.size() ? &e.subscripts[k] : nullptr;
    bool slice = !subscript || subscript->isSlice;
    sliced.push_back(slice);
    if (!slice) {
      lower.push_back(expr(*subscript->index));
      b.create<ir::CheckIndexOp>(location(subscript->range), lower.back(), all[k], k, name);
      continue;
    }
    Value from = subscript && subscript->lower ? expr(*subscript->lower) : integer(loc, 0);
    Value to = subscript && subscript->upper ? expr(*subscript->upper) : all[k];
    if (subscript && (subscript->lower || subscript->upper)) {
      auto cmp = [&](Value x, Value y) {
        return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, x, y).getResult();
      };
      Value inside = b.create<arith::AndIOp>(
          loc, b.create<arith::AndIOp>(loc, cmp(integer(loc, 0), from), cmp(from, to)),
          cmp(to, all[k]));
      b.create<ir::CheckOp>(location(subscript->range), ir::CheckKind::Shape, inside,
                            "the slice {0}..{1} is out of bounds for dimension " +
                                std::to_string(k) + " of size {2} of '" + name + "'",
                            ValueRange{from, to, all[k]});
    }
    lower.push_back(from);
    trips.push_back(b.create<arith::SubIOp>(loc, to, from));
  }
  if (trips.empty())
    return extract(loc, array, lower);
  return map(
      loc, cast<RankedTensorType>(mlirType(b.getContext(), e.type())), trips, [&](ValueRange at) {
        Values indices;
        size_t next = 0;
        for (size_t k = 0; k < sliced.size(); ++k)
          indices.push_back(sliced[k]
                                ? b.create<arith::AddIOp>(loc, lower[k], at[next++]).getResult()
                                : lower[k]);
        return extract(loc, array, indices);
      });
}

FunctionGenerator::Values FunctionGenerator::call(const ast::CallExpr &e) {
  Location loc = location(e.range);
  Values arguments;
  for (size_t i = 0; i < e.arguments.size(); ++i)
    arguments.push_back(adapt(loc, expr(*e.arguments[i].value),
                              mlirType(b.getContext(), e.circuit->parameters[i].variable->type)));
  SmallVector<Type> results;
  for (const ast::Result &result : e.circuit->results)
    results.push_back(mlirType(b.getContext(), result.type));
  auto op = b.create<func::CallOp>(loc, e.circuit->name, results, arguments);
  Values values;
  for (auto [value, type] : llvm::zip(op.getResults(), e.types))
    values.push_back(adapt(loc, value, mlirType(b.getContext(), type)));
  return values;
}

} // namespace circ::irgen
