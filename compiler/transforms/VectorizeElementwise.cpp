//===- VectorizeElementwise.cpp - Loops over elements in SIMD lanes -------===//
//
// The loops that `fuse-elementwise` makes access many arrays, more than LLVM compares
// the addresses of, or are short and run again and again. Here it is known that iterations
// have nothing to do with one another. What does not fill the lanes is masked, also where
// it is all there is: with 14 elements and 8 lanes there are two rounds.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

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
    if (auto registers = loop->getAttrOfType<IntegerAttr>("circ.registers"))
      state = emitRegisters(registers.getInt(), state);
    else
      state = emitLoops(state);
    for (auto [init, result, end] : llvm::zip_equal(loop.getInitArgs(), loop.getResults(), state)) {
      if (isa<FloatType>(result.getType())) {
        Value sum = b.create<ir::CombineLanesOp>(loc, result.getType(), ir::ReduceKind::Sum, end);
        // The lanes start from zero, so that nothing changes when that is added.
        end = matchPattern(init, m_PosZeroFloat()) ? sum : b.create<ir::AddOp>(loc, init, sum);
      }
      result.replaceAllUsesWith(end);
    }
    loop.erase();
  }

private:
  /// Loops over full registers, and what is left.
  SmallVector<Value> emitLoops(SmallVector<Value> state) {
    Value bound = loop.getUpperBound(), from = integer(0);
    if (plan.chains > 1) {
      Value end = multipleBelow(bound, plan.chains * plan.lanes);
      state = emitChains(from, end, state);
      from = end;
    }
    if (!plan.masksAll) {
      Value end = multipleBelow(bound, plan.lanes);
      state = emit(from, end, state, LaneEmitter::Tail::None, plan.chains > 1);
      from = end;
    }
    bool isRest = plan.chains > 1 || !plan.masksAll;
    state = emit(from, bound, state, LaneEmitter::Tail::IsMasked, isRest);
    return state;
  }

  /// As many registers as do for all elements, without a loop.
  SmallVector<Value> emitRegisters(int64_t count, SmallVector<Value> state) {
    for (int64_t k = 0; k < count; ++k)
      state = emitBlock(integer(k * plan.lanes), state, LaneEmitter::Tail::IsMasked);
    return state;
  }

  Value integer(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }

  Value zeros(Type type) {
    return b.create<arith::ConstantOp>(loc, b.getZeroAttr(VectorType::get(plan.lanes, type)));
  }

  /// The largest multiple of `step` that is not above `bound`.
  Value multipleBelow(Value bound, int64_t step) {
    Value width = integer(step);
    return b.create<arith::MulIOp>(loc, b.create<arith::DivSIOp>(loc, bound, width), width);
  }

  /// A loop over blocks, to be filled.
  scf::ForOp makeLoop(Value from, Value to, int64_t step, ValueRange state) {
    auto blocks = b.create<scf::ForOp>(loc, from, to, integer(step), state);
    if (!blocks.getBody()->empty())
      blocks.getBody()->getTerminator()->erase();
    return blocks;
  }

  /// One register's iterations from `base` on.
  SmallVector<Value> emitBlock(Value base, ValueRange state, LaneEmitter::Tail tail) {
    LaneEmitter emitter(b, analysis, plan.lanes, base, loop.getUpperBound(), tail, loc);
    for (auto [carried, value] : llvm::zip_equal(loop.getRegionIterArgs(), state))
      emitter.set(carried, value);
    emitter.emitBlock(*loop.getBody());
    SmallVector<Value> next;
    for (auto [end, carried, old] :
         llvm::zip_equal(loop.getYieldedValues(), loop.getRegionIterArgs(), state))
      next.push_back(analysis.varies(carried) ? emitter.whereActive(emitter.inLanes(end), old)
                                              : emitter.same(end));
    return next;
  }

  SmallVector<Value> emit(Value from, Value to, ArrayRef<Value> state, LaneEmitter::Tail tail,
                          bool isBrief) {
    scf::ForOp blocks = makeLoop(from, to, plan.lanes, state);
    if (isBrief)
      blocks->setAttr("circ.brief", b.getUnitAttr());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(blocks.getBody());
    b.create<scf::YieldOp>(loc,
                           emitBlock(blocks.getInductionVar(), blocks.getRegionIterArgs(), tail));
    return SmallVector<Value>(blocks.getResults());
  }

  /// Several registers side by side, each with sums of its own: an addition need not
  /// wait for the one before.
  SmallVector<Value> emitChains(Value from, Value to, ArrayRef<Value> sums) {
    SmallVector<Value> starts(sums);
    for (unsigned chain = 1; chain < plan.chains; ++chain)
      for (Value sum : sums)
        starts.push_back(b.create<arith::ConstantOp>(loc, b.getZeroAttr(sum.getType())));
    scf::ForOp blocks = makeLoop(from, to, plan.chains * plan.lanes, starts);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(blocks.getBody());
      SmallVector<Value> next;
      for (unsigned chain = 0; chain < plan.chains; ++chain) {
        Value base = b.create<arith::AddIOp>(loc, blocks.getInductionVar(),
                                             integer(int64_t(chain) * plan.lanes));
        ValueRange state = blocks.getRegionIterArgs().slice(chain * sums.size(), sums.size());
        llvm::append_range(next, emitBlock(base, state, LaneEmitter::Tail::None));
      }
      b.create<scf::YieldOp>(loc, next);
    }
    SmallVector<Value> ends(blocks.getResults().take_front(sums.size()));
    for (unsigned chain = 1; chain < plan.chains; ++chain)
      for (auto [k, end] : llvm::enumerate(ends))
        end = b.create<ir::AddOp>(loc, end, blocks.getResult(chain * sums.size() + k));
    return ends;
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
