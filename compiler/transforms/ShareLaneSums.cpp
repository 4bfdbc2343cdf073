//===- ShareLaneSums.cpp - Sums over lanes four at a time -----------------===//
//
//   scf.for %j { ... %b = circ.accumulate_lanes %v into %a[..%j..] ... }
//
// adds the sum of the lanes of %v to one element in each iteration. The sum takes as many
// instructions as the products before it; four sums side by side share them. So four
// iterations become one, whose sums `circ.combine_lanes` stand in a row, as lowering
// expects them; a second loop does the rest.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Transforms.h"

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace circ {
namespace {

constexpr int64_t together = 4;

/// The one sum over lanes of a loop's iterations, which nothing in an iteration reads;
/// null for other loops.
ir::AccumulateLanesOp sumIn(scf::ForOp loop) {
  if (getConstantIntValue(loop.getStep()) != 1 || countOps(loop) > ElementwiseCode::mostOps / 8)
    return {};
  ir::AccumulateLanesOp found;
  for (Operation &op : *loop.getBody()) {
    if (op.getNumRegions() != 0)
      return {};
    auto sum = dyn_cast<ir::AccumulateLanesOp>(op);
    if (!sum || llvm::any_of(sum.getIndices().getTypes(), llvm::IsaPred<VectorType>))
      continue;
    if (found)
      return {};
    found = sum;
  }
  if (!found || found.getMask())
    return {};
  auto carried = dyn_cast<BlockArgument>(found.getArray());
  if (!carried || carried.getOwner() != loop.getBody() || !carried.hasOneUse() ||
      !found.getResult().hasOneUse() ||
      loop.getYieldedValues()[carried.getArgNumber() - 1] != found.getResult())
    return {};
  return found;
}

void share(scf::ForOp loop, ir::AccumulateLanesOp sum) {
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  auto integer = [&](int64_t value) -> Value {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  };
  Value start = loop.getLowerBound(), step = integer(together);
  Value trips = b.create<arith::SubIOp>(loc, loop.getUpperBound(), start);
  Value whole = b.create<arith::MulIOp>(loc, b.create<arith::DivSIOp>(loc, trips, step), step);
  Value end = b.create<arith::AddIOp>(loc, start, whole);
  auto blocks = b.create<scf::ForOp>(loc, start, end, step, loop.getInitArgs());
  blocks->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  if (!blocks.getBody()->empty())
    blocks.getBody()->getTerminator()->erase();
  unsigned place = cast<BlockArgument>(sum.getArray()).getArgNumber() - 1;
  SmallVector<Value> state(blocks.getRegionIterArgs());
  SmallVector<Value> values;
  SmallVector<SmallVector<Value>> indices;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(blocks.getBody());
    for (int64_t k = 0; k < together; ++k) {
      IRMapping map;
      Value index = blocks.getInductionVar();
      if (k != 0)
        index = b.create<arith::AddIOp>(loc, index, integer(k));
      map.map(loop.getInductionVar(), index);
      map.map(loop.getRegionIterArgs(), state);
      for (Operation &op : loop.getBody()->without_terminator())
        if (&op != sum)
          b.clone(op, map);
      values.push_back(map.lookupOrDefault(sum.getValue()));
      indices.emplace_back();
      for (Value original : sum.getIndices())
        indices.back().push_back(map.lookupOrDefault(original));
      for (auto [i, yielded] : llvm::enumerate(loop.getYieldedValues()))
        if (i != place)
          state[i] = map.lookupOrDefault(yielded);
    }
    Type element = getElementTypeOrSelf(sum.getValue().getType());
    SmallVector<Value> sums;
    for (Value value : values)
      sums.push_back(b.create<ir::CombineLanesOp>(loc, element, ir::ReduceKind::Sum, value));
    for (auto [value, at] : llvm::zip_equal(sums, indices))
      state[place] =
          b.create<ir::AccumulateOp>(sum.getLoc(), state[place].getType(), value, state[place], at);
    b.create<scf::YieldOp>(loc, state);
  }
  loop.setLowerBound(end);
  loop->setAttr("circ.brief", b.getUnitAttr());
  loop.getInitArgsMutable().assign(blocks.getResults());
}

struct ShareLaneSums : PassWrapper<ShareLaneSums, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ShareLaneSums)
  StringRef getArgument() const final { return "share-lane-sums"; }
  StringRef getDescription() const final { return "sum over lanes for four iterations at a time"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    SmallVector<std::pair<scf::ForOp, ir::AccumulateLanesOp>> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (ir::AccumulateLanesOp sum = sumIn(loop))
        loops.push_back({loop, sum});
    });
    for (auto [loop, sum] : loops)
      share(loop, sum);
  }
};

} // namespace

std::unique_ptr<Pass> createShareLaneSumsPass() { return std::make_unique<ShareLaneSums>(); }

void registerShareLaneSumsPass() { PassRegistration<ShareLaneSums>(); }

} // namespace circ
