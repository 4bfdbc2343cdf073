//===- Builtins.cpp - Calls of built-ins ----------------------------------===//

#include "compiler/dialect/Gates.h"
#include "compiler/irgen/FunctionGenerator.h"

#include <cmath>
#include <set>

using namespace mlir;

namespace circ::irgen {

using ast::BinaryOp;
using ast::ScalarKind;

Value FunctionGenerator::gate(const ast::CallExpr &e) {
  Location loc = location(e.range);
  Values operands;
  ast::Type lead;
  Value leadValue;
  for (const ast::Argument &argument : e.arguments) {
    operands.push_back(expr(*argument.value));
    if (argument.value->type().isScalar())
      continue;
    if (leadValue)
      requireShape(loc, lead, leadValue, argument.value->type(), operands.back());
    else {
      lead = argument.value->type();
      leadValue = operands.back();
    }
  }
  const std::string &name = e.callee;
  return elementwise(loc, e.type().scalar, operands, [&](ArrayRef<Value> v) -> Value {
    if (name == "isnan")
      return b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNO, v[0], v[0]);
    if (name == "isfinite") {
      Value magnitude = ir::createGate(b, loc, "abs", v);
      Value inf = b.create<arith::ConstantOp>(loc, b.getFloatAttr(v[0].getType(), INFINITY));
      return b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT, magnitude, inf);
    }
    if (isa<FloatType>(v[0].getType()))
      return ir::createGate(b, loc, name, v);
    Value none = integer(loc, 0);
    if (name == "min")
      return b.create<arith::MinSIOp>(loc, v[0], v[1]);
    if (name == "max")
      return b.create<arith::MaxSIOp>(loc, v[0], v[1]);
    if (name == "clamp")
      return b.create<arith::MinSIOp>(loc, b.create<arith::MaxSIOp>(loc, v[0], v[1]), v[2]);
    Value negative = compare(loc, BinaryOp::Less, v[0], none);
    if (name == "abs")
      return b.create<arith::SelectOp>(loc, negative, b.create<arith::SubIOp>(loc, none, v[0]),
                                       v[0]);
    Value positive = compare(loc, BinaryOp::Greater, v[0], none);
    Value up = b.create<arith::SelectOp>(loc, positive, integer(loc, 1), none);
    return b.create<arith::SelectOp>(loc, negative, integer(loc, -1), up);
  });
}

Value FunctionGenerator::builtin(const ast::CallExpr &e) {
  Location loc = location(e.range);
  const std::string &name = e.callee;
  static const std::set<std::string> reductions = {"sum",       "prod",   "max",    "min", "mean",
                                                   "logsumexp", "argmax", "argmin", "any", "all"};
  if (e.arguments.size() == 1 && reductions.count(name))
    return wholeArray(loc, name, expr(*e.arguments[0].value));
  if (name == "int" || name == "f32" || name == "f64")
    return convert(loc, expr(*e.arguments[0].value), e.type().scalar);
  if (name == "stop") {
    Value value = expr(*e.arguments[0].value);
    if (!e.type().isReal())
      return value;
    return elementwise(loc, e.type().scalar, {value},
                       [&](ArrayRef<Value> v) -> Value { return b.create<ir::StopOp>(loc, v[0]); });
  }
  if (name == "len")
    return sizes(loc, exprs(*e.arguments[0].value).front())[0];
  if (name == "dim") {
    const ast::Expr &which = *e.arguments[1].value;
    Value array = exprs(*e.arguments[0].value).front();
    return sizes(loc, array)[ast::as<ast::NumberExpr>(which).integer];
  }
  if (name == "div") {
    Value a = expr(*e.arguments[0].value), by = expr(*e.arguments[1].value);
    return b.create<ir::FloorDivOp>(loc, a, by);
  }
  if (name == "select") {
    // As an `if`: what is not taken is not evaluated and contributes nothing.
    Value condition = expr(*e.arguments[0].value);
    return chosen(loc, condition, *e.arguments[1].value, *e.arguments[2].value, e.type()).front();
  }
  if (ir::lookupGate(name) || name == "isnan" || name == "isfinite")
    return gate(e);
  return arrayBuiltin(e);
}

Value FunctionGenerator::arrayBuiltin(const ast::CallExpr &e) {
  Location loc = location(e.range);
  const std::string &name = e.callee;
  Values v;
  for (const ast::Argument &argument : e.arguments)
    v.push_back(expr(*argument.value));
  if (name == "solve" || name == "cholesky" || name == "logdet" || name == "inv")
    return linearBuiltin(e, v);
  if (name == "sort")
    return sorted(e, v[0]);
  ScalarKind kind = e.type().scalar;
  auto type = dyn_cast<RankedTensorType>(mlirType(b.getContext(), e.type()));
  auto real = [&](Value integerValue) { return convert(loc, integerValue, kind); };
  auto equalSizes = [&](Value x, Value y) {
    requireSize(loc, x, y, "the sizes {0} and {1} do not agree in '" + name + "'");
  };
  if (name == "zeros")
    return splat(loc, type, zero(loc, kind), v);
  if (name == "fill")
    return splat(loc, type, v[0], ValueRange(v).drop_front());
  auto nonnegative = [&](Value size) {
    Value right = compare(loc, BinaryOp::GreaterEqual, size, integer(loc, 0));
    b.create<ir::CheckOp>(loc, ir::CheckKind::Shape, right, "the size {0} is negative",
                          ValueRange{size});
  };
  if (name == "iota" || name == "eye")
    nonnegative(v[0]);
  if (name == "iota")
    return map(loc, type, v, [&](ValueRange at) { return at[0]; });
  if (name == "eye") {
    Values both{v[0], v[0]};
    return map(loc, type, both, [&](ValueRange at) -> Value {
      Value same = compare(loc, BinaryOp::Equal, at[0], at[1]);
      return b.create<arith::SelectOp>(loc, same, number(loc, kind, 1), number(loc, kind, 0));
    });
  }
  if (name == "linspace") {
    nonnegative(v[2]);
    Value last = real(b.create<arith::SubIOp>(loc, v[2], integer(loc, 1)));
    Value one = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OGT, last, number(loc, kind, 0));
    last = b.create<arith::SelectOp>(loc, one, last, number(loc, kind, 1));
    Values size{v[2]};
    return map(loc, type, size, [&](ValueRange at) {
      Value t = arithmetic(loc, BinaryOp::Divide, real(at[0]), last);
      Value rest = arithmetic(loc, BinaryOp::Subtract, number(loc, kind, 1), t);
      return arithmetic(loc, BinaryOp::Add, arithmetic(loc, BinaryOp::Multiply, rest, v[0]),
                        arithmetic(loc, BinaryOp::Multiply, t, v[1]));
    });
  }
  Values first = sizes(loc, v[0]);
  if (name == "transpose") {
    Values swapped{first[1], first[0]};
    return map(loc, type, swapped,
               [&](ValueRange at) { return extract(loc, v[0], {at[1], at[0]}); });
  }
  if (name == "reshape") {
    Value have = integer(loc, 1), want = integer(loc, 1);
    for (Value size : first)
      have = b.create<arith::MulIOp>(loc, have, size);
    for (Value size : ValueRange(v).drop_front()) {
      nonnegative(size);
      want = b.create<arith::MulIOp>(loc, want, size);
    }
    requireSize(loc, have, want, "reshape of {0} elements to {1}");
    Values wanted(v.begin() + 1, v.end());
    return map(loc, type, wanted, [&](ValueRange at) {
      Value flat = at[0];
      for (size_t k = 1; k < wanted.size(); ++k)
        flat = b.create<arith::AddIOp>(loc, b.create<arith::MulIOp>(loc, flat, wanted[k]), at[k]);
      Values indices(first.size());
      for (size_t k = first.size(); k-- > 1;) {
        indices[k] = b.create<arith::RemUIOp>(loc, flat, first[k]);
        flat = b.create<arith::DivUIOp>(loc, flat, first[k]);
      }
      indices[0] = flat;
      return extract(loc, v[0], indices);
    });
  }
  if (name == "concat") {
    Values total = first, starts{integer(loc, 0)};
    for (size_t i = 1; i < v.size(); ++i) {
      starts.push_back(total[0]);
      Values other = sizes(loc, v[i]);
      for (size_t k = 1; k < other.size(); ++k)
        equalSizes(first[k], other[k]);
      total[0] = b.create<arith::AddIOp>(loc, total[0], other[0]);
    }
    return map(loc, type, total, [&](ValueRange at) {
      std::function<Value(size_t)> from = [&](size_t i) -> Value {
        Values indices(at.begin(), at.end());
        indices[0] = b.create<arith::SubIOp>(loc, at[0], starts[i]);
        if (i == 0)
          return extract(loc, v[0], indices);
        Value here = compare(loc, BinaryOp::GreaterEqual, at[0], starts[i]);
        auto op = b.create<scf::IfOp>(loc, TypeRange{type.getElementType()}, here, true);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(op.thenBlock());
        b.create<scf::YieldOp>(loc, extract(loc, v[i], indices));
        b.setInsertionPointToEnd(op.elseBlock());
        b.create<scf::YieldOp>(loc, from(i - 1));
        return op.getResult(0);
      };
      return from(v.size() - 1);
    });
  }
  auto product = [&](Value x, Value y) { return arithmetic(loc, BinaryOp::Multiply, x, y); };
  Type element = mlirType(b.getContext(), {kind, {}});
  if (name == "outer") {
    Values both{first[0], sizes(loc, v[1])[0]};
    return map(loc, type, both, [&](ValueRange at) {
      return product(extract(loc, v[0], at[0]), extract(loc, v[1], at[1]));
    });
  }
  if (name == "dot") {
    equalSizes(first[0], sizes(loc, v[1])[0]);
    return reduceOver(loc, ir::ReduceKind::Sum, element, first[0], [&](Value k) {
      return product(extract(loc, v[0], k), extract(loc, v[1], k));
    });
  }
  if (name == "trace") {
    equalSizes(first[0], first[1]);
    return reduceOver(loc, ir::ReduceKind::Sum, element, first[0],
                      [&](Value k) { return extract(loc, v[0], {k, k}); });
  }
  if (name == "diag" && first.size() == 2) {
    equalSizes(first[0], first[1]);
    return map(loc, type, first[0],
               [&](ValueRange at) { return extract(loc, v[0], {at[0], at[0]}); });
  }
  if (name == "diag") {
    Values both{first[0], first[0]};
    Value none = zero(loc, kind);
    return map(loc, type, both, [&](ValueRange at) -> Value {
      Value same = compare(loc, BinaryOp::Equal, at[0], at[1]);
      auto op = b.create<scf::IfOp>(loc, TypeRange{type.getElementType()}, same, true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(op.thenBlock());
      b.create<scf::YieldOp>(loc, extract(loc, v[0], at[0]));
      b.setInsertionPointToEnd(op.elseBlock());
      b.create<scf::YieldOp>(loc, none);
      return op.getResult(0);
    });
  }
  if (name == "norm") {
    // The derivative of sqrt is guarded at 0: a zero partial comes in there.
    Value squares = reduceArray(
        loc, ir::ReduceKind::Sum,
        elementwise(loc, kind, {v[0]}, [&](ArrayRef<Value> x) { return product(x[0], x[0]); }));
    Value positive =
        b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::UNE, squares, number(loc, kind, 0));
    auto op = b.create<scf::IfOp>(loc, TypeRange{element}, positive, true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(op.thenBlock());
    b.create<scf::YieldOp>(loc, ir::createGate(b, loc, "sqrt", squares));
    b.setInsertionPointToEnd(op.elseBlock());
    b.create<scf::YieldOp>(loc, number(loc, kind, 0));
    return op.getResult(0);
  }
  if (name == "softmax") {
    Value total = reduceArray(loc, ir::ReduceKind::LogSumExp, v[0]);
    return elementwise(loc, kind, {v[0]}, [&](ArrayRef<Value> x) {
      return ir::createGate(b, loc, "exp", arithmetic(loc, BinaryOp::Subtract, x[0], total));
    });
  }
  // cumsum: a running sum in a loop.
  Value made = splat(loc, type, number(loc, kind, 0), first);
  auto op = b.create<scf::ForOp>(loc, integer(loc, 0), first[0], integer(loc, 1),
                                 ValueRange{made, number(loc, kind, 0)});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  Value sum = arithmetic(loc, BinaryOp::Add, op.getRegionIterArg(1),
                         extract(loc, v[0], op.getInductionVar()));
  Value next = b.create<ir::InsertOp>(loc, sum, op.getRegionIterArg(0), op.getInductionVar());
  b.create<scf::YieldOp>(loc, ValueRange{next, sum});
  return op.getResult(0);
}

} // namespace circ::irgen
