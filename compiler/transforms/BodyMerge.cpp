//===- BodyMerge.cpp - What two loops over the same iterations share ------===//

#include "compiler/transforms/BodyMerge.h"

#include "compiler/transforms/Effects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;

namespace circ {

/// Replaces a logsumexp by the parts of it that its gradient has.
static Operation *splitLogSumExp(ir::ReduceOp reduce) {
  OpBuilder b(reduce);
  Location loc = reduce.getLoc();
  auto parts = b.create<ir::ExpSumOp>(loc, reduce.getType(), reduce.getBound());
  parts.getBody().takeBody(reduce.getBody());
  Value logarithm = b.create<ir::LogOp>(loc, parts.getSum());
  auto sum = b.create<ir::AddOp>(loc, parts.getLargest(), logarithm);
  reduce.getResult().replaceAllUsesWith(sum);
  reduce.erase();
  return sum;
}

/// Replaces an extreme by the element at its place, which its gradient finds.
static Operation *splitExtreme(ir::ReduceOp reduce) {
  OpBuilder b(reduce);
  Location loc = reduce.getLoc();
  auto place = b.create<ir::ArgReduceOp>(loc, b.getI64Type(), reduce.getKind(), reduce.getBound());
  place.getBody().takeBody(reduce.getBody());
  Value zero = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(0));
  Value any = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, place, zero);
  auto extreme = b.create<scf::IfOp>(loc, reduce.getType(), any, /*withElseRegion=*/true);
  b.setInsertionPointToStart(extreme.thenBlock());
  IRMapping map;
  map.map(place.getIndex(), place.getResult());
  for (Operation &op : place.getBodyBlock()->without_terminator())
    b.clone(op, map);
  b.create<scf::YieldOp>(loc, map.lookupOrDefault(place.getYielded()));
  b.setInsertionPointToStart(extreme.elseBlock());
  double infinity = std::numeric_limits<double>::infinity();
  double nothing = reduce.getKind() == ir::ReduceKind::Max ? -infinity : infinity;
  Value ofNothing = b.create<arith::ConstantOp>(loc, b.getFloatAttr(reduce.getType(), nothing));
  b.create<scf::YieldOp>(loc, ofNothing);
  reduce.getResult().replaceAllUsesWith(extreme.getResult(0));
  reduce.erase();
  return extreme;
}

/// Whether the gradient looks for the place of such an extreme.
static bool findsPlace(scf::ForOp loop, ir::ReduceOp reduce) {
  return isa<FloatType>(reduce.getType()) &&
         llvm::any_of(loop.getBody()->getOps<ir::ArgReduceOp>(), [&](ir::ArgReduceOp place) {
           return place.getKind() == reduce.getKind() && place.getBound() == reduce.getBound();
         });
}

void BodyMerge::copyBody() {
  OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
  IRMapping map;
  map.map(from.getArgument(0), loop.getInductionVar());
  Operation *first = &loop.getBody()->front();
  for (Operation &op : from.without_terminator()) {
    Operation *copy = b.clone(op, map);
    auto reduce = dyn_cast<ir::ReduceOp>(copy);
    if (reduce && reduce.getKind() == ir::ReduceKind::LogSumExp)
      map.map(op.getResult(0), splitLogSumExp(reduce)->getResult(0));
    else if (reduce && findsPlace(loop, reduce))
      map.map(op.getResult(0), splitExtreme(reduce)->getResult(0));
  }
  copiedTerm = map.lookupOrDefault(from.getTerminator()->getOperand(0));
  for (Operation *op = &loop.getBody()->front(); op != first; op = op->getNextNode())
    copies.push_back(op);
}

/// Whether it may be done once instead of twice.
static bool isRepeatable(Operation *op) {
  return !op->walk([](Operation *inner) {
              return happensInOrder(inner) ? WalkResult::interrupt() : WalkResult::advance();
            }).wasInterrupted();
}

bool BodyMerge::mergeEqual(Operation *first) {
  bool gain = false;
  for (Operation *op = first; !op->hasTrait<OpTrait::IsTerminator>(); op = op->getNextNode()) {
    if (op->getNumResults() == 0 || !isRepeatable(op))
      continue;
    for (Operation *copy : copies) {
      if (copy->getName() != op->getName() ||
          !OperationEquivalence::isEquivalentTo(copy, op, OperationEquivalence::IgnoreLocations))
        continue;
      gain |= op->getNumRegions() != 0;
      for (OpOperand &use : op->getUses())
        replaced.push_back({&use, use.get()});
      op->replaceAllUsesWith(copy->getResults());
      merged.push_back(op);
      break;
    }
  }
  return gain;
}

void BodyMerge::undo() {
  for (auto [use, value] : llvm::reverse(replaced))
    use->set(value);
  for (Operation *copy : llvm::reverse(copies))
    copy->erase();
}

bool BodyMerge::run() {
  if (llvm::any_of(from, [](Operation &op) { return !isRepeatable(&op); }))
    return false;
  Operation *first = &loop.getBody()->front();
  copyBody();
  if (!mergeEqual(first)) {
    undo();
    return false;
  }
  for (Operation *op : merged)
    op->erase();
  return true;
}

void BodyMerge::eraseUnused() {
  for (Operation *copy : llvm::reverse(copies))
    if (copy->use_empty())
      copy->erase();
}

} // namespace circ
