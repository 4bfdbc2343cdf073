//===- AdditionChain.cpp - Sums that iterations add to --------------------===//

#include "compiler/transforms/AdditionChain.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ {

bool AdditionChain::isOnlyAddedTo(Value start, OpOperand &end) {
  if (!adds(end.get(), start))
    return false;
  links.insert(&end);
  follow(end.get(), start);
  return llvm::all_of(values, [&](Value value) {
    return llvm::all_of(value.getUses(), [&](OpOperand &use) {
      return links.contains(&use) || isa<ir::DimOp>(use.getOwner());
    });
  });
}

/// Calls `visit` with each step back from a sum towards where it starts.
static void forEachStep(Value value, Value start,
                        llvm::function_ref<void(Value, Value, OpOperand *)> visit) {
  Operation *op = value.getDefiningOp();
  auto position = isa<OpResult>(value) ? cast<OpResult>(value).getResultNumber() : 0;
  if (isa_and_nonnull<ir::AddOp, ir::AddArraysOp>(op)) {
    for (OpOperand &operand : op->getOpOperands())
      visit(operand.get(), start, &operand);
  } else if (auto accumulate = dyn_cast_or_null<ir::AccumulateOp>(op)) {
    visit(accumulate.getArray(), start, &accumulate.getArrayMutable());
  } else if (isa_and_nonnull<arith::SelectOp>(op)) {
    for (OpOperand &operand : op->getOpOperands().drop_front())
      visit(operand.get(), start, &operand);
  } else if (auto loop = dyn_cast_or_null<scf::ForOp>(op)) {
    OpOperand &end = loop.getBody()->getTerminator()->getOpOperand(position);
    visit(end.get(), loop.getRegionIterArgs()[position], &end);
    visit(loop.getInitArgs()[position], start, &loop.getInitArgsMutable()[position]);
  } else if (auto branch = dyn_cast_or_null<scf::IfOp>(op)) {
    for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()})
      visit(yield.getOperand(position), start, &yield->getOpOperand(position));
  }
}

bool AdditionChain::adds(Value value, Value start) {
  if (value == start)
    return true;
  auto [known, isNew] = answers.try_emplace({value, start}, false);
  if (!isNew)
    return known->second;
  unsigned steps = 0, reaching = 0;
  forEachStep(value, start, [&](Value from, Value to, OpOperand *) {
    ++steps;
    reaching += adds(from, to);
  });
  // Of the two sides of an addition one is the sum so far.
  bool isSum = isa_and_nonnull<ir::AddOp, ir::AddArraysOp>(value.getDefiningOp());
  return answers[{value, start}] = steps != 0 && reaching == (isSum ? 1 : steps);
}

void AdditionChain::follow(Value value, Value start) {
  if (!values.insert(value).second || value == start)
    return;
  forEachStep(value, start, [&](Value from, Value to, OpOperand *link) {
    if (!adds(from, to))
      return;
    links.insert(link);
    follow(from, to);
  });
}

} // namespace circ
