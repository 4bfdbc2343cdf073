//===- VectorizeIterations.cpp - Independent iterations in SIMD lanes -----===//
//
// The outermost loop of independent iterations whose body has loops of its own
// goes into lanes with its whole body: what is shared is read once for all
// lanes, no sums over lanes are needed but at the end, branches become choices.
//
//   for base in 0 .. n - n mod L by L { L iterations }
//   for base in n - n mod L .. n by L { the rest, masked }
//
// Loops without loops inside are left to LLVM, which puts them in lanes itself,
// but for sums of exponentials.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Combine.h"
#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LaneEmitter.h"
#include "compiler/transforms/SmallArrays.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

#include <limits>

using namespace mlir;

namespace circ {
namespace {

/// Puts one loop into lanes.
class LoopInLanes {
public:
  LoopInLanes(const LaneAnalysis &analysis, unsigned lanes)
      : analysis(analysis), lanes(lanes), loop(analysis.loop), loc(loop->getLoc()), b(loop) {}

  void run() {
    if (auto map = dyn_cast<ir::MapOp>(loop))
      rewrite(map);
    else if (auto reduce = dyn_cast<ir::ReduceOp>(loop))
      rewrite(reduce);
    else if (auto sum = dyn_cast<ir::ExpSumOp>(loop))
      rewrite(sum);
    else
      rewrite(cast<scf::ForOp>(loop));
    loop->erase();
  }

private:
  Value integer(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }

  /// The two loops over blocks of iterations, which carry `state`.
  SmallVector<Value>
  emitBlocks(Value bound, SmallVector<Value> state,
             llvm::function_ref<SmallVector<Value>(LaneEmitter &, ValueRange)> emitBlock) {
    Value step = integer(lanes);
    Value full = b.create<arith::MulIOp>(loc, b.create<arith::DivSIOp>(loc, bound, step), step);
    Value zero = integer(0);
    for (bool masked : {false, true}) {
      APInt constant;
      if (masked && matchPattern(bound, m_ConstantInt(&constant)) && constant.srem(lanes) == 0)
        continue;
      auto blocks =
          b.create<scf::ForOp>(loc, masked ? full : zero, masked ? bound : full, step, state);
      OpBuilder::InsertionGuard guard(b);
      if (!blocks.getBody()->empty())
        blocks.getBody()->getTerminator()->erase();
      b.setInsertionPointToEnd(blocks.getBody());
      LaneEmitter emitter(b, analysis, lanes, blocks.getInductionVar(), bound,
                          masked ? LaneEmitter::Tail::Repeats : LaneEmitter::Tail::None, loc);
      emitter.pack();
      b.create<scf::YieldOp>(loc, emitBlock(emitter, blocks.getRegionIterArgs()));
      state.assign(blocks.getResults().begin(), blocks.getResults().end());
    }
    return state;
  }

  /// The last dimension goes into lanes, the others stay loops.
  void rewrite(ir::MapOp map) {
    auto type = cast<RankedTensorType>(map.getType());
    SmallVector<Value> sizes;
    for (auto [k, bound] : llvm::enumerate(map.getBounds()))
      if (type.isDynamicDim(k))
        sizes.push_back(bound);
    llvm::append_range(sizes, map.getInner());
    Value result = b.create<ir::EmptyOp>(loc, type, sizes);
    ValueRange outer = map.getBounds().drop_back();
    result = forEachElement(b, loc, outer, result, [&](ValueRange indices, Value array) {
      return emitBlocks(map.getBounds().back(), {array},
                        [&](LaneEmitter &e, ValueRange state) {
                          for (auto [from, to] : llvm::zip(map.getIndices(), indices))
                            e.set(from, to);
                          e.emitBlock(*map.getBodyBlock());
                          return SmallVector<Value>{putResult(e, map, indices, state.front())};
                        })
          .front();
    });
    map.getResult().replaceAllUsesWith(result);
  }

  /// Writes what a block of iterations yields to their places in the result.
  Value putResult(LaneEmitter &e, ir::MapOp map, ValueRange outer, Value array) {
    Value yielded = e.inLanes(map.getYielded());
    SmallVector<Value> indices(outer);
    indices.push_back(e.index(analysis.index));
    if (e.active) // beyond the end an index repeats the last one
      indices.back() = e.inLanes(analysis.index);
    auto scatter = [&](Value value, Value into, ValueRange all) -> Value {
      return b.create<ir::ScatterOp>(loc, into.getType(), value, into, e.active, all);
    };
    if (!isa<RankedTensorType>(yielded.getType()))
      return scatter(yielded, array, indices);
    if (isSmallRow(yielded.getType())) {
      indices.back() = e.base;
      return b.create<ir::ScatterRowsOp>(loc, array.getType(), array, elementsOf(b, loc, yielded),
                                         e.active, indices);
    }
    Type element = cast<RankedTensorType>(yielded.getType()).getElementType();
    return forEachElement(
        b, loc, allSizes(b, loc, yielded), array, [&](ValueRange inner, Value into) {
          SmallVector<Value> all(indices);
          llvm::append_range(all, inner);
          return scatter(b.create<ir::ExtractOp>(loc, element, yielded, inner), into, all);
        });
  }

  /// Whether a row of it is put together in registers.
  static bool isSmallRow(Type type) {
    auto row = cast<RankedTensorType>(type);
    return row.hasStaticShape() && row.getNumElements() > 1 &&
           row.getNumElements() <= StraightCode::mostRowElements;
  }

  Value constantLanes(Type type, double real, int64_t number) {
    auto lanesType = VectorType::get(lanes, type);
    Attribute one = isa<FloatType>(type) ? Attribute(b.getFloatAttr(type, real))
                                         : b.getIntegerAttr(type, number);
    return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(lanesType, one));
  }

  /// What changes nothing, in all lanes.
  Value identity(ir::ReduceKind kind, Type type) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    switch (kind) {
    case ir::ReduceKind::Sum:
    case ir::ReduceKind::Any:
      return constantLanes(type, 0, 0);
    case ir::ReduceKind::Prod:
    case ir::ReduceKind::All:
      return constantLanes(type, 1, 1);
    case ir::ReduceKind::Max:
    case ir::ReduceKind::LogSumExp:
      return constantLanes(type, -inf, std::numeric_limits<int64_t>::min());
    case ir::ReduceKind::Min:
      return constantLanes(type, inf, std::numeric_limits<int64_t>::max());
    }
    llvm_unreachable("unknown kind of reduction");
  }

  Value equal(Value x, Value y) {
    return b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OEQ, x, y);
  }

  /// `sum` of exponentials relative to `from`, relative to `to`.
  Value rescaled(Value sum, Value from, Value to) {
    Value scaled =
        b.create<ir::MulOp>(loc, sum, b.create<ir::ExpOp>(loc, b.create<ir::SubOp>(loc, from, to)));
    return b.create<arith::SelectOp>(loc, equal(from, to), sum, scaled);
  }

  /// The largest of all and the sum of exponentials relative to it.
  std::pair<Value, Value> expSum(Value bound, Type type) {
    Value lowest = identity(ir::ReduceKind::LogSumExp, type);
    auto ends = emitBlocks(
        bound, {lowest, constantLanes(type, 0, 0)}, [&](LaneEmitter &e, ValueRange state) {
          e.emitBlock(analysis.body);
          Value value = e.inLanes(analysis.body.getTerminator()->getOperand(0));
          if (e.active)
            value = e.whereActive(value, identity(ir::ReduceKind::LogSumExp, type));
          // One exponential scales what is smaller, the sum so far or the term.
          Value m = b.create<ir::MaxOp>(loc, state[0], value);
          Value grows = b.create<arith::CmpFOp>(loc, arith::CmpFPredicate::OGT, value, state[0]);
          Value one = constantLanes(type, 1, 1);
          Value low = b.create<arith::SelectOp>(loc, grows, state[0], value);
          Value factor = rescaled(one, low, m);
          Value kept = b.create<ir::MulOp>(loc, state[1],
                                           b.create<arith::SelectOp>(loc, grows, factor, one));
          Value term = b.create<arith::SelectOp>(loc, grows, one, factor);
          if (e.active)
            term = e.whereActive(term, constantLanes(type, 0, 0));
          return SmallVector<Value>{m, b.create<ir::AddOp>(loc, kept, term)};
        });
    Value m = b.create<ir::CombineLanesOp>(loc, type, ir::ReduceKind::Max, ends[0]);
    Value all = b.create<ir::BroadcastOp>(loc, ends[0].getType(), m);
    Value scaled = rescaled(ends[1], ends[0], all);
    return {m, b.create<ir::CombineLanesOp>(loc, type, ir::ReduceKind::Sum, scaled)};
  }

  void rewrite(ir::ExpSumOp sum) {
    auto [largest, total] = expSum(sum.getBound(), sum.getSum().getType());
    sum.getLargest().replaceAllUsesWith(largest);
    sum.getSum().replaceAllUsesWith(total);
  }

  void rewrite(ir::ReduceOp reduce) {
    ir::ReduceKind kind = reduce.getKind();
    Type type = reduce.getType();
    Value result;
    if (kind == ir::ReduceKind::LogSumExp) {
      auto [largest, total] = expSum(reduce.getBound(), type);
      result = b.create<ir::AddOp>(loc, largest, b.create<ir::LogOp>(loc, total));
    } else {
      auto ends = emitBlocks(reduce.getBound(), {identity(kind, type)},
                             [&](LaneEmitter &e, ValueRange state) {
                               e.emitBlock(*reduce.getBodyBlock());
                               Value value = e.inLanes(reduce.getYielded());
                               if (e.active)
                                 value = e.whereActive(value, identity(kind, type));
                               return SmallVector<Value>{combine(b, loc, kind, state[0], value)};
                             });
      result = b.create<ir::CombineLanesOp>(loc, type, kind, ends[0]);
    }
    reduce.getResult().replaceAllUsesWith(result);
  }

  /// Numbers that the loop adds to become one sum a lane, arrays stay.
  void rewrite(scf::ForOp from) {
    SmallVector<Value> starts;
    for (auto [init, carried] : llvm::zip_equal(from.getInitArgs(), from.getRegionIterArgs()))
      starts.push_back(analysis.varies(carried) ? constantLanes(init.getType(), 0, 0) : init);
    auto ends = emitBlocks(from.getUpperBound(), starts, [&](LaneEmitter &e, ValueRange state) {
      for (auto [carried, value] : llvm::zip_equal(from.getRegionIterArgs(), state))
        e.set(carried, value);
      e.emitBlock(*from.getBody());
      SmallVector<Value> next;
      for (auto [end, carried, old] :
           llvm::zip_equal(from.getYieldedValues(), from.getRegionIterArgs(), state))
        next.push_back(analysis.varies(carried) ? e.whereActive(e.inLanes(end), old) : e.same(end));
      return next;
    });
    for (auto [k, end] : llvm::enumerate(ends)) {
      if (analysis.varies(from.getRegionIterArgs()[k])) {
        Value sum = b.create<ir::CombineLanesOp>(loc, from.getResult(k).getType(),
                                                 ir::ReduceKind::Sum, end);
        end = b.create<ir::AddOp>(loc, from.getInitArgs()[k], sum);
      }
      from.getResult(k).replaceAllUsesWith(end);
    }
  }

  const LaneAnalysis &analysis;
  unsigned lanes;
  Operation *loop;
  Location loc;
  OpBuilder b;
};

struct VectorizeIterations : PassWrapper<VectorizeIterations, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VectorizeIterations)
  VectorizeIterations() = default;
  explicit VectorizeIterations(const VectorTarget &target) { bits = target.bits; }
  VectorizeIterations(const VectorizeIterations &other) : PassWrapper(other) {}

  Option<unsigned> bits{*this, "bits", llvm::cl::desc("bits of the widest vector register"),
                        llvm::cl::init(512)};

  StringRef getArgument() const final { return "vectorize-iterations"; }
  StringRef getDescription() const final { return "put independent iterations into SIMD lanes"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    for (Block &block : getOperation().getBody())
      visit(block);
  }

  void visit(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (isLaneCandidate(&op) && vectorize(&op))
        continue;
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          visit(inner);
    }
  }

  bool vectorize(Operation *op) {
    LaneAnalysis analysis(op);
    if (analysis.obstacle()) {
      analysis.obstacle()->op->emitRemark() << "not vectorized: " << analysis.obstacle()->reason;
      return false;
    }
    LanePlan plan = planLanes(analysis, {bits});
    if (plan.lanes == 0) {
      op->emitRemark() << (plan.isForInside
                               ? "lanes are left to the loops inside"
                               : "not vectorized: the accesses to memory are not side by side");
      return false;
    }
    op->emitRemark() << "vectorized: " << plan.lanes << " iterations in lanes";
    LoopInLanes(analysis, plan.lanes).run();
    return true;
  }
};

} // namespace

std::unique_ptr<Pass> createVectorizeIterationsPass(const VectorTarget &target) {
  return std::make_unique<VectorizeIterations>(target);
}

void registerVectorizeIterationsPass() { PassRegistration<VectorizeIterations>(); }

} // namespace circ
