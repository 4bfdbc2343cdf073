//===- IterationBlocks.cpp - Whether iterations can run in blocks ---------===//

#include "compiler/transforms/IterationBlocks.h"

#include "compiler/transforms/AdditionChain.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace circ {

static bool isArray(Value value) { return isa<RankedTensorType>(value.getType()); }

namespace {

/// Looks for what must not happen in several blocks at once, in callees, too.
class OrderedEffects {
public:
  std::optional<std::string> find(Operation *op) {
    std::optional<std::string> reason;
    op->walk([&](Operation *inner) {
      reason = of(inner);
      return reason ? WalkResult::interrupt() : WalkResult::advance();
    });
    return reason;
  }

private:
  std::optional<std::string> of(Operation *op) {
    if (isa<ir::PrintOp>(op))
      return "it prints";
    auto call = dyn_cast<func::CallOp>(op);
    if (!call)
      return std::nullopt;
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
    // How deep a recursion may go depends on the stack of the thread.
    if (!callee || callee.isExternal() || callee->hasAttr("circ.recursive"))
      return ("it calls '" + call.getCallee() + "', which calls itself").str();
    return visited.insert(callee).second ? find(callee) : std::nullopt;
  }

  llvm::DenseSet<Operation *> visited;
};

} // namespace

IterationBlocks::IterationBlocks(Operation *loop) : loop(loop) { found = problem(); }

std::optional<std::string> IterationBlocks::problem() {
  if (isa<ir::ArgReduceOp>(loop))
    return "it looks for an index";
  auto counted = dyn_cast<scf::ForOp>(loop);
  if (isa<scf::WhileOp>(loop) ||
      (counted && (!counted->hasAttr("circ.independent") || counted->hasAttr("circ.columns"))))
    return "its iterations are in order";
  if (counted && (!matchPattern(counted.getLowerBound(), m_Zero()) ||
                  !matchPattern(counted.getStep(), m_One())))
    return "its iterations do not count from 0";
  if (auto reason = OrderedEffects().find(loop))
    return reason;
  if (counted)
    if (auto reason = problemOfCarried(counted))
      return reason;
  getUsedValuesDefinedAbove(loop->getRegions(), outside);
  if (auto map = dyn_cast<ir::MapOp>(loop)) {
    outside.insert(map.getBounds().begin() + 1, map.getBounds().end());
    outside.insert(map.getInner().begin(), map.getInner().end());
  }
  for (Value value : outside)
    if (isa<ir::TapeType>(value.getType()))
      return "it keeps values on a tape";
  return std::nullopt;
}

std::optional<std::string> IterationBlocks::problemOfCarried(scf::ForOp counted) {
  for (auto [k, end] : llvm::enumerate(counted.getBody()->getTerminator()->getOpOperands())) {
    BlockArgument start = counted.getRegionIterArg(static_cast<unsigned>(k));
    if (isArray(start) && changesOwnRows(counted, static_cast<unsigned>(k)))
      carried.push_back(Role::Row);
    else if (AdditionChain().isOnlyAddedTo(start, end) &&
             isa<FloatType>(getElementTypeOrSelf(start.getType())))
      carried.push_back(Role::Added);
    else
      return "iterations do more with what they share than add to it";
  }
  return std::nullopt;
}

bool IterationBlocks::changesOwnRows(scf::ForOp counted, unsigned position) {
  Value index = counted.getInductionVar();
  llvm::SetVector<Value> values;
  values.insert(counted.getRegionIterArg(position));
  for (unsigned next = 0; next < values.size(); ++next)
    for (OpOperand &use : values[next].getUses()) {
      Operation *op = use.getOwner();
      unsigned number = use.getOperandNumber();
      if (auto dim = dyn_cast<ir::DimOp>(op)) {
        if (dim.getDimension() == 0)
          return false;
      } else if (auto extract = dyn_cast<ir::ExtractOp>(op)) {
        if (extract.getIndices().front() != index)
          return false;
      } else if (isa<ir::InsertOp, ir::AccumulateOp>(op)) {
        if (op->getOperand(2) != index) // value, array, indices...
          return false;
        values.insert(op->getResult(0));
      } else if (auto inner = dyn_cast<scf::ForOp>(op)) {
        unsigned k = number - inner.getNumControlOperands();
        values.insert(inner.getRegionIterArg(k));
        values.insert(inner.getResult(k));
      } else if (isa<scf::YieldOp>(op) && op->getParentOp() == counted) {
        if (number != position)
          return false;
      } else if (isa<scf::YieldOp>(op) && isa<scf::ForOp, scf::IfOp>(op->getParentOp())) {
        values.insert(op->getParentOp()->getResult(number));
      } else {
        return false;
      }
    }
  // What else could become one of these values is none of them.
  auto holds = [&](Value value) { return values.contains(value); };
  for (Value value : values) {
    auto result = dyn_cast<OpResult>(value);
    if (!result)
      continue;
    unsigned k = result.getResultNumber();
    if (auto inner = dyn_cast<scf::ForOp>(result.getOwner()))
      if (!holds(inner.getInitArgs()[k]) || !holds(inner.getYieldedValues()[k]))
        return false;
    if (auto branch = dyn_cast<scf::IfOp>(result.getOwner()))
      if (!holds(branch.thenYield().getOperand(k)) || !holds(branch.elseYield().getOperand(k)))
        return false;
  }
  if (!holds(counted.getYieldedValues()[position]))
    return false;
  ofRows.insert(values.begin(), values.end());
  return true;
}

} // namespace circ
