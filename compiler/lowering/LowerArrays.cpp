//===- LowerArrays.cpp - Updates, fills, literals, selections -------------===//

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {

void FunctionLowering::lowerUpdate(Operation *op) {
  bool accumulates = isa<ir::AccumulateOp>(op);
  // value, array, indices...
  OpOperand &array = op->getOpOperand(1);
  Buffer target = plan.inPlace(array) ? buffer(array.get())
                                      : copied(array.get(), buffer(array.get()), op->getResult(0));
  SmallVector<Value> indices;
  for (Value index : op->getOperands().drop_front(2))
    indices.push_back(scalar(index));
  Value value = scalar(op->getOperand(0));
  if (accumulates) {
    Value old = load(array.get(), target, indices);
    value = b.create<arith::AddFOp>(loc, old, value, contraction());
  }
  store(value, array.get(), target, indices);
  buffers[op->getResult(0)] = target;
}

/// A loop over all elements in memory order; `body` gets the linear index.
static void forEachElement(OpBuilder &b, Location loc, Value count,
                           llvm::function_ref<void(Value)> body) {
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  auto loop = b.create<scf::ForOp>(loc, zero, count, one);
  loop->setAttr("circ.brief", b.getUnitAttr());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void FunctionLowering::lowerAddArrays(ir::AddArraysOp op) {
  Buffer left = buffer(op.getLeft()), right = buffer(op.getRight());
  Buffer target;
  if (plan.inPlace(op.getLeftMutable()))
    target = left;
  else if (plan.inPlace(op.getRightMutable()))
    target = right;
  else
    target = allocate(op.getResult(), left.sizes);
  Value array = op.getResult();
  auto flat = [](const Buffer &buffer) { return Buffer{buffer.pointer, {buffer.sizes.front()}}; };
  forEachElement(b, loc, count(left), [&](Value i) {
    Value sum = b.create<arith::AddFOp>(loc, load(array, flat(left), i),
                                        load(array, flat(right), i), contraction());
    store(sum, array, flat(target), i);
  });
  buffers[op.getResult()] = target;
}

void FunctionLowering::lowerSplat(ir::SplatOp op) {
  SmallVector<Value> dynamic;
  for (Value size : op.getSizes())
    dynamic.push_back(scalar(size));
  auto type = cast<RankedTensorType>(op.getType());
  Buffer made = allocate(op.getResult(), allSizes(type, dynamic));
  Value array = op.getResult(), value = scalar(op.getValue());
  Buffer flat{made.pointer, {made.sizes.front()}};
  forEachElement(b, loc, count(made), [&](Value i) { store(value, array, flat, i); });
  buffers[array] = made;
}

void FunctionLowering::lowerFromElements(ir::FromElementsOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  Buffer made = allocate(op.getResult(), allSizes(type, {}));
  Buffer flat{made.pointer, {made.sizes.front()}};
  for (auto [i, element] : llvm::enumerate(op.getElements()))
    store(scalar(element), op.getResult(), flat, constant(static_cast<int64_t>(i)));
  buffers[op.getResult()] = made;
}

/// One of two arrays, without a copy.
void FunctionLowering::lowerArraySelect(arith::SelectOp op) {
  Value condition = scalar(op.getCondition());
  const Buffer &yes = buffer(op.getTrueValue()), &no = buffer(op.getFalseValue());
  auto choose = [&](Value a, Value c) -> Value {
    return a == c ? a : b.create<arith::SelectOp>(loc, condition, a, c);
  };
  Buffer chosen{choose(yes.pointer, no.pointer), {}};
  for (auto [a, c] : llvm::zip_equal(yes.sizes, no.sizes))
    chosen.sizes.push_back(choose(a, c));
  buffers[op.getResult()] = chosen;
}

} // namespace circ::lowering
