//===- BlockLength.cpp - How many iterations a block has ------------------===//
//
// As many blocks as there is work for, at most so many that what each has of its
// own takes a small part of the time and of the memory. The number of threads has
// no say: sums depend on how iterations are grouped.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/BlockLength.h"

#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/WorkEstimate.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace circ {

Value boundOf(Operation *loop) {
  auto counted = dyn_cast<scf::ForOp>(loop);
  return counted ? counted.getUpperBound() : loop->getOperand(0);
}

/// The elements that each block has of its own; null for none.
static Value privateElements(OpBuilder &b, WorkEstimate &work, Operation *loop,
                             const IterationBlocks &analysis) {
  Value sum;
  for (auto [k, role] : llvm::enumerate(analysis.roles())) {
    Value init = cast<scf::ForOp>(loop).getInitArgs()[k];
    if (!isa<RankedTensorType>(init.getType()) || role != IterationBlocks::Role::Added)
      continue;
    Value elements;
    for (Value extent : allSizes(b, loop->getLoc(), init)) {
      Value size = work.size(extent);
      elements = elements ? work.multiply(elements, size) : size;
    }
    sum = sum ? work.add(sum, elements) : elements;
  }
  return sum;
}

/// How many iterations will stand side by side.
static unsigned lanesOf(Operation *loop, const VectorTarget &target) {
  if (!isLaneCandidate(loop))
    return 1;
  LaneAnalysis analysis(loop);
  return analysis.obstacle() ? 1 : std::max(1u, planLanes(analysis, target).lanes);
}

BlockLength emitBlockLength(OpBuilder &b, Operation *loop, const IterationBlocks &analysis,
                            const VectorTarget &target) {
  Location loc = loop->getLoc();
  WorkEstimate work(b, loop);
  auto atMost = [&](Value a, Value c) { return b.createOrFold<arith::MinimumFOp>(loc, a, c); };
  auto atLeastOne = [&](Value a) {
    return b.createOrFold<arith::MaximumFOp>(loc, a, work.constant(1));
  };
  auto over = [&](Value a, Value c) { return b.createOrFold<arith::DivFOp>(loc, a, c); };
  auto integer = [&](int64_t value) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  };
  unsigned lanes = lanesOf(loop, target);
  double gain = lanes > 1 ? BlockCode::gainOfLane * target.bits / 64 : 1;
  Value bound = boundOf(loop);
  Value all =
      work.multiply(work.multiply(work.size(bound), work.ofIteration()), work.constant(1 / gain));
  Value wanted = atMost(work.multiply(all, work.constant(1 / BlockCode::leastWork)),
                        work.constant(BlockCode::mostBlocks));
  if (Value own = privateElements(b, work, loop, analysis)) {
    own = atLeastOne(own);
    constexpr double share = BlockCode::privateShare / BlockCode::privateElement;
    wanted = atMost(wanted, over(work.multiply(all, work.constant(share)), own));
    wanted = atMost(wanted, over(work.constant(BlockCode::mostPrivateBytes / 8), own));
  }
  Value blocks = b.createOrFold<arith::FPToSIOp>(loc, b.getI64Type(), atLeastOne(wanted));
  auto parts = [&](Value count, Value unit) -> Value {
    Value rest = b.createOrFold<arith::SubIOp>(loc, unit, integer(1));
    return b.createOrFold<arith::DivSIOp>(loc, b.createOrFold<arith::AddIOp>(loc, count, rest),
                                          unit);
  };
  Value size = b.createOrFold<arith::MaxSIOp>(loc, parts(bound, blocks), integer(1));
  if (lanes > 1) // no lanes without work, but at the end
    size = b.createOrFold<arith::MulIOp>(loc, parts(size, integer(lanes)), integer(lanes));
  return {size, parts(bound, size)};
}

} // namespace circ
