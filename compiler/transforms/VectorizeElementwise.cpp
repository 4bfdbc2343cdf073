//===- VectorizeElementwise.cpp - Loops over elements in SIMD lanes -------===//
//
// The loops that `fuse-elementwise` makes access many arrays, more than LLVM compares
// the addresses of. Here it is known that iterations have nothing to do with one
// another. What does not fill the lanes is masked, also where it is all there is: with
// 14 elements and 8 lanes there are two rounds.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {
namespace {

class ElementsInLanes {
public:
  ElementsInLanes(const LaneAnalysis &analysis, const ElementwiseLanes &plan)
      : analysis(analysis), plan(plan), loop(cast<scf::ForOp>(analysis.loop)), loc(loop.getLoc()),
        b(loop) {}

  void run() {
    SmallVector<Value> state;
    for (Value init : loop.getInitArgs())
      state.push_back(isa<FloatType>(init.getType()) ? zeros(init.getType()) : init);
    Value bound = loop.getUpperBound(), zero = integer(0), step = integer(plan.lanes);
    if (plan.masksAll) {
      state = emit(zero, bound, state, LaneEmitter::Tail::IsMasked);
    } else {
      Value full = b.create<arith::MulIOp>(loc, b.create<arith::DivSIOp>(loc, bound, step), step);
      state = emit(zero, full, state, LaneEmitter::Tail::None);
      state = emit(full, bound, state, LaneEmitter::Tail::IsMasked);
    }
    for (auto [init, result, end] : llvm::zip_equal(loop.getInitArgs(), loop.getResults(), state)) {
      if (isa<FloatType>(result.getType())) {
        Value sum = b.create<ir::CombineLanesOp>(loc, result.getType(), ir::ReduceKind::Sum, end);
        end = b.create<ir::AddOp>(loc, init, sum);
      }
      result.replaceAllUsesWith(end);
    }
    loop.erase();
  }

private:
  Value integer(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }

  Value zeros(Type type) {
    return b.create<arith::ConstantOp>(loc, b.getZeroAttr(VectorType::get(plan.lanes, type)));
  }

  SmallVector<Value> emit(Value from, Value to, ArrayRef<Value> state, LaneEmitter::Tail tail) {
    auto blocks = b.create<scf::ForOp>(loc, from, to, integer(plan.lanes), state);
    OpBuilder::InsertionGuard guard(b);
    if (!blocks.getBody()->empty())
      blocks.getBody()->getTerminator()->erase();
    b.setInsertionPointToEnd(blocks.getBody());
    LaneEmitter emitter(b, analysis, plan.lanes, blocks.getInductionVar(), loop.getUpperBound(),
                        tail, loc);
    for (auto [carried, value] :
         llvm::zip_equal(loop.getRegionIterArgs(), blocks.getRegionIterArgs()))
      emitter.set(carried, value);
    emitter.emitBlock(*loop.getBody());
    SmallVector<Value> next;
    for (auto [end, carried, old] : llvm::zip_equal(
             loop.getYieldedValues(), loop.getRegionIterArgs(), blocks.getRegionIterArgs()))
      next.push_back(analysis.varies(carried) ? emitter.whereActive(emitter.inLanes(end), old)
                                              : emitter.same(end));
    b.create<scf::YieldOp>(loc, next);
    return SmallVector<Value>(blocks.getResults());
  }

  const LaneAnalysis &analysis;
  const ElementwiseLanes &plan;
  scf::ForOp loop;
  Location loc;
  OpBuilder b;
};

struct VectorizeElementwise : PassWrapper<VectorizeElementwise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VectorizeElementwise)
  VectorizeElementwise() = default;
  explicit VectorizeElementwise(const VectorTarget &target) { bits = target.bits; }
  VectorizeElementwise(const VectorizeElementwise &other) : PassWrapper(other) {}

  Option<unsigned> bits{*this, "bits", llvm::cl::desc("bits of the widest vector register"),
                        llvm::cl::init(512)};

  StringRef getArgument() const final { return "vectorize-elementwise"; }
  StringRef getDescription() const final {
    return "put the loops that fuse-elementwise makes into SIMD lanes";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr("circ.elementwise"))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops) {
      LaneAnalysis analysis(loop);
      if (analysis.obstacle()) {
        analysis.obstacle()->op->emitRemark() << "not vectorized: " << analysis.obstacle()->reason;
        continue;
      }
      ElementwiseLanes plan = planElementwiseLanes(analysis, {bits});
      if (plan.lanes != 0)
        ElementsInLanes(analysis, plan).run();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createVectorizeElementwisePass(const VectorTarget &target) {
  return std::make_unique<VectorizeElementwise>(target);
}

void registerVectorizeElementwisePass() { PassRegistration<VectorizeElementwise>(); }

} // namespace circ
