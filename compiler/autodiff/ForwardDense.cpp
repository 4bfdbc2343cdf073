//===- ForwardDense.cpp - Patterns of what mixes all elements -------------===//
//
// In a dependence program every element that a matrix op or a gate of the
// user's makes depends on all that any element of an operand depends on. The
// pattern may hold more than the derivative does, never less.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/DenseJacobian.h"
#include "compiler/autodiff/ForwardRules.h"

using namespace mlir;

namespace circ::autodiff {

/// The union of the elements of an array of sets; the set itself of a scalar.
static FailureOr<Value> unionOfElements(Forwarder &f, Location loc, Value sets) {
  if (!isa<RankedTensorType>(sets.getType()))
    return sets;
  Value none = f.b.create<arith::ConstantOp>(loc, f.b.getI64IntegerAttr(0));
  auto unions =
      loopOver(f.b, loc, sizesOf(f.b, loc, sets), none,
               [&](ValueRange indices, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                 Value set = f.b.create<ir::ExtractOp>(loc, f.b.getI64Type(), sets, indices);
                 return SmallVector<Value>{f.sum(loc, carried.front(), set)};
               });
  if (failed(unions))
    return failure();
  return unions->front();
}

LogicalResult forwardDense(Forwarder &f, Operation *op) {
  Location loc = op->getLoc();
  f.copy(op);
  Value all;
  for (Value operand : op->getOperands())
    if (Value sets = f.tangent(operand)) {
      FailureOr<Value> set = unionOfElements(f, loc, sets);
      if (failed(set))
        return failure();
      all = f.sum(loc, all, *set);
    }
  for (Value result : op->getResults()) {
    if (!all || !f.activity.isActive(result))
      continue;
    auto type = dyn_cast<RankedTensorType>(f.tangentType(result.getType()));
    if (!type) {
      f.setTangent(result, all);
      continue;
    }
    SmallVector<Value> sizes;
    for (unsigned k = 0; k < type.getRank(); ++k)
      if (type.isDynamicDim(k))
        sizes.push_back(f.b.create<ir::DimOp>(loc, f.primal(result), k));
    f.setTangent(result, f.b.create<ir::SplatOp>(loc, type, all, sizes));
  }
  return success();
}

} // namespace circ::autodiff
