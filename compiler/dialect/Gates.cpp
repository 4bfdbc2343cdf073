//===- Gates.cpp - Derivatives, folding and expansion of gates ------------===//

#include "compiler/dialect/Gates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "runtime/circ_math.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace circ::ir {
namespace {

/// What the generated code builds expressions of the gate table with.
struct GateExpressionBuilder {
  OpBuilder &builder;
  Location loc;
  Type type;
  GatePrimals primals;

  Value operand(unsigned i) { return primals.operand(i); }
  Value result() { return primals.result(); }
  Value constant(double value) {
    Type scalar = getElementTypeOrSelf(type);
    TypedAttr attribute = builder.getFloatAttr(scalar, value);
    if (auto lanes = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(lanes, attribute);
    return builder.create<arith::ConstantOp>(loc, attribute);
  }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return builder.create<arith::CmpFOp>(loc, predicate, a, b);
  }
  Value conjunction(Value a, Value b) { return builder.create<arith::AndIOp>(loc, a, b); }
  Value disjunction(Value a, Value b) { return builder.create<arith::OrIOp>(loc, a, b); }
  Value select(Value condition, Value a, Value b) {
    return builder.create<arith::SelectOp>(loc, condition, a, b);
  }
  template <typename Op, typename... Operands> Value gate(Operands... operands) {
    return builder.create<Op>(loc, operands...);
  }
};

std::optional<double> constantOf(Attribute attribute) {
  if (auto value = dyn_cast_or_null<FloatAttr>(attribute))
    return value.getValueAsDouble();
  return std::nullopt;
}

/// The folded constant, computed in double and rounded to the type.
OpFoldResult foldGate(ArrayRef<Attribute> operands, Type type,
                      llvm::function_ref<double(ArrayRef<double>)> evaluate) {
  SmallVector<double, 3> values;
  for (Attribute operand : operands) {
    std::optional<double> value = constantOf(operand);
    if (!value)
      return {};
    values.push_back(*value);
  }
  return FloatAttr::get(type, evaluate(values));
}

/// x * 1, 1 * x, x / 1, x - 0, x + -0, and a guarded zero: identities that hold for every x.
OpFoldResult foldArithmetic(Operation *op, ArrayRef<Attribute> operands) {
  if (isa<NegOp>(op)) {
    if (auto inner = op->getOperand(0).getDefiningOp<NegOp>())
      return inner.getX();
    return {};
  }
  std::optional<double> left = constantOf(operands[0]), right = constantOf(operands[1]);
  auto isZero = [](double v, bool negative) { return v == 0 && std::signbit(v) == negative; };
  if (isa<MulOp, DivOp, ScaledOp, DividedOp>(op) && right && *right == 1)
    return op->getOperand(0);
  if (isa<MulOp, ScaledOp>(op) && left && *left == 1)
    return op->getOperand(1);
  if (isa<ScaledOp, DividedOp>(op) && left && *left == 0)
    return op->getOperand(0);
  if (isa<SubOp>(op) && right && isZero(*right, false))
    return op->getOperand(0);
  if (isa<AddOp>(op) && right && isZero(*right, true))
    return op->getOperand(0);
  if (isa<AddOp>(op) && left && isZero(*left, true))
    return op->getOperand(1);
  return {};
}

} // namespace

#define GATE_DEFINITIONS
#include "compiler/dialect/Gates.inc"
#undef GATE_DEFINITIONS

/// d x^k / dx = k x^(k-1), and 0 for k = 0.
Value PowiOp::buildOperandAdjoint(OpBuilder &builder, Location loc, unsigned operand, Value g,
                                  GatePrimals primals) {
  if (operand != 0)
    return nullptr;
  GateExpressionBuilder e{builder, loc, getType(), primals};
  Value k = primals.operand(1);
  auto integer = [&](int64_t value) {
    return builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(value));
  };
  Value power = builder.create<PowiOp>(loc, primals.operand(0),
                                       builder.create<arith::SubIOp>(loc, k, integer(1)));
  Value factor = builder.create<arith::SIToFPOp>(loc, getType(), k);
  Value isZero = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, k, integer(0));
  return e.gate<ScaledOp>(g, e.select(isZero, e.constant(0), e.gate<MulOp>(factor, power)));
}

OpFoldResult PowiOp::fold(FoldAdaptor adaptor) {
  auto exponent = dyn_cast_or_null<IntegerAttr>(adaptor.getExponent());
  if (exponent && exponent.getInt() == 1)
    return getX();
  if (std::optional<double> x = constantOf(adaptor.getX()); x && exponent)
    return FloatAttr::get(getType(), circ_powi(*x, exponent.getInt()));
  return {};
}

ArrayRef<GateInfo> allGates() {
  static const GateInfo table[] = {
#define GATE_TABLE
#include "compiler/dialect/Gates.inc"
#undef GATE_TABLE
      {"powi", 2, "x to an integer power; 1 for exponent 0", "circ_powi", "", 30, 2, 2, 0},
  };
  return table;
}

std::optional<GateInfo> lookupGate(StringRef name) {
  for (const GateInfo &gate : allGates())
    if (gate.name == name)
      return gate;
  return std::nullopt;
}

Value createGate(OpBuilder &builder, Location loc, StringRef name, ValueRange operands) {
  std::optional<GateInfo> info = lookupGate(name);
  if (!info || info->arity != operands.size())
    return nullptr;
  if (name == "powi")
    return builder.create<PowiOp>(loc, operands[0], operands[1]);
#define GATE_FACTORY
#include "compiler/dialect/Gates.inc"
#undef GATE_FACTORY
  return nullptr;
}

Value expandGate(OpBuilder &builder, Operation *op) {
  // Named, since GatePrimals only refers to them.
  auto operand = [op](unsigned i) { return op->getOperand(i); };
  auto result = [op] { return op->getResult(0); };
  GatePrimals primals{operand, result};
  GateExpressionBuilder e{builder, op->getLoc(), op->getResult(0).getType(), primals};
#define GATE_EXPANSIONS
#include "compiler/dialect/Gates.inc"
#undef GATE_EXPANSIONS
  return nullptr;
}

} // namespace circ::ir
