//===- LowerGates.cpp - Gates to arithmetic and math functions ------------===//

#include "compiler/lowering/FunctionLowering.h"

#include "compiler/dialect/Gates.h"
#include "runtime/circ_runtime.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace circ::lowering {

/// A power with a small constant exponent as products, which stay within the
/// gate's bound of 2 ulp; null for others. Under --strict the square alone.
Value FunctionLowering::smallPower(ir::PowiOp op) {
  APInt exponent;
  if (!matchPattern(op.getExponent(), m_ConstantInt(&exponent)))
    return nullptr;
  int64_t k = exponent.getSExtValue();
  if (k != 2 && (options.strict || (k != 3 && k != 4)))
    return nullptr;
  Value x = scalar(op.getX());
  Value square = b.create<arith::MulFOp>(loc, x, x);
  if (k == 2)
    return square;
  return b.create<arith::MulFOp>(loc, square, k == 3 ? x : square);
}

/// Whether all lanes of a constant are this number.
static bool isNumber(Value value, double number) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return false;
  if (auto lanes = dyn_cast<SplatElementsAttr>(constant))
    constant = lanes.getSplatValue<Attribute>();
  auto real = dyn_cast<FloatAttr>(constant);
  return real && real.getValueAsDouble() == number;
}

/// The x of `x >= 0 ? -x : x`; null for others.
static Value magnitudeOf(Value value) {
  auto choice = value.getDefiningOp<arith::SelectOp>();
  auto compare = choice ? choice.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
  auto negated = choice ? choice.getTrueValue().getDefiningOp<ir::NegOp>() : ir::NegOp();
  if (!compare || !negated || compare.getPredicate() != arith::CmpFPredicate::OGE)
    return nullptr;
  Value x = choice.getFalseValue();
  return compare.getLhs() == x && isNumber(compare.getRhs(), 0) && negated.getX() == x ? x
                                                                                       : nullptr;
}

/// -|x| and -2 |x| as derivatives have them in an exponent, where they may not have the kink
/// of |x|, in the form that the values of sigmoid and tanh have them: then one exponential
/// serves both. Zeros of both signs have one exponential. Null for other exponents.
Value FunctionLowering::negativeExponent(Value exponent) {
  Type type = exponent.getType();
  if (Value x = magnitudeOf(exponent))
    return primitive("arith.negf", type, primitive("llvm.fabs", type, scalar(x)));
  auto product = exponent.getDefiningOp<ir::MulOp>();
  Value x = product && isNumber(product.getX(), 2) ? magnitudeOf(product.getY()) : Value();
  if (!x)
    return nullptr;
  Attribute factor = b.getFloatAttr(getElementTypeOrSelf(type), -2.0);
  if (auto lanes = dyn_cast<VectorType>(type))
    factor = DenseElementsAttr::get(lanes, factor);
  Value minusTwo = b.create<arith::ConstantOp>(loc, cast<TypedAttr>(factor));
  return primitive("arith.mulf", type, {primitive("llvm.fabs", type, scalar(x)), minusTwo});
}

/// Composed gates are expanded into others first; the table says how each
/// primitive gate is computed.
void FunctionLowering::lowerGate(Operation *op) {
  StringRef name = op->getName().stripDialect();
  ir::GateInfo info = *ir::lookupGate(name);
  if (auto power = dyn_cast<ir::PowiOp>(op))
    if (Value product = smallPower(power)) {
      scalars[power] = product;
      return;
    }
  if (isa<ir::ExpOp>(op))
    if (Value exponent = negativeExponent(op->getOperand(0))) {
      scalars[op->getResult(0)] = primitive(info.symbol, exponent.getType(), exponent);
      return;
    }
  if (!info.symbol.empty()) {
    scalars[op->getResult(0)] = primitiveGate(op, info.symbol);
    return;
  }
  // The expansion is written before the gate into the old function, which goes
  // away, and lowered piece by piece.
  Operation *before = op->getPrevNode();
  OpBuilder expander(op);
  Value value = ir::expandGate(expander, op);
  Operation *piece = before ? before->getNextNode() : &op->getBlock()->front();
  for (; piece != op; piece = piece->getNextNode())
    (void)lower(piece);
  scalars[op->getResult(0)] = scalar(value);
  loc = op->getLoc();
}

Value FunctionLowering::primitiveGate(Operation *op, StringRef symbol) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(scalar(operand));
  return primitive(symbol, op->getResult(0).getType(), operands);
}

Value FunctionLowering::primitive(StringRef symbol, Type type, ValueRange operands) {
  auto flags = contraction();
  if (symbol.consume_front("arith.")) {
    OperationState arithmetic(
        loc, ("arith." + symbol).str(), operands, type,
        {b.getNamedAttr("fastmath", arith::FastMathFlagsAttr::get(b.getContext(), flags))});
    return b.create(arithmetic)->getResult(0);
  }
  if (auto lanes = dyn_cast<VectorType>(type)) {
    if (symbol.consume_front("llvm."))
      return intrinsic(symbol, type, operands);
    return callInLanes(symbol, type, operands);
  }
  if (symbol.consume_front("llvm."))
    return b
        .create<LLVM::CallIntrinsicOp>(
            loc, type, b.getStringAttr("llvm." + symbol.str() + (type.isF32() ? ".f32" : ".f64")),
            operands, LLVM::FastmathFlagsAttr::get(b.getContext(), LLVM::FastmathFlags::none))
        ->getResult(0);
  std::string name = symbol.str();
  if (type.isF32())
    name += "f";
  return call(name, type, operands);
}

void FunctionLowering::lowerFloorDivision(Operation *op) {
  Value left = scalar(op->getOperand(0)), right = scalar(op->getOperand(1));
  auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) -> Value {
    return b.create<arith::CmpIOp>(loc, predicate, x, y);
  };
  require(compare(arith::CmpIPredicate::ne, right, constant(0)), CIRC_DOMAIN,
          "division of the integer {0} by zero", left);
  Value overflows =
      b.create<arith::AndIOp>(loc, compare(arith::CmpIPredicate::eq, left, constant(INT64_MIN)),
                              compare(arith::CmpIPredicate::eq, right, constant(-1)));
  Value truth = b.create<arith::ConstantOp>(loc, b.getBoolAttr(true));
  require(b.create<arith::XOrIOp>(loc, overflows, truth), CIRC_DOMAIN,
          "the integer division {0} by {1} overflows", {left, right});
  Value quotient = b.create<arith::DivSIOp>(loc, left, right);
  Value remainder = b.create<arith::RemSIOp>(loc, left, right);
  Value uneven = compare(arith::CmpIPredicate::ne, remainder, constant(0));
  Value signsDiffer = compare(arith::CmpIPredicate::slt,
                              b.create<arith::XOrIOp>(loc, remainder, right), constant(0));
  Value correct = b.create<arith::AndIOp>(loc, uneven, signsDiffer);
  Value corrected = isa<ir::FloorDivOp>(op)
                        ? Value(b.create<arith::SubIOp>(loc, quotient, constant(1)))
                        : Value(b.create<arith::AddIOp>(loc, remainder, right));
  scalars[op->getResult(0)] = b.create<arith::SelectOp>(
      loc, correct, corrected, isa<ir::FloorDivOp>(op) ? quotient : remainder);
}

void FunctionLowering::lowerToInt(ir::ToIntOp op) {
  Value value = scalar(op.getValue());
  Type type = value.getType();
  auto real = [&](double v) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getFloatAttr(type, v));
  };
  // Both bounds are powers of two, exact in f32 and f64; NaN fails both.
  Value low = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OGE, value, real(-0x1p63));
  Value high = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT, value, real(0x1p63));
  require(b.create<arith::AndIOp>(loc, low, high), CIRC_DOMAIN,
          "the real number {0} has no integer value", value);
  scalars[op.getResult()] = b.create<arith::FPToSIOp>(loc, b.getI64Type(), value);
}

} // namespace circ::lowering
