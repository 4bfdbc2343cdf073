//===- ReverseScalars.cpp - Conversions and selections --------------------===//

#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

/// f32 to f64: the adjoint goes back rounded.
static LogicalResult reverseExtend(Reverser &r, Operation *op) {
  Value seed = r.takeAdjoint(op->getResult(0));
  r.addAdjoint(op->getOperand(0),
               r.b.create<arith::TruncFOp>(op->getLoc(), op->getOperand(0).getType(), seed));
  return success();
}

static LogicalResult reverseTruncate(Reverser &r, Operation *op) {
  Value seed = r.takeAdjoint(op->getResult(0));
  r.addAdjoint(op->getOperand(0),
               r.b.create<arith::ExtFOp>(op->getLoc(), op->getOperand(0).getType(), seed));
  return success();
}

/// What was not selected gets nothing.
static LogicalResult reverseSelect(Reverser &r, Operation *op) {
  auto select = cast<arith::SelectOp>(op);
  Value seed = r.takeAdjoint(select.getResult());
  Value condition = r.primal(select.getCondition());
  // The size of the seed: what was not selected may be of another.
  Value zero = r.b.create<arith::ConstantOp>(
      op->getLoc(), r.b.getFloatAttr(getElementTypeOrSelf(seed.getType()), 0.0));
  if (auto array = dyn_cast<RankedTensorType>(seed.getType())) {
    SmallVector<Value> sizes;
    for (int64_t i = 0; i < array.getRank(); ++i)
      if (array.isDynamicDim(i))
        sizes.push_back(r.b.create<ir::DimOp>(op->getLoc(), seed, i));
    zero = r.b.create<ir::SplatOp>(op->getLoc(), array, zero, sizes);
  }
  if (r.activity.isActive(select.getTrueValue()))
    r.addAdjoint(select.getTrueValue(),
                 r.b.create<arith::SelectOp>(op->getLoc(), condition, seed, zero));
  if (r.activity.isActive(select.getFalseValue()))
    r.addAdjoint(select.getFalseValue(),
                 r.b.create<arith::SelectOp>(op->getLoc(), condition, zero, seed));
  return success();
}

void addScalarRules(RuleTable &rules) {
  rules["arith.extf"] = {reverseExtend};
  rules["arith.truncf"] = {reverseTruncate};
  rules["arith.select"] = {reverseSelect};
}

} // namespace circ::autodiff
