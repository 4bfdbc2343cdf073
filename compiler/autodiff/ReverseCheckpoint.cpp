//===- ReverseCheckpoint.cpp - Loops that are run again from snapshots ----===//
//
// The forward sweep runs the loop and keeps nothing. The backward sweep is one
// `while` around what a schedule says: run some iterations, keep or restore a
// snapshot of the loop-carried values, or reverse one iteration, which then is
// run with tapes of its own. Snapshots lie on a tape: the schedule goes back to
// the last one only. A `while` is no other when its forward sweep has counted; when
// it has kept snapshots itself, what lies between two of them is such a loop, the last first.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/DataDependence.h"
#include "compiler/autodiff/OnlineSnapshots.h"
#include "compiler/autodiff/ReverseLoop.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace circ::autodiff {

/// The actions of `circ.schedule_next`.
enum Action : int64_t { Done = 0, Advance = 1, Store = 2, Restore = 3, Drop = 4 };

bool isCheckpointed(Operation *loop) {
  // What pushes on or pops from a tape cannot be run again.
  return loop->hasAttr("circ.checkpoint") && !changesOuterState(loop);
}

int64_t budgetOf(Operation *loop) {
  auto budget = loop->getAttrOfType<IntegerAttr>("circ.checkpoint");
  return budget ? budget.getInt() : 0;
}

namespace {

class Checkpointed {
public:
  Checkpointed(Reverser &r, const LoopParts &loop)
      : r(r), b(r.b), loop(loop), loc(loop.op->getLoc()) {}
  LogicalResult emit();

private:
  Value constant(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }
  SmallVector<Value> sweep(SmallVector<Value> start, ValueRange seeds, Value steps, int64_t budget);
  SmallVector<Value> sweepSegments(ValueRange start, ValueRange seeds, int64_t budget);
  SmallVector<Value> choose(Value condition, llvm::function_ref<SmallVector<Value>()> then,
                            llvm::function_ref<SmallVector<Value>()> otherwise);
  SmallVector<Value> act(ValueRange state, ValueRange adjoints, Value action, Value from, Value to);
  SmallVector<Value> advance(ValueRange state, Value from, Value to);
  SmallVector<Value> reverse(ValueRange state, ValueRange adjoints, Value at);
  /// Says of which integer of a snapshot a push or pop is.
  void mark(Operation *op, Type type, size_t position);
  void push(ValueRange state);
  SmallVector<Value> pop(ValueRange like);

  Reverser &r;
  OpBuilder &b;
  const LoopParts &loop;
  Location loc;
  LoopAdjoints adjoints;
  IRMapping outside;            ///< what the body uses from outside
  Value snapshots;              ///< the tape
  SmallVector<Attribute> marks; ///< of the values of a snapshot
  bool failedInside = false;
};

SmallVector<Value> Checkpointed::choose(Value condition,
                                        llvm::function_ref<SmallVector<Value>()> then,
                                        llvm::function_ref<SmallVector<Value>()> otherwise) {
  SmallVector<Type> types(loop.carried.getTypes());
  llvm::append_range(types, ValueRange(adjoints.starts).getTypes());
  auto branch = b.create<scf::IfOp>(loc, types, condition, /*withElse=*/true);
  for (auto [block, emit] :
       {std::pair{branch.thenBlock(), then}, std::pair{branch.elseBlock(), otherwise}}) {
    OpBuilder::InsertionGuard guard(b);
    if (!block->empty())
      block->clear();
    b.setInsertionPointToEnd(block);
    SmallVector<Value> values = emit();
    b.create<scf::YieldOp>(loc, values);
  }
  return SmallVector<Value>(branch.getResults());
}

void Checkpointed::mark(Operation *op, Type type, size_t position) {
  if (!isRealType(type))
    op->setAttr(keptMark, marks[position]);
}

void Checkpointed::push(ValueRange state) {
  for (auto [i, value] : llvm::enumerate(state))
    mark(b.create<ir::PushOp>(loc, snapshots, value), value.getType(), i);
}

SmallVector<Value> Checkpointed::pop(ValueRange like) {
  SmallVector<Value> values(like.size());
  for (size_t i = like.size(); i-- > 0;) {
    auto taken = b.create<ir::PopOp>(loc, like[i].getType(), snapshots);
    mark(taken, taken.getType(), i);
    values[i] = taken;
  }
  return values;
}

SmallVector<Value> Checkpointed::advance(ValueRange state, Value from, Value to) {
  Value count = b.create<arith::SubIOp>(loc, to, from);
  auto again = b.create<scf::ForOp>(loc, constant(0), count, constant(1), state);
  if (!again.getBody()->empty())
    again.getBody()->getTerminator()->erase();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(again.getBody());
  IRMapping map(outside);
  map.map(loop.carried, again.getRegionIterArgs());
  if (loop.induction)
    map.map(loop.induction, b.create<arith::AddIOp>(loc, from, again.getInductionVar()));
  for (Operation &inner : loop.body.without_terminator())
    b.clone(inner, map);
  SmallVector<Value> next;
  for (Value value : loop.yielded)
    next.push_back(map.lookup(value));
  b.create<scf::YieldOp>(loc, next);
  again.walk([](ir::PrintOp print) { print.erase(); });
  return SmallVector<Value>(again.getResults());
}

/// Runs one iteration and reverses it in the same place.
SmallVector<Value> Checkpointed::reverse(ValueRange state, ValueRange seeds, Value at) {
  IRMapping map(outside);
  map.map(loop.carried, state);
  if (loop.induction)
    map.map(loop.induction, at);
  Scope &scope = r.makeScope(loop.body, Scope::Joint);
  scope.forward = &map;
  OpBuilder forward = OpBuilder::atBlockEnd(b.getInsertionBlock());
  if (failed(r.emitForward(loop.body, forward, map, nullptr))) {
    failedInside = true;
    return SmallVector<Value>(seeds);
  }
  b.getInsertionBlock()->walk([](ir::PrintOp print) { print.erase(); });
  b.setInsertionPointToEnd(b.getInsertionBlock());
  auto next = reverseIteration(r, loop, adjoints, seeds);
  if (succeeded(next))
    return *next;
  failedInside = true;
  return SmallVector<Value>(seeds);
}

SmallVector<Value> Checkpointed::act(ValueRange state, ValueRange seeds, Value action, Value from,
                                     Value to) {
  auto is = [&](Action which) -> Value {
    return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, action, constant(which));
  };
  auto with = [](ValueRange first, ValueRange second) {
    SmallVector<Value> all(first);
    llvm::append_range(all, second);
    return all;
  };
  auto reverseOne = [&] { return with(state, reverse(state, seeds, from)); };
  auto dropOrReverse = [&] {
    return choose(is(Drop), [&] { return pop(state), with(state, seeds); }, reverseOne);
  };
  auto restoreOrLess = [&] {
    return choose(
        is(Restore),
        [&] {
          SmallVector<Value> old = pop(state);
          push(old);
          return with(old, seeds);
        },
        dropOrReverse);
  };
  auto storeOrLess = [&] {
    return choose(is(Store), [&] { return push(state), with(state, seeds); }, restoreOrLess);
  };
  return choose(is(Advance), [&] { return with(advance(state, from, to), seeds); }, storeOrLess);
}

/// Reverses `steps` iterations from the state `start`, and gives the adjoints.
SmallVector<Value> Checkpointed::sweep(SmallVector<Value> start, ValueRange seeds, Value steps,
                                       int64_t budget) {
  snapshots = b.create<ir::TapeNewOp>(loc, ir::TapeType::get(b.getContext()));
  Value schedule = b.create<ir::ScheduleNewOp>(loc, steps, snapshotBytes(b, loc, start), budget);
  size_t stateCount = start.size(), seedCount = seeds.size();
  llvm::append_range(start, seeds);
  llvm::append_range(start, b.create<ir::ScheduleNextOp>(loc, schedule).getResults());

  SmallVector<Type> types(ValueRange(start).getTypes());
  SmallVector<Location> places(types.size(), loc);
  auto sweep = b.create<scf::WhileOp>(loc, types, start);
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before = b.createBlock(&sweep.getBefore(), {}, types, places);
    Value action = before->getArgument(stateCount + seedCount);
    Value goesOn = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, action, constant(Done));
    b.create<scf::ConditionOp>(loc, goesOn, before->getArguments());
    Block *after = b.createBlock(&sweep.getAfter(), {}, types, places);
    ValueRange all = after->getArguments();
    SmallVector<Value> next = act(all.take_front(stateCount), all.slice(stateCount, seedCount),
                                  all[stateCount + seedCount], all[stateCount + seedCount + 1],
                                  all[stateCount + seedCount + 2]);
    llvm::append_range(next, b.create<ir::ScheduleNextOp>(loc, schedule).getResults());
    b.create<scf::YieldOp>(loc, next);
  }
  b.create<ir::TapeFreeOp>(loc, snapshots);
  return SmallVector<Value>(sweep.getResults().slice(stateCount, seedCount));
}

/// Reverses what follows each snapshot of the forward sweep, the last first.
SmallVector<Value> Checkpointed::sweepSegments(ValueRange start, ValueRange seeds, int64_t budget) {
  OnlineSnapshots kept = OnlineSnapshots::from(loop.snapshots);
  Value one = constant(1);
  auto segments = b.create<scf::ForOp>(loc, constant(0), kept.filled, one, seeds);
  if (!segments.getBody()->empty())
    segments.getBody()->getTerminator()->erase();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(segments.getBody());
  Value last = b.create<arith::SubIOp>(loc, kept.filled, one);
  Value which = b.create<arith::SubIOp>(loc, last, segments.getInductionVar());
  Value begin = b.create<arith::MulIOp>(loc, which, kept.spacing);
  Value rest = b.create<arith::SubIOp>(loc, loop.tripCount, begin);
  Value steps = b.create<arith::MinSIOp>(loc, rest, kept.spacing);
  SmallVector<Value> ends =
      sweep(snapshot(b, loc, kept, which, start), segments.getRegionIterArgs(), steps, budget);
  b.create<scf::YieldOp>(loc, ends);
  return SmallVector<Value>(segments.getResults());
}

LogicalResult Checkpointed::emit() {
  adjoints = startAdjoints(r, loop);
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(*loop.body.getParent(), used);
  for (Value value : used)
    outside.map(value, r.primal(value));
  SmallVector<Value> start;
  for (Value init : loop.inits)
    start.push_back(r.primal(init));
  for (size_t i = 0; i < start.size(); ++i)
    marks.push_back(newKeptMark(b.getContext()));
  int64_t budget = budgetOf(loop.op);
  SmallVector<Value> ends = loop.snapshots.empty()
                                ? sweep(start, adjoints.starts, loop.tripCount, budget)
                                : sweepSegments(start, adjoints.starts, (budget + 1) / 2);
  endAdjoints(r, loop, adjoints, ends);
  return failure(failedInside);
}

} // namespace

LogicalResult reverseCheckpointed(Reverser &r, const LoopParts &loop) {
  return Checkpointed(r, loop).emit();
}

} // namespace circ::autodiff
