//===- LaneAnalysis.cpp - What differs between iterations -----------------===//

#include "compiler/transforms/LaneAnalysis.h"

#include "compiler/transforms/AdditionChain.h"
#include "compiler/transforms/Effects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

LaneAnalysis::LaneAnalysis(Operation *loop, Checks checks)
    : loop(loop), body(loop->getRegion(0).front()), checks(checks) {
  if (auto map = dyn_cast<ir::MapOp>(loop)) {
    index = map.getIndices().back();
  } else {
    index = body.getArgument(0);
  }
  if (auto counted = dyn_cast<scf::ForOp>(loop)) {
    // Iterations only add to what they carry: an array stays one for all
    // lanes, a number becomes one sum a lane.
    for (Value carried : counted.getRegionIterArgs()) {
      if (isArray(carried))
        share(carried);
      else
        mark(carried);
    }
  }
  mark(index);
  SmallVector<Operation *> operations;
  body.walk<WalkOrder::PreOrder>([&](Operation *op) { operations.push_back(op); });
  for (bool changed = true; changed;) {
    changed = false;
    for (Operation *op : operations)
      changed |= propagate(op);
  }
  if (auto counted = dyn_cast<scf::ForOp>(loop))
    for (auto [carried, end] :
         llvm::zip_equal(counted.getRegionIterArgs(), body.getTerminator()->getOpOperands()))
      if (!isArray(carried) && !AdditionChain().isOnlyAddedTo(carried, end)) {
        found = Obstacle{loop, "iterations do more with a number that they share than add to it"};
        return;
      }
  for (Operation *op : operations)
    if (auto reason = problem(op)) {
      found = Obstacle{op, *reason};
      return;
    }
}

bool LaneAnalysis::mark(Value value) {
  return !shared.contains(value) && varying.insert(value).second;
}

bool LaneAnalysis::share(Value value) {
  varying.erase(value);
  return shared.insert(value).second;
}

bool LaneAnalysis::propagate(Operation *op) {
  bool changed = false;
  auto flow = [&](Value from, Value to) {
    if (shared.contains(from))
      changed |= share(to);
    else if (varying.contains(from))
      changed |= mark(to);
  };
  if (auto map = dyn_cast<ir::MapOp>(op)) {
    flow(map.getYielded(), map.getResult());
  } else if (auto reduce = dyn_cast<ir::ReduceOp>(op)) {
    flow(reduce.getYielded(), reduce.getResult());
  } else if (auto sum = dyn_cast<ir::ExpSumOp>(op)) {
    flow(sum.getYielded(), sum.getLargest());
    flow(sum.getYielded(), sum.getSum());
  } else if (auto reduce = dyn_cast<ir::ArgReduceOp>(op)) {
    flow(reduce.getYielded(), reduce.getResult());
  } else if (auto counted = dyn_cast<scf::ForOp>(op)) {
    for (unsigned i = 0; i < counted.getNumResults(); ++i) {
      flow(counted.getInitArgs()[i], counted.getRegionIterArgs()[i]);
      flow(counted.getYieldedValues()[i], counted.getRegionIterArgs()[i]);
      flow(counted.getRegionIterArgs()[i], counted.getResult(i));
    }
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (unsigned i = 0; i < branch.getNumResults(); ++i) {
      flow(branch.thenYield().getOperand(i), branch.getResult(i));
      flow(branch.elseYield().getOperand(i), branch.getResult(i));
      if (varies(branch.getCondition()) && !isShared(branch.getResult(i)))
        changed |= mark(branch.getResult(i));
    }
  } else if (op->getNumRegions() == 0 && !isa<ir::DimOp>(op) &&
             !op->hasTrait<OpTrait::IsTerminator>()) {
    for (Value result : op->getResults()) {
      // An element of a shared array, or an array that adds to one.
      bool array = isArray(result);
      for (Value operand : op->getOperands())
        if (array || !isShared(operand))
          flow(operand, result);
    }
  }
  return changed;
}

bool LaneAnalysis::countsIterations(Value value) const {
  if (value == index)
    return true;
  auto sum = value.getDefiningOp<arith::AddIOp>();
  if (!sum || sum->getBlock() != &body)
    return false;
  Value other = sum.getLhs() == index ? sum.getRhs() : sum.getLhs();
  return (sum.getLhs() == index || sum.getRhs() == index) &&
         other.getParentRegion()->isProperAncestor(body.getParent());
}

bool LaneAnalysis::isTouched(Operation *op) const {
  auto touches = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value v) { return varies(v) || isShared(v); });
  };
  return op
      ->walk([&](Operation *inner) {
        return touches(inner->getOperands()) || touches(inner->getResults())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

bool LaneAnalysis::isChoice(scf::IfOp branch) {
  return llvm::all_of(branch->getRegions(), [](Region &side) {
    return side.empty() || llvm::all_of(side.front(), [](Operation &op) {
             return isa<scf::YieldOp, ir::GateOpInterface>(op) ||
                    isa<arith::ArithDialect>(op.getDialect());
           });
  });
}

/// Loops between an op and the loop that is put into lanes.
static unsigned depthBelow(Operation *op, Operation *loop) {
  unsigned depth = 0;
  for (op = op->getParentOp(); op != loop; op = op->getParentOp())
    depth += isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::ForOp>(op);
  return depth;
}

bool LaneAnalysis::readsPackedRow(ir::ExtractOp op) const {
  Value array = op.getArray();
  return op.getIndices().size() >= 2 && countsIterations(op.getIndices().front()) &&
         !varies(array) &&
         llvm::none_of(op.getIndices().drop_front(), [&](Value v) { return varies(v); }) &&
         depthBelow(op, loop) >= 2 &&
         array.getParentRegion()->isProperAncestor(&loop->getRegion(0));
}

bool LaneAnalysis::isMasked(Operation *op) const {
  for (op = op->getParentOp(); op != loop; op = op->getParentOp())
    if (auto branch = dyn_cast<scf::IfOp>(op))
      if (varies(branch.getCondition()))
        return true;
  return false;
}

Value LaneAnalysis::addedTo(Value yielded, Block *side) const {
  while (Operation *op = yielded.getDefiningOp()) {
    if (!side->getParent()->isAncestor(op->getParentRegion()))
      return yielded;
    unsigned position = cast<OpResult>(yielded).getResultNumber();
    if (auto accumulate = dyn_cast<ir::AccumulateOp>(op))
      yielded = accumulate.getArray();
    else if (auto sum = dyn_cast<ir::AddArraysOp>(op))
      yielded = isShared(sum.getLeft()) ? sum.getLeft() : sum.getRight();
    else if (auto counted = dyn_cast<scf::ForOp>(op))
      yielded = counted.getInitArgs()[position];
    else if (auto branch = dyn_cast<scf::IfOp>(op))
      yielded = addedTo(branch.thenYield().getOperand(position), branch.thenBlock());
    else
      return Value();
  }
  return yielded;
}

std::optional<std::string> LaneAnalysis::problemUnderMask(Operation *op) const {
  bool arrayOfEach = llvm::any_of(op->getResults(),
                                  [&](Value result) { return isArray(result) && varies(result); });
  if (isa<ir::InsertOp>(op) || (arrayOfEach && isa<scf::IfOp, ir::AccumulateOp, scf::ForOp>(op)))
    return "a branch that differs between iterations changes an array of theirs";
  if (isa<scf::YieldOp, ir::YieldOp, ir::GateOpInterface, ir::DimOp, ir::ExtractOp,
          ir::AccumulateOp, ir::AddArraysOp, ir::SplatOp, ir::MapOp, ir::ReduceOp, ir::ArgReduceOp,
          ir::ExpSumOp, scf::ForOp, scf::IfOp>(op) ||
      isa<arith::ArithDialect>(op->getDialect()))
    return std::nullopt;
  return "a branch that differs between iterations does more than compute and add";
}

std::optional<std::string> LaneAnalysis::problem(Operation *op) const {
  auto anyVaries = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value v) { return varies(v); });
  };
  auto anyShared = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value v) { return isShared(v); });
  };
  if (happensInOrder(op))
    return "it prints or keeps values on a tape";
  if (auto call = dyn_cast<func::CallOp>(op))
    return ("it calls '" + call.getCallee() + "'").str();
  if (op->hasTrait<OpTrait::IsTerminator>() || isa<ir::DimOp>(op))
    return std::nullopt;
  for (Value result : op->getResults())
    if (auto array = dyn_cast<RankedTensorType>(result.getType()))
      if (varies(result) && array.getElementType().isInteger(1))
        return "each iteration has an array of booleans";
  if (isMasked(op))
    if (auto reason = problemUnderMask(op))
      return reason;
  if (!isTouched(op))
    return std::nullopt;

  if (auto map = dyn_cast<ir::MapOp>(op))
    return anyVaries(map->getOperands())
               ? std::optional<std::string>("the sizes of an array differ between iterations")
               : std::nullopt;
  if (isa<ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp>(op))
    return anyVaries(op->getOperands())
               ? std::optional<std::string>("the range of a reduction differs between iterations")
               : std::nullopt;
  if (auto counted = dyn_cast<scf::ForOp>(op))
    return anyVaries({counted.getLowerBound(), counted.getUpperBound(), counted.getStep()})
               ? std::optional<std::string>("the range of a loop differs between iterations")
               : std::nullopt;
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (!varies(branch.getCondition()))
      return std::nullopt;
    llvm::DenseSet<Value> starts;
    for (auto [k, result] : llvm::enumerate(branch.getResults())) {
      if (!isArray(result))
        continue;
      if (!isShared(result))
        return "the choice of an array differs between iterations";
      Value yes = addedTo(branch.thenYield().getOperand(k), branch.thenBlock());
      if (!yes || yes != addedTo(branch.elseYield().getOperand(k), branch.elseBlock()) ||
          !starts.insert(yes).second)
        return "the choice of an array differs between iterations";
    }
    return std::nullopt;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op);
      select && isArray(select.getResult()) && varies(select.getCondition()))
    return "the choice of an array differs between iterations";
  if (auto extract = dyn_cast<ir::ExtractOp>(op)) {
    if (isShared(extract.getArray()) && !hasColumns())
      return "an iteration reads what others change";
    if (varies(extract.getArray()) && anyVaries(extract.getIndices()))
      return "an index into an iteration's own array differs between iterations";
    return std::nullopt;
  }
  if (isa<ir::InsertOp, ir::AccumulateOp>(op)) {
    Value array = op->getOperand(1);
    if (isShared(array)) {
      // Elements at an iteration's own index are its own.
      bool overwrites = isa<ir::InsertOp>(op) && !hasColumns() && op->getOperands().back() != index;
      return overwrites ? std::optional<std::string>("iterations overwrite what they share")
                        : std::nullopt;
    }
    if (anyVaries(op->getOperands().drop_front(2)))
      return "an index into an iteration's own array differs between iterations";
    return std::nullopt;
  }
  if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    return isShared(sum.getLeft()) && isShared(sum.getRight())
               ? std::optional<std::string>("iterations add what they share")
               : std::nullopt;
  if (anyShared(op->getOperands()))
    return "an iteration reads what others change";
  if (auto splat = dyn_cast<ir::SplatOp>(op))
    return anyVaries(splat.getSizes())
               ? std::optional<std::string>("the sizes of an array differ between iterations")
               : std::nullopt;
  if (auto power = dyn_cast<ir::PowiOp>(op))
    return varies(power.getExponent())
               ? std::optional<std::string>("an integer exponent differs between iterations")
               : std::nullopt;
  if (isa<ir::FromElementsOp, ir::GateOpInterface>(op) ||
      isa<arith::ArithDialect>(op->getDialect()))
    return std::nullopt;
  if (checks == Checks::Ignored && isa<ir::CheckOp, ir::CheckIndexOp>(op))
    return std::nullopt;
  if (isCheck(op))
    return "a check of what differs between iterations may fail";
  return ("'" + op->getName().getStringRef() + "' has no form in lanes").str();
}

} // namespace circ
