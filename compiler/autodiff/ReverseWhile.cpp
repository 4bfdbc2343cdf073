//===- ReverseWhile.cpp - Loops with a condition --------------------------===//
//
// Forward: the loop counts its iterations in one more carried value, and a checkpointed one
// keeps snapshots in more, unless it stands in something that is itself kept for later: there
// they would be too many. Backward: a counted loop. The condition carries no derivative.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/OnlineSnapshots.h"
#include "compiler/autodiff/ReverseLoop.h"
#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

static LogicalResult augmentWhile(Reverser &r, Operation *op, OpBuilder &builder, IRMapping &map,
                                  Value tape) {
  auto loop = cast<scf::WhileOp>(op);
  Location loc = op->getLoc();
  bool checkpointed = isCheckpointed(op);
  Value ownTape = checkpointed ? Value() : r.tapeFor(op, builder, tape);
  SmallVector<Value> inits;
  for (Value init : loop.getInits())
    inits.push_back(map.lookup(init));
  inits.push_back(builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(0)));
  size_t stateCount = inits.size() - 1;
  bool online = checkpointed && !tape && canKeepOnline(ValueRange(inits).drop_back());
  Value half;
  if (online) {
    ValueRange state = ValueRange(inits).take_front(stateCount);
    half = halfOfRows(builder, loc, snapshotBytes(builder, loc, state), budgetOf(op));
    llvm::append_range(inits, startSnapshots(builder, loc, state, half).values());
  }
  SmallVector<Type> types(ValueRange(inits).getTypes());
  SmallVector<Location> locations(types.size(), loc);

  auto copy = builder.create<scf::WhileOp>(loc, types, inits);
  Block *before = builder.createBlock(&copy.getBefore(), {}, types, locations);
  map.map(loop.getBeforeArguments(), before->getArguments().take_front(stateCount));
  for (Operation &inner : loop.getBeforeBody()->without_terminator())
    builder.clone(inner, map);
  SmallVector<Value> forwarded;
  for (Value value : loop.getConditionOp().getArgs())
    forwarded.push_back(map.lookup(value));
  llvm::append_range(forwarded, before->getArguments().drop_front(stateCount));
  builder.create<scf::ConditionOp>(loc, map.lookup(loop.getConditionOp().getCondition()),
                                   forwarded);

  Block *after = builder.createBlock(&copy.getAfter(), {}, types, locations);
  ValueRange arguments = after->getArguments();
  map.map(loop.getAfterArguments(), arguments.take_front(stateCount));
  OnlineSnapshots kept;
  if (online)
    kept = keepSnapshot(builder, loc, OnlineSnapshots::from(arguments.drop_front(stateCount + 1)),
                        arguments.take_front(stateCount), arguments[stateCount], half);
  if (checkpointed) {
    builder.setInsertionPointToEnd(after);
    for (Operation &inner : loop.getAfterBody()->without_terminator())
      builder.clone(inner, map);
  } else if (failed(r.emitSplitForward(*loop.getAfterBody(), *after, map, ownTape))) {
    return failure();
  }
  builder.setInsertionPointToEnd(after);
  SmallVector<Value> next;
  for (Value value : loop.getYieldOp().getOperands())
    next.push_back(map.lookup(value));
  Value one = builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(1));
  next.push_back(builder.create<arith::AddIOp>(loc, arguments[stateCount], one));
  if (online)
    llvm::append_range(next, kept.values());
  builder.create<scf::YieldOp>(loc, next);

  builder.setInsertionPointAfter(copy);
  map.map(op->getResults(), copy->getResults().take_front(stateCount));
  r.augmented(op).extras.assign(copy->getResults().begin() + stateCount, copy->getResults().end());
  return success();
}

static LogicalResult reverseWhile(Reverser &r, Operation *op) {
  auto loop = cast<scf::WhileOp>(op);
  r.ensureAugmented(op);
  if (!llvm::equal(loop.getConditionOp().getArgs(), loop.getBeforeArguments()))
    return op->emitError("only loops whose condition passes its values on have a derivative rule");
  LoopParts parts{op,
                  *loop.getAfterBody(),
                  loop.getAfterArguments(),
                  loop.getYieldOp().getOperands(),
                  loop.getInits(),
                  r.extra(op),
                  BlockArgument(),
                  {}};
  for (unsigned i = 1; i < r.augmented(op).extras.size(); ++i)
    parts.snapshots.push_back(r.extra(op, i));
  return isCheckpointed(op) ? reverseCheckpointed(r, parts) : reverseLoopBody(r, parts);
}

void addWhileRule(RuleTable &rules) { rules["scf.while"] = {reverseWhile, augmentWhile}; }

} // namespace circ::autodiff
