//===- PrimalValues.cpp - How the backward sweep gets primal values -------===//
//
// What a Split scope needs is known when its block has been reversed: until then
// a cast of nothing stands for each value.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/DataDependence.h"
#include "compiler/autodiff/KeptValues.h"
#include "compiler/autodiff/Reverser.h"
#include "compiler/autodiff/Silence.h"

#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace circ::autodiff {

llvm::SetVector<Value> usedFromOutside(Operation *op) {
  llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
  for (Region &region : op->getRegions())
    getUsedValuesDefinedAbove(region, region, used);
  return used;
}

/// Whether the backward sweep has a way of its own to a value: a constant, or a size that
/// `dimension` finds without the array.
static bool hasOwnWay(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto dim = dyn_cast_or_null<ir::DimOp>(op))
    return isa<OpResult>(dim.getArray()) ||
           isa<scf::ForOp, scf::WhileOp>(dim.getArray().getParentBlock()->getParentOp());
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

Value Reverser::primal(Value value) {
  Scope &scope = scopeOf(value);
  if (scope.kind == Scope::Joint)
    return scope.forward->lookup(value);
  if (Value ready = scope.backward.lookupOrNull(value))
    return ready;
  if (scope.kind == Scope::Recomputed || hasOwnWay(value))
    return recompute(scope, value);
  return pend(scope, value);
}

Value Reverser::pend(Scope &scope, Value value) {
  OpBuilder builder(scope.anchor);
  auto standIn =
      builder.create<UnrealizedConversionCastOp>(value.getLoc(), value.getType(), ValueRange());
  scope.pending[value] = standIn;
  scope.backward.map(value, standIn.getResult(0));
  return standIn.getResult(0);
}

void Reverser::computeAgain(Scope &scope, Operation *op) {
  // Not `recompute`: what the forward sweep left for the reversal of this op is kept.
  resolveCaptures(op, scope.backward);
  markSilent(OpBuilder(scope.anchor).clone(*op, scope.backward));
}

void Reverser::resolvePending(Scope &scope, Block &primalBlock) {
  // Sizes that are computed again may ask for more.
  while (!scope.pending.empty()) {
    auto pending = std::move(scope.pending);
    scope.pending.clear();
    SmallVector<Value> needed;
    for (auto &[value, standIn] : pending)
      needed.push_back(value);
    auto isPending = [&](Value value) {
      return pending.count(value) || scope.pending.count(value);
    };
    auto atHand = [&](Value value) {
      return hasOwnWay(value) || (scope.backward.contains(value) && !isPending(value));
    };
    llvm::DenseSet<Value> ready;
    for (Value value : chooseKept(primalBlock, needed, atHand)) {
      scope.backward.map(value, keep(scope, scope.forward->lookup(value)));
      ready.insert(value);
    }
    // What the others are made of, in the order of the block.
    llvm::SetVector<Operation *> again;
    SmallVector<Value> work(needed);
    while (!work.empty()) {
      Value value = work.pop_back_val();
      if (value.getParentBlock() != &primalBlock || ready.contains(value) || atHand(value))
        continue;
      Operation *op = value.getDefiningOp();
      if (again.insert(op))
        llvm::append_range(work, usedFromOutside(op));
    }
    SmallVector<Operation *> ordered(again.begin(), again.end());
    llvm::sort(ordered, [](Operation *a, Operation *c) { return a->isBeforeInBlock(c); });
    for (Operation *op : ordered)
      computeAgain(scope, op);
    for (auto &[value, standIn] : pending) {
      standIn->getResult(0).replaceAllUsesWith(scope.backward.lookup(value));
      standIn->erase();
    }
  }
  // What was made for a value that was not there yet stands before it.
  sortTopologically(scope.backwardBlock,
                    {scope.backwardBlock->begin(), Block::iterator(scope.anchor)});
}

Value Reverser::keep(Scope &scope, Value forward) {
  Operation *terminator = scope.forwardBlock->getTerminator();
  OpBuilder pushes(terminator);
  auto push = pushes.create<ir::PushOp>(forward.getLoc(), scope.forwardTape, forward);
  // The last value pushed is the first popped.
  OpBuilder pops = OpBuilder::atBlockBegin(scope.backwardBlock);
  auto pop = pops.create<ir::PopOp>(forward.getLoc(), forward.getType(), scope.backwardTape);
  if (!isRealType(forward.getType())) {
    Attribute mark = newKeptMark(forward.getContext());
    push->setAttr(keptMark, mark);
    pop->setAttr(keptMark, mark);
  }
  return pop;
}

void Reverser::ensureAugmented(Operation *op) {
  Scope &scope = *scopes.at(op->getBlock());
  if (scope.kind == Scope::Recomputed && !scope.backward.contains(op->getResult(0)))
    recompute(scope, op->getResult(0));
}

Value Reverser::extra(Operation *op, unsigned which) {
  Value forward = augmentedOps.lookup(op).extras[which];
  Scope &scope = *scopes.at(op->getBlock());
  if (scope.kind != Scope::Split)
    return forward;
  Value &kept = keptExtras[{op, which}];
  if (!kept)
    kept = keep(scope, forward);
  return kept;
}

Value Reverser::backwardTape(Operation *op) {
  Scope &scope = *scopes.at(op->getBlock());
  return scope.kind == Scope::Split ? scope.backwardTape : augmentedOps.lookup(op).forwardTape;
}

void Reverser::resolveCaptures(Operation *op, IRMapping &map) {
  for (Value used : usedFromOutside(op))
    if (!map.contains(used))
      map.map(used, primal(used));
}

Value Reverser::recompute(Scope &scope, Value value) {
  Operation *op = value.getDefiningOp();
  if (auto dim = dyn_cast<ir::DimOp>(op)) {
    OpBuilder builder(scope.anchor);
    Value size = dimension(dim.getArray(), dim.getDimension(), builder);
    scope.backward.map(value, size);
    return size;
  }
  resolveCaptures(op, scope.backward);
  OpBuilder builder(scope.anchor);
  if (needsAugment(op)) {
    Operation *before = scope.anchor->getPrevNode();
    // Its reversal is still to come and will want what this leaves.
    if (failed(findReverseRule(op)->augment(*this, op, builder, scope.backward, nullptr))) {
      // The error is reported; something of the right type lets the callers end.
      broken = true;
      auto nothing = builder.create<UnrealizedConversionCastOp>(op->getLoc(), op->getResultTypes(),
                                                                ValueRange());
      scope.backward.map(op->getResults(), nothing.getResults());
    }
    // What the forward sweep printed is not printed again.
    Block *block = scope.anchor->getBlock();
    for (Block::iterator made = before ? std::next(before->getIterator()) : block->begin();
         made != scope.anchor->getIterator();)
      markSilent(&*made++);
  } else {
    Operation *copy = builder.clone(*op, scope.backward);
    markSilent(copy);
  }
  return scope.backward.lookup(value);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

SmallVector<Value> Reverser::dynamicSizes(Value array, OpBuilder &builder) {
  auto type = cast<RankedTensorType>(array.getType());
  SmallVector<Value> sizes;
  for (unsigned i = 0; i < type.getRank(); ++i)
    if (type.isDynamicDim(i))
      sizes.push_back(dimension(array, i, builder));
  return sizes;
}

/// The operand that a size of a map or splat comes from.
static Value sizeOperand(Operation *op, unsigned index) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (auto map = dyn_cast<ir::MapOp>(op)) {
    if (index < map.getBounds().size())
      return map.getBounds()[index];
    unsigned before = 0;
    for (unsigned i = map.getBounds().size(); i < index; ++i)
      before += type.isDynamicDim(i);
    return map.getInner()[before];
  }
  unsigned before = 0;
  for (unsigned i = 0; i < index; ++i)
    before += type.isDynamicDim(i);
  return cast<ir::SplatOp>(op).getSizes()[before];
}

Value Reverser::dimension(Value array, unsigned index, OpBuilder &builder) {
  auto type = cast<RankedTensorType>(array.getType());
  if (!type.isDynamicDim(index))
    return builder.create<arith::ConstantOp>(array.getLoc(),
                                             builder.getI64IntegerAttr(type.getDimSize(index)));
  // Updates and loops keep the shape of what they start from.
  if (auto argument = dyn_cast<BlockArgument>(array)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      return dimension(loop.getTiedLoopInit(argument)->get(), index, builder);
    if (auto loop = dyn_cast<scf::WhileOp>(parent))
      return dimension(loop.getInits()[argument.getArgNumber()], index, builder);
    return dimensionOfValue(array, index, builder);
  }
  Operation *op = array.getDefiningOp();
  if (auto insert = dyn_cast<ir::InsertOp>(op))
    return dimension(insert.getArray(), index, builder);
  if (auto accumulate = dyn_cast<ir::AccumulateOp>(op))
    return dimension(accumulate.getArray(), index, builder);
  if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    return dimension(sum.getLeft(), index, builder);
  unsigned result = cast<OpResult>(array).getResultNumber();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return dimension(loop.getInitArgs()[result], index, builder);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return dimension(loop.getInits()[result], index, builder);
  if (isa<ir::MapOp, ir::SplatOp>(op))
    return primal(sizeOperand(op, index));
  return dimensionOfValue(array, index, builder);
}

Value Reverser::dimensionOfValue(Value array, unsigned index, OpBuilder &builder) {
  Scope &scope = scopeOf(array);
  if (scope.kind != Scope::Split || scope.backward.contains(array))
    return builder.create<ir::DimOp>(array.getLoc(), primal(array), index);
  Value &kept = keptDimensions[{array, index}];
  if (!kept) {
    OpBuilder forward(scope.forwardBlock->getTerminator());
    kept =
        keep(scope, forward.create<ir::DimOp>(array.getLoc(), scope.forward->lookup(array), index));
  }
  return kept;
}

} // namespace circ::autodiff
