//===- ReverseArrays.cpp - Elements, updates and fills --------------------===//

#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

static SmallVector<Value> primals(Reverser &r, ValueRange values) {
  SmallVector<Value> result;
  for (Value value : values)
    result.push_back(r.primal(value));
  return result;
}

/// x = a[i]: the adjoint of a[i] grows by that of x.
static LogicalResult reverseExtract(Reverser &r, Operation *op) {
  auto extract = cast<ir::ExtractOp>(op);
  Value array = extract.getArray();
  Value seed = r.takeAdjoint(extract.getResult());
  if (!r.activity.isActive(array))
    return success();
  Value sum = r.adjointOrZero(array);
  SmallVector<Value> indices = primals(r, extract.getIndices());
  r.setAdjoint(array,
               r.b.create<ir::AccumulateOp>(op->getLoc(), sum.getType(), seed, sum, indices));
  return success();
}

/// b = a with b[i] = v: v takes the adjoint of b[i], a keeps the others.
static LogicalResult reverseInsert(Reverser &r, Operation *op) {
  auto insert = cast<ir::InsertOp>(op);
  Value seed = r.takeAdjoint(insert.getResult());
  SmallVector<Value> indices = primals(r, insert.getIndices());
  Location loc = op->getLoc();
  if (r.activity.isActive(insert.getValue()))
    r.addAdjoint(insert.getValue(),
                 r.b.create<ir::ExtractOp>(loc, insert.getValue().getType(), seed, indices));
  if (r.activity.isActive(insert.getArray())) {
    Value zero = r.zeroLike(insert.getValue());
    r.addAdjoint(insert.getArray(),
                 r.b.create<ir::InsertOp>(loc, seed.getType(), zero, seed, indices));
  }
  return success();
}

/// b = a with v added to b[i]: linear, nothing of the primal is needed.
static LogicalResult reverseAccumulate(Reverser &r, Operation *op) {
  auto accumulate = cast<ir::AccumulateOp>(op);
  Value seed = r.takeAdjoint(accumulate.getResult());
  if (r.activity.isActive(accumulate.getValue()))
    r.addAdjoint(accumulate.getValue(),
                 r.b.create<ir::ExtractOp>(op->getLoc(), accumulate.getValue().getType(), seed,
                                           primals(r, accumulate.getIndices())));
  r.addAdjoint(accumulate.getArray(), seed);
  return success();
}

/// The sum of all elements of an array at the builder's place.
static Value sumOfElements(OpBuilder &b, Location loc, Value array, ArrayRef<Value> sizes,
                           SmallVector<Value> &indices) {
  Type element = cast<RankedTensorType>(array.getType()).getElementType();
  if (indices.size() == sizes.size())
    return b.create<ir::ExtractOp>(loc, element, array, indices);
  auto sum = b.create<ir::ReduceOp>(loc, element, ir::ReduceKind::Sum, sizes[indices.size()]);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(sum.getBodyBlock());
  indices.push_back(sum.getIndex());
  Value inner = sumOfElements(b, loc, array, sizes, indices);
  b.create<ir::YieldOp>(loc, inner);
  indices.pop_back();
  return sum;
}

static LogicalResult reverseSplat(Reverser &r, Operation *op) {
  auto splat = cast<ir::SplatOp>(op);
  Value seed = r.takeAdjoint(splat.getResult());
  if (!r.activity.isActive(splat.getValue()))
    return success();
  SmallVector<Value> sizes, indices;
  for (unsigned i = 0; i < cast<RankedTensorType>(seed.getType()).getRank(); ++i)
    sizes.push_back(r.b.create<ir::DimOp>(op->getLoc(), seed, i));
  r.addAdjoint(splat.getValue(), sumOfElements(r.b, op->getLoc(), seed, sizes, indices));
  return success();
}

static LogicalResult reverseFromElements(Reverser &r, Operation *op) {
  Value seed = r.takeAdjoint(op->getResult(0));
  auto type = cast<RankedTensorType>(seed.getType());
  for (auto [position, element] : llvm::enumerate(op->getOperands())) {
    if (!r.activity.isActive(element))
      continue;
    SmallVector<Value> indices(type.getRank());
    int64_t rest = static_cast<int64_t>(position);
    for (int dim = static_cast<int>(type.getRank()) - 1; dim >= 0; --dim) {
      indices[dim] = r.b.create<arith::ConstantOp>(
          op->getLoc(), r.b.getI64IntegerAttr(rest % type.getDimSize(dim)));
      rest /= type.getDimSize(dim);
    }
    r.addAdjoint(element,
                 r.b.create<ir::ExtractOp>(op->getLoc(), element.getType(), seed, indices));
  }
  return success();
}

static LogicalResult reverseAddArrays(Reverser &r, Operation *op) {
  Value seed = r.takeAdjoint(op->getResult(0));
  r.addAdjoint(op->getOperand(0), seed);
  r.addAdjoint(op->getOperand(1), seed);
  return success();
}

void addArrayRules(RuleTable &rules) {
  rules["circ.extract"] = {reverseExtract};
  rules["circ.insert"] = {reverseInsert};
  rules["circ.accumulate"] = {reverseAccumulate};
  rules["circ.splat"] = {reverseSplat};
  rules["circ.from_elements"] = {reverseFromElements};
  rules["circ.add_arrays"] = {reverseAddArrays};
}

} // namespace circ::autodiff
