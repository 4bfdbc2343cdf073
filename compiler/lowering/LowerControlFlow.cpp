//===- LowerControlFlow.cpp - Loops, branches, calls ----------------------===//
//
// A loop-carried array lives in one buffer, its slot, for the whole loop: the
// loop starts with the initial value there (adopted, or copied), and each
// iteration ends by putting the yielded value there unless it is there already.
//
//===----------------------------------------------------------------------===//

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

void FunctionLowering::enterSlots(MutableArrayRef<OpOperand> inits, ArrayRef<ValueRange> slots) {
  for (auto [i, init] : llvm::enumerate(inits)) {
    if (!isArray(init.get()))
      continue;
    Buffer slot = plan.adopts(init) ? buffer(init.get())
                                    : copied(init.get(), buffer(init.get()), slots.back()[i]);
    for (ValueRange values : slots)
      buffers[values[i]] = slot;
  }
}

/// Moves yielded arrays to their slots and returns the yielded scalars.
SmallVector<Value> FunctionLowering::leaveSlots(ValueRange yielded, ValueRange slots) {
  SmallVector<Value> carried;
  struct Move {
    Value array;
    Buffer to, from;
  };
  SmallVector<Move> moves;
  for (auto [value, slot] : llvm::zip_equal(yielded, slots)) {
    if (!isArray(value))
      carried.push_back(scalar(value));
    else if (buffer(value).pointer != buffer(slot).pointer)
      moves.push_back({value, buffer(slot), buffer(value)});
  }
  // Where a move reads what another one overwrites, it reads a copy.
  if (moves.size() > 1)
    for (auto [i, move] : llvm::enumerate(moves))
      for (auto [j, slot] : llvm::enumerate(slots)) {
        if (!isArray(slot) || buffer(slot).pointer == move.to.pointer)
          continue;
        if (plan.mayShare(move.array, slot)) {
          move.from = copied(move.array, move.from);
          break;
        }
      }
  for (const Move &move : moves)
    copy(move.array, move.to, move.from);
  return carried;
}

static SmallVector<Value> onlyScalars(ValueRange values) {
  SmallVector<Value> kept;
  for (Value value : values)
    if (!isArray(value))
      kept.push_back(value);
  return kept;
}

LogicalResult FunctionLowering::lowerFor(scf::ForOp op) {
  Location opLoc = loc;
  enterSlots(op.getInitArgsMutable(), {op.getRegionIterArgs(), op.getResults()});
  SmallVector<Value> starts;
  for (Value init : onlyScalars(op.getInitArgs()))
    starts.push_back(scalar(init));
  auto loop = b.create<scf::ForOp>(loc, scalar(op.getLowerBound()), scalar(op.getUpperBound()),
                                   scalar(op.getStep()), starts);
  if (op->hasAttr("circ.brief"))
    loop->setAttr("circ.brief", b.getUnitAttr());
  if (!loop.getBody()->empty())
    loop.getBody()->getTerminator()->erase();
  scalars[op.getInductionVar()] = loop.getInductionVar();
  for (auto [from, to] :
       llvm::zip_equal(onlyScalars(op.getRegionIterArgs()), loop.getRegionIterArgs()))
    scalars[from] = to;
  LogicalResult outcome = success();
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(loop.getBody());
    SmallVector<Value> next;
    emitReleased([&] {
      outcome = lowerBlock(*op.getBody());
      loc = opLoc;
      if (succeeded(outcome))
        next = leaveSlots(op.getYieldedValues(), op.getRegionIterArgs());
    });
    b.create<scf::YieldOp>(loc, next);
  }
  for (auto [from, to] : llvm::zip_equal(onlyScalars(op.getResults()), loop.getResults()))
    scalars[from] = to;
  return outcome;
}

LogicalResult FunctionLowering::lowerWhile(scf::WhileOp op) {
  Location opLoc = loc;
  if (!llvm::equal(op.getConditionOp().getArgs(), op.getBeforeArguments()))
    return op.emitError("a loop's condition must pass its values on unchanged");
  enterSlots(op.getInitsMutable(),
             {op.getBeforeArguments(), op.getAfterArguments(), op.getResults()});
  SmallVector<Value> starts;
  for (Value init : onlyScalars(op.getInits()))
    starts.push_back(scalar(init));
  SmallVector<Type> types(ValueRange(starts).getTypes());
  SmallVector<Location> places(types.size(), loc);
  auto loop = b.create<scf::WhileOp>(loc, types, starts);
  OpBuilder::InsertionGuard guard(b);

  Block *before = b.createBlock(&loop.getBefore(), {}, types, places);
  for (auto [from, to] :
       llvm::zip_equal(onlyScalars(op.getBeforeArguments()), before->getArguments()))
    scalars[from] = to;
  Value condition;
  LogicalResult outcome = success();
  emitReleased([&] {
    outcome = lowerBlock(*op.getBeforeBody());
    loc = opLoc;
    condition = scalar(op.getConditionOp().getCondition());
  });
  b.create<scf::ConditionOp>(loc, condition, before->getArguments());
  if (failed(outcome))
    return failure();

  Block *after = b.createBlock(&loop.getAfter(), {}, types, places);
  for (auto [from, to] :
       llvm::zip_equal(onlyScalars(op.getAfterArguments()), after->getArguments()))
    scalars[from] = to;
  callAtPlace("circ_poll", Type(), context);
  SmallVector<Value> next;
  emitReleased([&] {
    outcome = lowerBlock(*op.getAfterBody());
    loc = opLoc;
    if (succeeded(outcome))
      next = leaveSlots(op.getYieldOp().getOperands(), op.getAfterArguments());
  });
  b.create<scf::YieldOp>(loc, next);
  for (auto [from, to] : llvm::zip_equal(onlyScalars(op.getResults()), loop.getResults()))
    scalars[from] = to;
  return outcome;
}

/// Branches yield the pointers of arrays: no copies. The sizes agree.
LogicalResult FunctionLowering::lowerIf(scf::IfOp op) {
  Location opLoc = loc;
  SmallVector<Type> types;
  for (Value result : op.getResults()) {
    auto array = dyn_cast<RankedTensorType>(result.getType());
    types.push_back(array ? pointerType(b) : result.getType());
    if (array)
      types.append(array.getNumDynamicDims(), b.getI64Type());
  }
  bool hasElse = op.elseBlock() != nullptr;
  auto branch = b.create<scf::IfOp>(loc, types, scalar(op.getCondition()), hasElse);
  for (auto [from, to] : {std::pair{op.thenBlock(), branch.thenBlock()},
                          std::pair{op.elseBlock(), branch.elseBlock()}}) {
    if (!from)
      continue;
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    if (failed(lowerBlock(*from)))
      return failure();
    loc = opLoc;
    SmallVector<Value> yielded;
    for (Value value : from->getTerminator()->getOperands())
      appendPassed(value, yielded);
    b.create<scf::YieldOp>(loc, yielded);
  }
  unsigned next = 0;
  for (Value result : op.getResults()) {
    Value first = branch.getResult(next++);
    auto array = dyn_cast<RankedTensorType>(result.getType());
    if (!array) {
      scalars[result] = first;
      continue;
    }
    ValueRange dynamic = branch.getResults().slice(next, array.getNumDynamicDims());
    next += array.getNumDynamicDims();
    buffers[result] = {first, allSizes(array, dynamic)};
    // Both branches may leave the array where it was.
    Value thenPointer = branch.thenYield().getOperand(cast<OpResult>(first).getResultNumber());
    Value elsePointer = branch.elseYield().getOperand(cast<OpResult>(first).getResultNumber());
    if (thenPointer == elsePointer)
      buffers[result].pointer = thenPointer;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void FunctionLowering::appendPassed(Value value, SmallVectorImpl<Value> &arguments) {
  auto array = dyn_cast<RankedTensorType>(value.getType());
  if (!array) {
    arguments.push_back(scalar(value));
    return;
  }
  const Buffer &passed = buffer(value);
  arguments.push_back(passed.pointer);
  for (int64_t i = 0; i < array.getRank(); ++i)
    if (array.isDynamicDim(i))
      arguments.push_back(passed.sizes[i]);
}

void FunctionLowering::lowerCall(func::CallOp op) {
  ++arenaUses; // the callee's results are in the arena
  SmallVector<Value> arguments{context};
  for (Value operand : op.getOperands())
    appendPassed(operand, arguments);
  // What is returned as it comes goes straight to its place.
  for (Value result : op.getResults())
    if (isa<RankedTensorType>(result.getType())) {
      std::optional<unsigned> returned = resultPlaces.resultOf(result);
      Place place = returned ? places[*returned] : Place{emptyPointer(), constant(0)};
      arguments.append({place.pointer, place.bytes});
    }
  auto made = b.create<func::CallOp>(loc, state.lowered.lookup(op.getCallee()), arguments);
  unsigned next = 0;
  for (Value result : op.getResults()) {
    Value first = made.getResult(next++);
    auto array = dyn_cast<RankedTensorType>(result.getType());
    if (!array) {
      scalars[result] = first;
      continue;
    }
    ValueRange dynamic = made.getResults().slice(next, array.getNumDynamicDims());
    next += array.getNumDynamicDims();
    buffers[result] = {first, allSizes(array, dynamic)};
  }
}

/// Array results must outlive the call: those that are not made where they go
/// are copied there. A callee that returns an argument returns a copy too, since
/// the caller treats results as its own.
void FunctionLowering::lowerReturn(func::ReturnOp op) {
  SmallVector<Value> results;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    auto array = dyn_cast<RankedTensorType>(operand.getType());
    if (!array) {
      results.push_back(scalar(operand));
      continue;
    }
    Buffer result = buffer(operand);
    if (!resultPlaces.isMadeInPlace(i)) {
      Buffer made = allocate(array, result.sizes, &places[i]);
      copy(operand, made, result);
      result = made;
    }
    results.push_back(result.pointer);
    for (int64_t d = 0; d < array.getRank(); ++d)
      if (array.isDynamicDim(d))
        results.push_back(result.sizes[d]);
  }
  b.create<func::ReturnOp>(loc, results);
}

} // namespace circ::lowering
