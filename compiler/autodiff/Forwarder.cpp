//===- Forwarder.cpp - Copies and tangents --------------------------------===//

#include "compiler/autodiff/Forwarder.h"

#include "compiler/autodiff/Reverser.h"

using namespace mlir;

namespace circ::autodiff {

bool Forwarder::needsRule(Operation *op) const {
  return activity.isActive(op) || usesOuterTape(op);
}

LogicalResult Forwarder::forwardBlock(Block &primalBlock) {
  for (Operation &op : primalBlock.without_terminator()) {
    if (!needsRule(&op)) {
      copy(&op);
      continue;
    }
    ForwardRule rule = findForwardRule(&op);
    if (!rule)
      return op.emitError() << "'" << op.getName() << "' has no derivative rule";
    if (failed(rule(*this, &op)))
      return failure();
  }
  return success();
}

/// What a copy of the op's regions needs to know. Not of the values inside: there
/// may be another copy of them, and a block argument that is mapped is not cloned.
static IRMapping capturesOf(Operation *op, const IRMapping &copies) {
  IRMapping captures;
  for (Value value : usedFromOutside(op))
    captures.map(value, copies.lookup(value));
  return captures;
}

bool Forwarder::isHoisted(Operation *op) const {
  return op->getBlock() == hoisted && !isa<ir::TapeNewOp, ir::ScheduleNewOp>(op) &&
         !changesOuterState(op);
}

void Forwarder::copy(Operation *op) {
  if (isHoisted(op))
    return;
  IRMapping captures = capturesOf(op, copies);
  Operation *made = b.clone(*op, captures);
  copies.map(op->getResults(), made->getResults());
}

void Forwarder::copyBody(Operation *op, Block &into, bool quiet) {
  IRMapping captures = capturesOf(op, copies);
  Block &body = op->getRegion(0).front();
  captures.map(body.getArguments(), into.getArguments());
  OpBuilder builder = OpBuilder::atBlockEnd(&into);
  for (Operation &inner : body)
    builder.clone(inner, captures);
  if (quiet)
    into.walk([](ir::PrintOp print) { print.erase(); });
}

SmallVector<Value> Forwarder::primals(ValueRange values) const {
  SmallVector<Value> result;
  for (Value value : values)
    result.push_back(primal(value));
  return result;
}

//===----------------------------------------------------------------------===//
// Tangents
//===----------------------------------------------------------------------===//

Value Forwarder::tangentOrZero(Value value) {
  if (Value found = tangents.lookup(value))
    return found;
  return zeroLike(value);
}

void Forwarder::setTangent(Value value, Value tangent) {
  if (tangent)
    tangents[value] = tangent;
  else
    tangents.erase(value);
}

Value Forwarder::sum(Location loc, Value left, Value right) {
  if (!left || !right)
    return left ? left : right;
  return isa<RankedTensorType>(left.getType())
             ? b.create<ir::AddArraysOp>(loc, left, right).getResult()
             : b.create<ir::AddOp>(loc, left, right).getResult();
}

Value Forwarder::zeroLike(Value value) {
  Location loc = value.getLoc();
  Type element = getElementTypeOrSelf(value.getType());
  Value zero = b.create<arith::ConstantOp>(loc, b.getZeroAttr(element));
  auto array = dyn_cast<RankedTensorType>(value.getType());
  if (!array)
    return zero;
  SmallVector<Value> sizes;
  for (unsigned i = 0; i < array.getRank(); ++i)
    if (array.isDynamicDim(i))
      sizes.push_back(b.create<ir::DimOp>(loc, primal(value), i));
  return b.create<ir::SplatOp>(loc, array, zero, sizes);
}

//===----------------------------------------------------------------------===//
// What passes through regions
//===----------------------------------------------------------------------===//

SmallVector<unsigned> Forwarder::activeSlots(ValueRange inside, ValueRange outside) const {
  SmallVector<unsigned> slots;
  for (unsigned i = 0; i < outside.size(); ++i)
    if (activity.isActive(outside[i]) || (i < inside.size() && activity.isActive(inside[i])))
      slots.push_back(i);
  return slots;
}

SmallVector<Value> Forwarder::withTangents(ValueRange values, ArrayRef<unsigned> slots) {
  SmallVector<Value> all = primals(values);
  for (unsigned slot : slots)
    all.push_back(tangentOrZero(values[slot]));
  return all;
}

SmallVector<Type> Forwarder::typesWithTangents(ValueRange values, ArrayRef<unsigned> slots) const {
  SmallVector<Type> types(values.getTypes());
  for (unsigned slot : slots)
    types.push_back(values[slot].getType());
  return types;
}

void Forwarder::define(ValueRange values, ArrayRef<unsigned> slots, ValueRange made) {
  copies.map(values, made.take_front(values.size()));
  for (auto [slot, tangent] : llvm::zip_equal(slots, made.drop_front(values.size())))
    setTangent(values[slot], tangent);
}

} // namespace circ::autodiff
