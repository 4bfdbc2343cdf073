//===- Reverser.cpp - Sweeps and adjoints ---------------------------------===//

#include "compiler/autodiff/Reverser.h"

#include "compiler/dialect/Gates.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ::autodiff {

//===----------------------------------------------------------------------===//
// The forward sweep
//===----------------------------------------------------------------------===//

bool Reverser::needsAugment(Operation *op) const {
  const ReverseRule *rule = findReverseRule(op);
  return rule && rule->augment && activity.isActive(op);
}

LogicalResult Reverser::emitForward(Block &primalBlock, OpBuilder &builder, IRMapping &map,
                                    Value tape) {
  for (Operation &op : primalBlock.without_terminator()) {
    if (!needsAugment(&op))
      builder.clone(op, map);
    else if (failed(findReverseRule(&op)->augment(*this, &op, builder, map, tape)))
      return failure();
  }
  return success();
}

LogicalResult Reverser::emitSplitForward(Block &primalBlock, Block &forward, IRMapping &map,
                                         Value tape) {
  Scope &scope = makeScope(primalBlock, Scope::Split);
  scope.forward = &map;
  scope.forwardBlock = &forward;
  scope.forwardTape = tape;
  OpBuilder builder = OpBuilder::atBlockEnd(&forward);
  return emitForward(primalBlock, builder, map, tape);
}

Value Reverser::tapeFor(Operation *op, OpBuilder &builder, Value tape) {
  if (!tape)
    tape = builder.create<ir::TapeNewOp>(op->getLoc(), ir::TapeType::get(op->getContext()));
  augmentedOps[op].forwardTape = tape;
  return tape;
}

Scope &Reverser::makeScope(Block &primalBlock, Scope::Kind kind) {
  auto &slot = scopes.table[&primalBlock];
  slot = std::make_unique<Scope>();
  slot->kind = kind;
  return *slot;
}

//===----------------------------------------------------------------------===//
// Adjoints
//===----------------------------------------------------------------------===//

Value Reverser::takeAdjoint(Value value) {
  Value found = adjoints.lookup(value);
  adjoints.erase(value);
  return found;
}

Value Reverser::adjointOrZero(Value value) {
  if (Value found = adjoints.lookup(value))
    return found;
  return zeroLike(value);
}

void Reverser::setAdjoint(Value value, Value adjoint) {
  if (adjoint)
    adjoints[value] = adjoint;
  else
    adjoints.erase(value);
}

void Reverser::addAdjoint(Value value, Value contribution) {
  if (!contribution || !activity.isActive(value))
    return;
  Value &slot = adjoints[value];
  if (!slot)
    slot = contribution;
  else if (isa<RankedTensorType>(value.getType()))
    slot = b.create<ir::AddArraysOp>(value.getLoc(), slot, contribution);
  else
    slot = b.create<ir::AddOp>(value.getLoc(), slot, contribution);
}

Value Reverser::zeroLike(Value value) {
  Location loc = value.getLoc();
  Type element = getElementTypeOrSelf(value.getType());
  Value zero = b.create<arith::ConstantOp>(loc, b.getFloatAttr(element, 0.0));
  auto array = dyn_cast<RankedTensorType>(value.getType());
  if (!array)
    return zero;
  return b.create<ir::SplatOp>(loc, array, zero, dynamicSizes(value, b));
}

//===----------------------------------------------------------------------===//
// The backward sweep
//===----------------------------------------------------------------------===//

LogicalResult Reverser::reverseBlock(Block &primalBlock) {
  const Scope &primalScope = *scopes.at(&primalBlock);
  for (Operation &op : llvm::reverse(primalBlock.without_terminator())) {
    if (!activity.isActive(&op))
      continue;
    bool reached = llvm::any_of(op.getResults(), [&](Value r) { return bool(adjoint(r)); });
    if (!reached && primalScope.kind == Scope::Split && holdsActiveCall(&op)) {
      // The forward sweep of a callee has pushed; its backward sweep must pop.
      for (Value result : op.getResults())
        if (activity.isActive(result))
          setAdjoint(result, zeroLike(result));
      reached = true;
    }
    if (reached) {
      const ReverseRule *rule = findReverseRule(&op);
      if (!rule)
        return op.emitError() << "'" << op.getName() << "' has no derivative rule";
      if (failed(rule->reverse(*this, &op)))
        return failure();
      for (Value result : op.getResults())
        adjoints.erase(result);
    }
    // A tape of the op's own is used up.
    if (Value own = augmentedOps.lookup(&op).forwardTape; own && primalScope.kind != Scope::Split)
      b.create<ir::TapeFreeOp>(op.getLoc(), own);
  }
  return failure(broken);
}

bool Reverser::holdsActiveCall(Operation *op) const {
  return op
      ->walk<WalkOrder::PreOrder>([&](Operation *inner) {
        // Their iterations are reversed with tapes of their own.
        if (isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(inner))
          return WalkResult::skip();
        return isa<func::CallOp>(inner) && activity.isActive(inner) ? WalkResult::interrupt()
                                                                    : WalkResult::advance();
      })
      .wasInterrupted();
}

SmallVector<Value> Reverser::activeCaptures(ArrayRef<Region *> regions) {
  llvm::SetVector<Value> captures;
  for (Region *region : regions)
    getUsedValuesDefinedAbove(*region, *region, captures);
  SmallVector<Value> active;
  for (Value value : captures)
    if (activity.isActive(value))
      active.push_back(value);
  return active;
}

/// An op that marks the end of the values computed again; erased by `close`.
static Operation *createAnchor(OpBuilder &b) {
  return b.create<arith::ConstantOp>(b.getUnknownLoc(), b.getBoolAttr(false));
}

Scope &Reverser::openRecomputed(Block &primalBlock, ValueRange arguments) {
  Scope &scope = makeScope(primalBlock, Scope::Recomputed);
  scope.backward.map(primalBlock.getArguments(), arguments);
  scope.anchor = createAnchor(b);
  scope.backwardBlock = b.getInsertionBlock();
  return scope;
}

Scope &Reverser::openSplit(Block &primalBlock, Value tape) {
  Scope &scope = *scopes.at(&primalBlock);
  scope.anchor = createAnchor(b);
  scope.backwardBlock = b.getInsertionBlock();
  scope.backwardTape = tape;
  return scope;
}

void Reverser::close(Block &primalBlock) {
  Scope &scope = *scopes.at(&primalBlock);
  scope.anchor->erase();
  scope.anchor = nullptr;
}

} // namespace circ::autodiff
