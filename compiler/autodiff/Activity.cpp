//===- Activity.cpp - Which values carry derivatives ----------------------===//

#include "compiler/autodiff/Activity.h"

#include "compiler/dialect/Gates.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ::autodiff {

bool isRealType(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

/// Whether an op, or one inside it, has an operand of one of some types that is
/// made outside of it.
template <typename... Types> static bool usesFromOutside(Operation *op) {
  auto isWanted = [&](Value operand) {
    return isa<Types...>(operand.getType()) &&
           !op->isAncestor(operand.getParentBlock()->getParentOp());
  };
  return op
      ->walk([&](Operation *inner) {
        return llvm::any_of(inner->getOperands(), isWanted) ? WalkResult::interrupt()
                                                            : WalkResult::advance();
      })
      .wasInterrupted();
}

bool usesOuterTape(Operation *op) { return usesFromOutside<ir::TapeType>(op); }

bool changesOuterState(Operation *op) {
  return usesFromOutside<ir::TapeType, ir::ScheduleType>(op);
}

std::string maskOf(const llvm::BitVector &arguments) {
  std::string mask;
  for (unsigned i = 0; i < arguments.size(); ++i)
    mask += arguments[i] ? '1' : '0';
  return mask;
}

/// Pairs of values between which control flow passes a value: from -> to.
template <typename Visit> static void forEachFlow(Operation *op, Visit visit) {
  auto flow = [&](auto from, auto to) {
    for (auto [f, t] : llvm::zip_equal(from, to))
      visit(Value(f), Value(t));
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    flow(loop.getInitArgs(), loop.getRegionIterArgs());
    flow(loop.getYieldedValues(), loop.getRegionIterArgs());
    flow(loop.getInitArgs(), loop.getResults());
    flow(loop.getYieldedValues(), loop.getResults());
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    flow(loop.getInits(), loop.getBeforeArguments());
    flow(loop.getYieldOp().getOperands(), loop.getBeforeArguments());
    flow(loop.getConditionOp().getArgs(), loop.getAfterArguments());
    flow(loop.getConditionOp().getArgs(), loop.getResults());
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (branch.getNumResults()) {
      flow(branch.thenYield().getOperands(), branch.getResults());
      flow(branch.elseYield().getOperands(), branch.getResults());
    }
  } else if (auto map = dyn_cast<ir::MapOp>(op)) {
    visit(map.getYielded(), map.getResult());
  } else if (auto reduce = dyn_cast<ir::ReduceOp>(op)) {
    visit(reduce.getYielded(), reduce.getResult());
  } else if (auto sum = dyn_cast<ir::ExpSumOp>(op)) {
    visit(sum.getYielded(), sum.getSum()); // none flows to the shift
  } else if (isa<ir::GateOpInterface>(op)) {
    // Nothing flows through floor, sign, ...: their derivative is zero.
    unsigned zeroPartials = ir::lookupGate(op->getName().stripDialect())->zeroPartials;
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      if (!(zeroPartials >> i & 1))
        visit(op->getOperand(i), op->getResult(0));
  } else if (isa<ir::StopOp>(op)) {
    return;
  } else if (isa<ir::LuOp>(op)) {
    // The derivative flows through the matrix itself, not through its factors.
  } else if (op->getNumRegions() == 0 && !op->hasTrait<OpTrait::IsTerminator>()) {
    for (Value operand : op->getOperands())
      for (Value result : op->getResults())
        visit(operand, result);
  }
}

bool Activity::markVaried(Value value) {
  return isRealType(value.getType()) && varied.insert(value).second;
}

bool Activity::markUseful(Value value) {
  return isRealType(value.getType()) && useful.insert(value).second;
}

/// The flow through a function from each value, or to it.
using Flow = DenseMap<Value, SmallVector<Value, 2>>;

/// Marks all that can be reached from the values in `work`, which are marked.
template <typename Mark> static void spread(SmallVector<Value> work, const Flow &flow, Mark mark) {
  while (!work.empty()) {
    auto next = flow.find(work.pop_back_val());
    if (next == flow.end())
      continue;
    for (Value value : next->second)
      if (mark(value))
        work.push_back(value);
  }
}

Activity::Activity(func::FuncOp function, const llvm::BitVector &variedArguments,
                   const llvm::BitVector &usefulResults) {
  for (unsigned i : variedArguments.set_bits())
    markVaried(function.getArgument(i));
  Operation *terminator = function.getBody().front().getTerminator();
  for (unsigned i : usefulResults.set_bits())
    markUseful(terminator->getOperand(i));

  Flow forward, backward;
  function.walk([&](Operation *op) {
    forEachFlow(op, [&](Value from, Value to) {
      if (!isRealType(from.getType()) || !isRealType(to.getType()))
        return;
      forward[from].push_back(to);
      backward[to].push_back(from);
    });
    if (auto pop = dyn_cast<ir::PopOp>(op)) {
      markVaried(pop.getValue());
    } else if (auto push = dyn_cast<ir::PushOp>(op)) {
      markUseful(push.getValue());
    } else if (isa<func::CallOp>(op) && usesOuterTape(op)) {
      llvm::for_each(op->getResults(), [&](Value result) { markVaried(result); });
      llvm::for_each(op->getOperands(), [&](Value operand) { markUseful(operand); });
    }
  });
  spread(llvm::to_vector(varied), forward, [&](Value value) { return markVaried(value); });
  spread(llvm::to_vector(useful), backward, [&](Value value) { return markUseful(value); });
}

bool Activity::isActive(Operation *op) const {
  return llvm::any_of(op->getResults(), [&](Value v) { return isActive(v); });
}

} // namespace circ::autodiff
