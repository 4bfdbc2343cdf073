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

LogicalResult reverseLoopBody(Reverser &r, Operation *op, Block &body, ValueRange carried,
                              ValueRange yielded, ValueRange inits, Value tripCount,
                              BlockArgument induction) {
  Location loc = op->getLoc();
  Value tape = r.backwardTape(op);
  SmallVector<unsigned> slots;
  for (unsigned i = 0; i < carried.size(); ++i)
    // A result that does not depend on the carried value (`y = f(x)` in every
    // iteration) is active where the carried value is not.
    if (r.activity.isActive(carried[i]) || r.activity.isActive(op->getResult(i)))
      slots.push_back(i);
  SmallVector<Value> captures = r.activeCaptures({body.getParent()});

  SmallVector<Value> starts;
  for (unsigned i : slots) {
    Value result = op->getResult(i);
    Value seed = r.takeAdjoint(result);
    starts.push_back(seed ? seed : r.zeroLike(result));
  }
  for (Value capture : captures)
    starts.push_back(r.adjointOrZero(capture));

  auto constant = [&](int64_t value) {
    return r.b.create<arith::ConstantOp>(loc, r.b.getI64IntegerAttr(value));
  };
  Value zero = constant(0), one = constant(1);
  auto loop = r.b.create<scf::ForOp>(loc, zero, tripCount, one, starts);
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  {
    OpBuilder::InsertionGuard guard(r.b);
    r.b.setInsertionPointToEnd(loop.getBody());
    Scope &scope = r.openSplit(body, tape);
    if (induction) {
      OpBuilder early(scope.anchor);
      Value last = early.create<arith::SubIOp>(loc, tripCount, one);
      scope.backward.map(induction, early.create<arith::SubIOp>(loc, last, loop.getInductionVar()));
    }
    ValueRange state = loop.getRegionIterArgs();
    for (auto [capture, value] : llvm::zip_equal(captures, state.drop_front(slots.size())))
      r.setAdjoint(capture, value);
    for (auto [slot, value] : llvm::zip(slots, state))
      r.addAdjoint(yielded[slot], value);
    if (failed(r.reverseBlock(body)))
      return failure();
    SmallVector<Value> next;
    for (unsigned slot : slots) {
      next.push_back(r.adjointOrZero(carried[slot]));
      r.takeAdjoint(carried[slot]);
    }
    for (Value capture : captures)
      next.push_back(r.adjointOrZero(capture));
    r.b.create<scf::YieldOp>(loc, next);
    r.close(body);
  }
  for (auto [position, capture] : llvm::enumerate(captures))
    r.setAdjoint(capture, loop.getResult(slots.size() + position));
  for (auto [position, slot] : llvm::enumerate(slots))
    r.addAdjoint(inits[slot], loop.getResult(position));
  return success();
}

static LogicalResult augmentFor(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                Value tape) {
  auto loop = cast<scf::ForOp>(op);
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
  return reverseLoopBody(r, op, *loop.getBody(), loop.getRegionIterArgs(), loop.getYieldedValues(),
                         loop.getInitArgs(), r.primal(loop.getUpperBound()),
                         cast<BlockArgument>(loop.getInductionVar()));
}

void addForRule(RuleTable &rules) { rules["scf.for"] = {reverseFor, augmentFor}; }

} // namespace circ::autodiff
