//===- ForwardScalars.cpp - Conversions and selections --------------------===//

#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

/// f32 to f64 and back: linear but for the rounding.
template <typename Conversion> static LogicalResult forwardConversion(Forwarder &f, Operation *op) {
  f.copy(op);
  Value result = op->getResult(0);
  if (Value tangent = f.tangent(op->getOperand(0)))
    f.setTangent(result, f.b.create<Conversion>(op->getLoc(), result.getType(), tangent));
  return success();
}

/// The tangent of what is selected.
static LogicalResult forwardSelect(Forwarder &f, Operation *op) {
  auto select = cast<arith::SelectOp>(op);
  f.copy(op);
  if (!f.tangent(select.getTrueValue()) && !f.tangent(select.getFalseValue()))
    return success();
  f.setTangent(select.getResult(),
               f.b.create<arith::SelectOp>(op->getLoc(), f.primal(select.getCondition()),
                                           f.tangentOrZero(select.getTrueValue()),
                                           f.tangentOrZero(select.getFalseValue())));
  return success();
}

void addForwardScalarRules(ForwardTable &rules) {
  rules["arith.extf"] = forwardConversion<arith::ExtFOp>;
  rules["arith.truncf"] = forwardConversion<arith::TruncFOp>;
  rules["arith.select"] = forwardSelect;
}

} // namespace circ::autodiff
