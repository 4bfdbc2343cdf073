//===- ReverseFor.cpp - Counted loops -------------------------------------===//
//
// Forward: the loop as it is, its body a Split scope. Backward: a loop over
// the iterations from last to first that carries the adjoints of the active
// loop-carried values and of the active values used from outside.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/ReverseLoop.h"
#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

LoopAdjoints startAdjoints(Reverser &r, const LoopParts &loop) {
  LoopAdjoints made;
  for (unsigned i = 0; i < loop.carried.size(); ++i)
    // A result that does not depend on the carried value (`y = f(x)` in every
    // iteration) is active where the carried value is not.
    if (r.activity.isActive(loop.carried[i]) || r.activity.isActive(loop.op->getResult(i)))
      made.slots.push_back(i);
  made.captures = r.activeCaptures({loop.body.getParent()});
  for (unsigned i : made.slots) {
    Value result = loop.op->getResult(i);
    Value seed = r.takeAdjoint(result);
    made.starts.push_back(seed ? seed : r.zeroLike(result));
  }
  for (Value capture : made.captures)
    made.starts.push_back(r.adjointOrZero(capture));
  return made;
}

FailureOr<SmallVector<Value>> reverseIteration(Reverser &r, const LoopParts &loop,
                                               const LoopAdjoints &adjoints, ValueRange state) {
  size_t slotCount = adjoints.slots.size();
  for (auto [capture, value] : llvm::zip_equal(adjoints.captures, state.drop_front(slotCount)))
    r.setAdjoint(capture, value);
  for (auto [slot, value] : llvm::zip(adjoints.slots, state))
    r.addAdjoint(loop.yielded[slot], value);
  if (failed(r.reverseBlock(loop.body)))
    return failure();
  SmallVector<Value> next;
  for (unsigned slot : adjoints.slots) {
    next.push_back(r.adjointOrZero(loop.carried[slot]));
    r.takeAdjoint(loop.carried[slot]);
  }
  for (Value capture : adjoints.captures)
    next.push_back(r.adjointOrZero(capture));
  return next;
}

void endAdjoints(Reverser &r, const LoopParts &loop, const LoopAdjoints &adjoints,
                 ValueRange ends) {
  size_t slotCount = adjoints.slots.size();
  for (auto [position, capture] : llvm::enumerate(adjoints.captures))
    r.setAdjoint(capture, ends[slotCount + position]);
  for (auto [position, slot] : llvm::enumerate(adjoints.slots))
    r.addAdjoint(loop.inits[slot], ends[position]);
}

LogicalResult reverseLoopBody(Reverser &r, const LoopParts &parts) {
  Location loc = parts.op->getLoc();
  Value tape = r.backwardTape(parts.op);
  LoopAdjoints adjoints = startAdjoints(r, parts);
  auto constant = [&](int64_t value) {
    return r.b.create<arith::ConstantOp>(loc, r.b.getI64IntegerAttr(value));
  };
  Value zero = constant(0), one = constant(1);
  auto loop = r.b.create<scf::ForOp>(loc, zero, parts.tripCount, one, adjoints.starts);
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  {
    OpBuilder::InsertionGuard guard(r.b);
    r.b.setInsertionPointToEnd(loop.getBody());
    Scope &scope = r.openSplit(parts.body, tape);
    if (parts.induction) {
      OpBuilder early(scope.anchor);
      Value last = early.create<arith::SubIOp>(loc, parts.tripCount, one);
      scope.backward.map(parts.induction,
                         early.create<arith::SubIOp>(loc, last, loop.getInductionVar()));
    }
    auto next = reverseIteration(r, parts, adjoints, loop.getRegionIterArgs());
    if (failed(next))
      return failure();
    r.b.create<scf::YieldOp>(loc, *next);
    r.close(parts.body);
  }
  endAdjoints(r, parts, adjoints, loop.getResults());
  return success();
}

static LogicalResult augmentFor(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                Value tape) {
  auto loop = cast<scf::ForOp>(op);
  if (isCheckpointed(op)) {
    builder.clone(*op, map);
    return success();
  }
  Value ownTape = r.tapeFor(op, builder, tape);
  SmallVector<Value> inits;
  for (Value init : loop.getInitArgs())
    inits.push_back(map.lookup(init));
  auto copy = builder.create<scf::ForOp>(op->getLoc(), map.lookup(loop.getLowerBound()),
                                         map.lookup(loop.getUpperBound()),
                                         map.lookup(loop.getStep()), inits);
  // What is pushed in one iteration after the other is not independent.
  copy->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  copy->removeAttr("circ.independent");
  Block &body = *copy.getBody();
  if (!body.empty())
    body.getTerminator()->erase();
  map.map(loop.getBody()->getArguments(), body.getArguments());
  if (failed(r.emitSplitForward(*loop.getBody(), body, map, ownTape)))
    return failure();
  OpBuilder::atBlockEnd(&body).clone(*loop.getBody()->getTerminator(), map);
  map.map(op->getResults(), copy->getResults());
  return success();
}

static LogicalResult reverseFor(Reverser &r, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  r.ensureAugmented(op);
  if (!matchPattern(loop.getLowerBound(), m_Zero()) || !matchPattern(loop.getStep(), m_One()))
    return op->emitError("only loops from 0 by 1 have a derivative rule");
  LoopParts parts{op,
                  *loop.getBody(),
                  loop.getRegionIterArgs(),
                  loop.getYieldedValues(),
                  loop.getInitArgs(),
                  r.primal(loop.getUpperBound()),
                  cast<BlockArgument>(loop.getInductionVar())};
  return isCheckpointed(op) ? reverseCheckpointed(r, parts) : reverseLoopBody(r, parts);
}

void addForRule(RuleTable &rules) { rules["scf.for"] = {reverseFor, augmentFor}; }

} // namespace circ::autodiff
