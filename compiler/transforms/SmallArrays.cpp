//===- SmallArrays.cpp - Arrays of a few elements -------------------------===//

#include "compiler/transforms/SmallArrays.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ {

void forEachIndex(ArrayRef<int64_t> shape, llvm::function_ref<void(ArrayRef<int64_t>)> visit) {
  SmallVector<int64_t> at(shape.size(), 0);
  for (int64_t left = ShapedType::getNumElements(shape); left > 0; --left) {
    visit(at);
    for (size_t k = shape.size(); k-- > 0 && ++at[k] == shape[k];)
      at[k] = 0;
  }
}

SmallVector<Value> constantIndices(OpBuilder &b, Location loc, ArrayRef<int64_t> indices) {
  SmallVector<Value> made;
  for (int64_t index : indices)
    made.push_back(b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(index)));
  return made;
}

SmallVector<Value> elementsOf(OpBuilder &b, Location loc, Value array) {
  if (auto made = array.getDefiningOp<ir::FromElementsOp>())
    return SmallVector<Value>(made.getElements());
  auto type = cast<RankedTensorType>(array.getType());
  if (auto splat = array.getDefiningOp<ir::SplatOp>())
    return SmallVector<Value>(type.getNumElements(), splat.getValue());
  SmallVector<Value> elements;
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> at) {
    elements.push_back(
        b.create<ir::ExtractOp>(loc, type.getElementType(), array, constantIndices(b, loc, at)));
  });
  return elements;
}

} // namespace circ
