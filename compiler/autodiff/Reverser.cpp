//===- Reverser.cpp - Sweeps and adjoints ---------------------------------===//

#include "compiler/autodiff/Reverser.h"
#include "compiler/autodiff/Silence.h"

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
  return rule && rule->augment && (activity.isActive(op) || usesOuterTape(op));
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
  SmallVector<Value> own;
  for (auto tape : primalBlock.getOps<ir::TapeNewOp>()) {
    own.push_back(b.create<ir::TapeNewOp>(tape.getLoc(), tape.getType()));
    setAdjointTape(tape, own.back());
  }
  for (Operation &op : llvm::reverse(primalBlock.without_terminator())) {
    bool must = mustReverse(&op, primalScope);
    if (!must && !activity.isActive(&op))
      continue;
    bool reached = must || llvm::any_of(op.getResults(), [&](Value r) { return bool(adjoint(r)); });
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
    if (Value kept = augmentedOps.lookup(&op).forwardTape; kept && primalScope.kind != Scope::Split)
      b.create<ir::TapeFreeOp>(op.getLoc(), kept);
  }
  for (Value tape : own)
    b.create<ir::TapeFreeOp>(tape.getLoc(), tape);
  return failure(broken);
}

/// Whether an op outside of independent iterations is a call that is reversed
/// with the tape of its surroundings.
static bool holdsActiveCall(Operation *op, const Activity &activity) {
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

bool Reverser::mustReverse(Operation *op, const Scope &scope) const {
  if (isa<ir::TapeFreeOp>(op))
    return false;
  return usesOuterTape(op) ||
         // The forward sweep of a callee has pushed; its backward sweep must pop.
         (scope.kind == Scope::Split && activity.isActive(op) && holdsActiveCall(op, activity));
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

/// Whether a block's own code pushes and pops, which cannot be done in part.
static bool holdsTape(Block &block) {
  return block
      .walk<WalkOrder::PreOrder>([](Operation *inner) {
        if (isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(inner))
          return WalkResult::skip();
        return isa<ir::TapeNewOp>(inner) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

Scope &Reverser::openRecomputed(Block &primalBlock, ValueRange arguments) {
  Scope &scope = makeScope(primalBlock, Scope::Recomputed);
  scope.backward.map(primalBlock.getArguments(), arguments);
  scope.backwardBlock = b.getInsertionBlock();
  if (holdsTape(primalBlock)) {
    // The iteration is computed again as a whole.
    scope.kind = Scope::Joint;
    scope.forward = &scope.backward;
    for (Operation &op : primalBlock.without_terminator())
      for (Value used : usedFromOutside(&op))
        if (!scope.backward.contains(used) &&
            !primalBlock.getParent()->isAncestor(used.getParentRegion()))
          scope.backward.map(used, primal(used));
    scope.anchor = createAnchor(b);
    OpBuilder forward(scope.anchor);
    if (failed(emitForward(primalBlock, forward, scope.backward, nullptr)))
      broken = true;
    // What the forward sweep printed is not printed again.
    markSilent(scope.backwardBlock);
    return scope;
  }
  scope.anchor = createAnchor(b);
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
  if (scope.kind == Scope::Split)
    resolvePending(scope, primalBlock);
  scope.anchor->erase();
  scope.anchor = nullptr;
}

} // namespace circ::autodiff
