//===- ResultPlaces.cpp - Which arrays are made where results go ----------===//

#include "compiler/lowering/ResultPlaces.h"

#include "compiler/lowering/FunctionLowering.h"

using namespace mlir;

namespace circ::lowering {

/// Whether an op runs at most once in a call of its function.
static bool runsOnce(Operation *op) {
  Operation *parent = op->getParentOp();
  while (isa<scf::IfOp>(parent))
    parent = parent->getParentOp();
  return isa<func::FuncOp>(parent);
}

/// Whether two ops are in different branches of one `if`.
static bool excludeEachOther(Operation *a, Operation *b) {
  for (Region *region = a->getParentRegion(); region; region = region->getParentRegion()) {
    Operation *branch = region->getParentOp();
    if (isa<scf::IfOp>(branch) && branch->isProperAncestor(b))
      return !region->isAncestor(b->getParentRegion());
  }
  return false;
}

/// The ops that take new memory for their result.
static bool takesMemory(Operation *op) {
  return isa<ir::MapOp, ir::SplatOp, ir::EmptyOp, ir::FromElementsOp, ir::MatmulOp, ir::LuOp,
             ir::LuSolveOp, ir::CholeskyOp, ir::TriangularSolveOp, ir::SortOrderOp, ir::PopOp,
             ir::CallBlocksOp, func::CallOp>(op);
}

/// The operand that an update or a loop works on in place for one of its
/// results; null if it works on new memory. Nothing for other ops.
static std::optional<Value> overwrittenBy(Operation *op, unsigned result, const BufferPlan &plan) {
  SmallVector<OpOperand *> candidates;
  if (isa<ir::InsertOp, ir::AccumulateOp, ir::ScatterOp, ir::AccumulateLanesOp>(op))
    candidates = {&op->getOpOperand(1)}; // value, array, indices...
  else if (auto rows = dyn_cast<ir::ScatterRowsOp>(op))
    candidates = {&rows.getArrayMutable()};
  else if (auto sum = dyn_cast<ir::AddArraysOp>(op))
    candidates = {&sum.getLeftMutable(), &sum.getRightMutable()};
  else if (auto loop = dyn_cast<scf::ForOp>(op))
    candidates = {&loop.getInitArgsMutable()[result]};
  else if (auto loop = dyn_cast<scf::WhileOp>(op))
    candidates = {&loop.getInitsMutable()[result]};
  else
    return std::nullopt;
  for (OpOperand *candidate : candidates)
    if (plan.inPlace(*candidate))
      return candidate->get();
  return Value();
}

bool ResultPlaces::findOrigins(Value array, SmallVectorImpl<Value> &origins) const {
  Operation *op = array.getDefiningOp();
  if (!op || !runsOnce(op))
    return false; // an argument, or what a loop carries
  unsigned result = cast<OpResult>(array).getResultNumber();
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return findOrigins(branch.thenYield().getOperand(result), origins) &&
           findOrigins(branch.elseYield().getOperand(result), origins);
  std::optional<Value> overwritten = overwrittenBy(op, result, plan);
  if (overwritten && *overwritten)
    return findOrigins(*overwritten, origins);
  if (!overwritten && !takesMemory(op))
    return false;
  if (llvm::is_contained(origins, array))
    return true;
  if (llvm::any_of(origins,
                   [&](Value other) { return !excludeEachOther(op, other.getDefiningOp()); }))
    return false;
  origins.push_back(array);
  return true;
}

ResultPlaces::ResultPlaces(func::FuncOp function, const BufferPlan &plan) : plan(plan) {
  for (auto [i, value] :
       llvm::enumerate(function.getBody().front().getTerminator()->getOperands())) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || livesOnStack(type))
      continue;
    SmallVector<Value> origins;
    if (!findOrigins(value, origins) ||
        llvm::any_of(origins, [&](Value origin) { return results.contains(origin); }))
      continue;
    for (Value origin : origins)
      results[origin] = i;
    madeInPlace.insert(i);
  }
}

} // namespace circ::lowering
