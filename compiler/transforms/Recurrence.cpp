//===- Recurrence.cpp - What the iterations of a loop wait for ------------===//

#include "compiler/transforms/Recurrence.h"

#include "compiler/dialect/CircOps.h"
#include "compiler/dialect/Gates.h"
#include "compiler/transforms/CostModel.h"

using namespace mlir;

namespace circ {

double IterationTime::total() const {
  return std::max(chain, work) + RecurrenceCode::overlap * std::min(chain, work);
}

void forEachUsed(Operation *op, llvm::function_ref<void(Value)> visit) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      visit(operand);
  });
}

/// The product that becomes one operation with an addition: used by it alone.
static ir::MulOp fusedProduct(Operation *sum) {
  if (!isa<ir::AddOp, ir::SubOp>(sum))
    return {};
  for (Value operand : sum->getOperands()) {
    Value term = operand;
    if (auto negated = term.getDefiningOp<ir::NegOp>(); negated && term.hasOneUse())
      term = negated.getOperand();
    auto product = term.getDefiningOp<ir::MulOp>();
    if (product && product.getResult().hasOneUse() && product->getBlock() == sum->getBlock())
      return product;
  }
  return {};
}

double latencyOf(Operation *op) {
  if (isa<ir::AddOp, ir::SubOp, ir::MulOp>(op))
    return RecurrenceCode::latency;
  if (isa<ir::NegOp>(op))
    return 0;
  if (!isa<ir::GateOpInterface>(op))
    return op->getNumRegions() == 0 ? 1 : RecurrenceCode::latencyOfBranch;
  // The table counts additions of which a processor does several at a time.
  return std::max(RecurrenceCode::latency, RecurrenceCode::latencyOfCost *
                                               ir::lookupGate(op->getName().stripDialect())->cost);
}

void Recurrence::findSources(scf::ForOp loop) {
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    sources[argument] = uint64_t(1) << i;
  for (Operation &op : loop.getBody()->without_terminator()) {
    uint64_t all = 0;
    forEachUsed(&op, [&](Value value) { all |= sourcesOf(value); });
    if (all)
      for (Value result : op.getResults())
        sources[result] = all;
  }
  for (auto [i, value] : llvm::enumerate(yield.getOperands()))
    targets[value] |= uint64_t(1) << i;
  for (Operation &op : llvm::reverse(loop.getBody()->without_terminator())) {
    uint64_t all = 0;
    for (Value result : op.getResults())
      all |= targets.lookup(result);
    if (all)
      forEachUsed(&op, [&](Value value) { targets[value] |= all; });
  }
}

double Recurrence::chainOf(scf::ForOp loop, uint64_t component) const {
  DenseMap<Value, double> times;
  auto timeOf = [&](Value value) {
    auto found = times.find(value);
    return found == times.end() ? 0 : found->second;
  };
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (op.getNumResults() == 0 || !(sourcesOf(op.getResult(0)) & component))
      continue;
    double time = 0;
    if (ir::MulOp product = fusedProduct(&op)) {
      for (Value factor : product->getOperands())
        time = std::max(time, timeOf(factor));
      time += RecurrenceCode::latencyFused;
      for (Value operand : op.getOperands()) {
        bool isProduct = operand == product.getResult() ||
                         (operand.hasOneUse() && operand.getDefiningOp<ir::NegOp>() &&
                          operand.getDefiningOp<ir::NegOp>().getOperand() == product.getResult());
        if (!isProduct)
          time = std::max(time, timeOf(operand) + RecurrenceCode::latencyFused);
      }
    } else {
      forEachUsed(&op, [&](Value value) { time = std::max(time, timeOf(value)); });
      time += latencyOf(&op);
    }
    for (Value result : op.getResults())
      times[result] = time;
  }
  double longest = 0;
  for (auto [i, value] : llvm::enumerate(loop.getBody()->getTerminator()->getOperands()))
    if (component >> i & 1)
      longest = std::max(longest, timeOf(value));
  return longest;
}

static double workOf(scf::ForOp loop) {
  double operations = 0;
  auto isOutside = [&](Value value) { return loop.isDefinedOutsideOfLoop(value); };
  loop.getBody()->walk([&](Operation *op) {
    if (!isa<ir::GateOpInterface>(op) || isa<ir::NegOp>(op) ||
        llvm::all_of(op->getOperands(), isOutside) || fusedProduct(op))
      return;
    operations += ir::lookupGate(op->getName().stripDialect())->cost;
  });
  return operations / RecurrenceCode::operationsAtATime;
}

Recurrence::Recurrence(scf::ForOp loop) {
  unsigned count = loop.getNumRegionIterArgs();
  if (count > 64)
    return;
  findSources(loop);
  // What each carried value of the next iteration waits for, around the loop any
  // number of times.
  SmallVector<uint64_t> waits;
  for (Value value : loop.getBody()->getTerminator()->getOperands())
    waits.push_back(sourcesOf(value));
  for (unsigned k = 0; k < count; ++k)
    for (unsigned i = 0; i < count; ++i)
      if (waits[i] >> k & 1)
        waits[i] |= waits[k];
  uint64_t done = 0;
  for (unsigned i = 0; i < count; ++i) {
    if ((done | ~waits[i]) >> i & 1)
      continue;
    uint64_t together = 0;
    for (unsigned k = 0; k < count; ++k)
      if (waits[i] >> k & 1 && waits[k] >> i & 1)
        together |= uint64_t(1) << k;
    done |= together;
    double chain = chainOf(loop, together);
    if (chain > cycles.chain) {
      cycles.chain = chain;
      component = together;
    }
  }
  cycles.work = workOf(loop);
  for (unsigned i = 0; i < count; ++i)
    if (component >> i & 1)
      members.push_back(i);
}

bool Recurrence::isOnChain(Value value) const {
  return (sourcesOf(value) & component) && (targets.lookup(value) & component);
}

} // namespace circ
