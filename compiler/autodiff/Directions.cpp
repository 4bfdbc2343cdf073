//===- Directions.cpp - Loops over unit directions ------------------------===//

#include "compiler/autodiff/DenseJacobian.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ::autodiff {

Type blockType(Type result, Type argument) {
  SmallVector<int64_t> shape;
  for (Type type : {result, argument})
    if (auto array = dyn_cast<RankedTensorType>(type))
      llvm::append_range(shape, array.getShape());
  Type element = getElementTypeOrSelf(argument);
  return shape.empty() ? element : RankedTensorType::get(shape, element);
}

SmallVector<Value> sizesOf(OpBuilder &b, Location loc, Value value) {
  SmallVector<Value> sizes;
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (unsigned i = 0; i < type.getRank(); ++i)
      sizes.push_back(b.create<ir::DimOp>(loc, value, i));
  return sizes;
}

Value zeroOf(OpBuilder &b, Location loc, Type type, ArrayRef<Value> sizes) {
  Type element = getElementTypeOrSelf(type);
  Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(element));
  auto array = dyn_cast<RankedTensorType>(type);
  if (!array)
    return zero;
  SmallVector<Value> dynamic;
  for (auto [i, size] : llvm::enumerate(sizes))
    if (array.isDynamicDim(i))
      dynamic.push_back(size);
  return b.create<ir::SplatOp>(loc, array, zero, dynamic);
}

Value unitOf(OpBuilder &b, Location loc, Value like, ValueRange indices) {
  Type element = getElementTypeOrSelf(like.getType());
  Value one = b.create<arith::ConstantOp>(loc, b.getFloatAttr(element, 1.0));
  if (!isa<RankedTensorType>(like.getType()))
    return one;
  // A choice for each element, not one insertion: directions can be in lanes.
  Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(element));
  auto unit = b.create<ir::MapOp>(loc, like.getType(), sizesOf(b, loc, like));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(unit.getBodyBlock());
  Value chosen = one;
  for (auto [at, index] : llvm::zip_equal(unit.getIndices(), indices)) {
    Value here = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, at, index);
    chosen = b.create<arith::SelectOp>(loc, here, chosen, zero);
  }
  b.create<ir::YieldOp>(loc, chosen);
  return unit;
}

static FailureOr<SmallVector<Value>> loopOverRest(OpBuilder &b, Location loc, ArrayRef<Value> sizes,
                                                  ValueRange starts, SmallVector<Value> &indices,
                                                  LoopBody body) {
  if (indices.size() == sizes.size())
    return body(indices, starts);
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  auto loop = b.create<scf::ForOp>(loc, zero, sizes[indices.size()], one, starts);
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(loop.getBody());
  indices.push_back(loop.getInductionVar());
  FailureOr<SmallVector<Value>> next =
      loopOverRest(b, loc, sizes, loop.getRegionIterArgs(), indices, body);
  indices.pop_back();
  if (failed(next))
    return failure();
  b.setInsertionPointToEnd(loop.getBody());
  b.create<scf::YieldOp>(loc, *next);
  return SmallVector<Value>(loop.getResults());
}

FailureOr<SmallVector<Value>> loopOver(OpBuilder &b, Location loc, ArrayRef<Value> sizes,
                                       ValueRange starts, LoopBody body) {
  SmallVector<Value> indices;
  return loopOverRest(b, loc, sizes, starts, indices, body);
}

/// A real number in another precision.
static Value convert(OpBuilder &b, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (type.getIntOrFloatBitWidth() > value.getType().getIntOrFloatBitWidth())
    return b.create<arith::ExtFOp>(loc, type, value);
  return b.create<arith::TruncFOp>(loc, type, value);
}

Value storePart(OpBuilder &b, Location loc, Value block, Value part, ValueRange before,
                ValueRange after) {
  auto type = dyn_cast<RankedTensorType>(block.getType());
  if (!type)
    return convert(b, loc, part, block.getType());
  auto stored =
      loopOver(b, loc, sizesOf(b, loc, part), block,
               [&](ValueRange inner, ValueRange carried) -> FailureOr<SmallVector<Value>> {
                 Value element = part;
                 if (auto array = dyn_cast<RankedTensorType>(part.getType()))
                   element = b.create<ir::ExtractOp>(loc, array.getElementType(), part, inner);
                 element = convert(b, loc, element, type.getElementType());
                 SmallVector<Value> indices(before);
                 llvm::append_range(indices, inner);
                 llvm::append_range(indices, after);
                 return SmallVector<Value>{
                     b.create<ir::InsertOp>(loc, type, element, carried.front(), indices)};
               });
  return stored->front();
}

} // namespace circ::autodiff
