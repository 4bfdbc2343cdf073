//===- ReverseMap.cpp - Independent iterations ----------------------------===//
//
// Nothing of a map is kept: each backward iteration computes again what it
// needs and reverses it while it is at hand. Backward iterations only add to
// the adjoints they share, which the loops carry; the loops are marked
// `circ.independent` so that later passes may reorder them.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Rules.h"

using namespace mlir;

namespace circ::autodiff {

LogicalResult reverseIndependent(Reverser &r, Operation *op, ArrayRef<Value> bounds,
                                 llvm::function_ref<LogicalResult(ValueRange)> emitIteration) {
  Location loc = op->getLoc();
  SmallVector<Value> captures = r.activeCaptures({&op->getRegion(0)});
  if (captures.empty())
    return success();
  SmallVector<Value> state;
  for (Value capture : captures)
    state.push_back(r.adjointOrZero(capture));
  Value zero = r.b.create<arith::ConstantOp>(loc, r.b.getI64IntegerAttr(0));
  Value one = r.b.create<arith::ConstantOp>(loc, r.b.getI64IntegerAttr(1));

  OpBuilder::InsertionGuard guard(r.b);
  SmallVector<scf::ForOp> loops;
  SmallVector<Value> indices;
  for (Value bound : bounds) {
    auto loop = r.b.create<scf::ForOp>(loc, zero, bound, one, state);
    loop->setAttr("circ.independent", r.b.getUnitAttr());
    if (!loop.getBody()->empty())
      loop.getBody()->getTerminator()->erase();
    loops.push_back(loop);
    indices.push_back(loop.getInductionVar());
    state.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    r.b.setInsertionPointToEnd(loop.getBody());
  }
  for (auto [capture, value] : llvm::zip_equal(captures, state))
    r.setAdjoint(capture, value);
  if (failed(emitIteration(indices)))
    return failure();
  SmallVector<Value> ends;
  for (Value capture : captures)
    ends.push_back(r.adjointOrZero(capture));
  for (scf::ForOp loop : llvm::reverse(loops)) {
    r.b.setInsertionPointToEnd(loop.getBody());
    r.b.create<scf::YieldOp>(loc, ends);
    ends.assign(loop.getResults().begin(), loop.getResults().end());
  }
  for (auto [capture, end] : llvm::zip_equal(captures, ends))
    r.setAdjoint(capture, end);
  return success();
}

/// The part of a stacked adjoint that belongs to one iteration.
static Value adjointOfIteration(OpBuilder &b, Location loc, Value seed, Type yieldedType,
                                ValueRange indices) {
  auto inner = dyn_cast<RankedTensorType>(yieldedType);
  if (!inner)
    return b.create<ir::ExtractOp>(loc, yieldedType, seed, indices);
  SmallVector<Value> bounds;
  for (unsigned i = 0; i < inner.getRank(); ++i)
    bounds.push_back(b.create<ir::DimOp>(loc, seed, indices.size() + i));
  auto part = b.create<ir::MapOp>(loc, inner, bounds);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(part.getBodyBlock());
  SmallVector<Value> all(indices);
  llvm::append_range(all, part.getIndices());
  b.create<ir::YieldOp>(loc, b.create<ir::ExtractOp>(loc, inner.getElementType(), seed, all));
  return part;
}

static LogicalResult reverseMap(Reverser &r, Operation *op) {
  auto map = cast<ir::MapOp>(op);
  Value seed = r.takeAdjoint(map.getResult());
  SmallVector<Value> bounds;
  for (Value bound : map.getBounds())
    bounds.push_back(r.primal(bound));
  return reverseIndependent(r, op, bounds, [&](ValueRange indices) -> LogicalResult {
    Block &body = *map.getBodyBlock();
    r.openRecomputed(body, indices);
    Value yielded = map.getYielded();
    r.addAdjoint(yielded, adjointOfIteration(r.b, op->getLoc(), seed, yielded.getType(), indices));
    if (failed(r.reverseBlock(body)))
      return failure();
    r.close(body);
    return success();
  });
}

void addMapRule(RuleTable &rules) { rules["circ.map"] = {reverseMap}; }

} // namespace circ::autodiff
