//===- CostModel.cpp - When lanes and straight code pay -------------------===//

#include "compiler/transforms/CostModel.h"

#include "compiler/dialect/Gates.h"
#include "compiler/transforms/ElementLoop.h"
#include "mlir/IR/Matchers.h"

#include <cmath>
#include <optional>

using namespace mlir;

namespace circ {
namespace {

/// Trips that a loop is taken to make where its bound is not a constant.
constexpr double usualTrips = 16;
/// An element that lies apart from its neighbours, a lane of it: a gather, and
/// adding to memory one lane after the other.
constexpr double gatherLane = 2.5, scatterLane = 3;
/// The sum over lanes, beyond one addition a register.
constexpr double sumOfLanes = 7;
/// Gains below this are not worth the code, and those of lanes inside over lanes outside
/// not the loss of what is then read once for many iterations.
constexpr double leastSpeedup = 1.5;
/// Registers side by side where inner loops sum products, where such iterations have indices
/// of their own, too, and elsewhere.
constexpr unsigned wideRegisters = 8, wideRegistersWithIndices = 4, plainRegisters = 1;
/// Registers side by side in a loop that does nothing but sum.
constexpr unsigned sumRegisters = 4;

double tripsOf(Operation *op) {
  auto constantTrips = [](Value bound) -> double {
    APInt constant;
    return matchPattern(bound, m_ConstantInt(&constant)) ? double(constant.getSExtValue())
                                                         : usualTrips;
  };
  if (auto map = dyn_cast<ir::MapOp>(op)) {
    double trips = 1;
    for (Value bound : map.getBounds())
      trips *= constantTrips(bound);
    return trips;
  }
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    return constantTrips(reduce.getBound());
  if (auto reduce = dyn_cast<ir::ArgReduceOp>(op))
    return constantTrips(reduce.getBound());
  if (auto sum = dyn_cast<ir::ExpSumOp>(op))
    return constantTrips(sum.getBound());
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return constantTrips(loop.getUpperBound());
  return 1;
}

/// The costs of a block, scalar and for one register of lanes.
struct Costs {
  double scalar = 0, lanes = 0;
  /// Scalar but for what goes through arrays element by element.
  double inside = 0;

  Costs &operator+=(const Costs &other) {
    scalar += other.scalar;
    lanes += other.lanes;
    inside += other.inside;
    return *this;
  }
};

class Estimate {
public:
  Estimate(const LaneAnalysis &analysis, double lanes) : analysis(analysis), lanes(lanes) {}

  Costs block(Block &block) {
    Costs total;
    for (Operation &op : block.without_terminator())
      total += of(op);
    return total;
  }

private:
  Costs of(Operation &op) {
    if (op.getNumRegions() != 0) {
      Costs total;
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          total += block(inner);
      double trips = tripsOf(&op);
      double inside = total.inside * trips + 1;
      if (std::optional<ElementLoop> elements = ElementLoop::of(&op)) {
        bool sums = llvm::any_of(op.getResultTypes(), llvm::IsaPred<FloatType>);
        inside =
            std::min(inside, total.scalar * std::ceil(trips / lanes) + 1 + (sums ? sumOfLanes : 0));
      }
      return {total.scalar * trips + 1, total.lanes * trips + 1, inside};
    }
    double scalar = 1;
    if (isa<ir::GateOpInterface>(op))
      scalar = ir::lookupGate(op.getName().stripDialect())->cost;
    if (isa<arith::ArithDialect>(op.getDialect()) || isa<ir::DimOp, ir::CheckIndexOp>(op))
      scalar = 0.5;
    if (!analysis.isTouched(&op))
      return {scalar, scalar, scalar};
    return {scalar, inLanes(op, scalar), scalar};
  }

  double inLanes(Operation &op, double scalar) {
    if (auto extract = dyn_cast<ir::ExtractOp>(op))
      return apart(extract.getIndices()) && !analysis.readsPackedRow(extract) ? gatherLane * lanes
                                                                              : 1;
    if (auto accumulate = dyn_cast<ir::AccumulateOp>(op);
        accumulate && analysis.isShared(accumulate.getResult())) {
      bool common =
          llvm::none_of(accumulate.getIndices(), [&](Value v) { return analysis.varies(v); });
      return common ? sumOfLanes : apart(accumulate.getIndices()) ? scatterLane * lanes : 2;
    }
    if (auto insert = dyn_cast<ir::InsertOp>(op); insert && analysis.isShared(insert.getResult()))
      return apart(insert.getIndices()) ? scatterLane * lanes : 1;
    return scalar;
  }

  /// Whether lanes read places that are not side by side. (A row that inner
  /// loops read is put in lanes once: see LaneEmitter::pack.)
  bool apart(ValueRange indices) {
    for (auto [k, index] : llvm::enumerate(indices)) {
      if (!analysis.varies(index))
        continue;
      bool consecutive = index == analysis.index ||
                         isa_and_nonnull<arith::AddIOp, arith::SubIOp>(index.getDefiningOp());
      if (k + 1 != indices.size() || !consecutive)
        return true;
    }
    return false;
  }

  const LaneAnalysis &analysis;
  double lanes;
};

} // namespace

/// Whether inner loops sum products over lanes: chains of dependent additions. Those of
/// directions are not, they are many.
static bool sumsInside(const LaneAnalysis &analysis) {
  bool hasDirections =
      analysis.body
          .walk([](scf::ForOp loop) {
            return loop->hasAttr("circ.columns") ? WalkResult::interrupt() : WalkResult::advance();
          })
          .wasInterrupted();
  if (hasDirections)
    return false;
  return analysis.body
      .walk([&](Operation *op) {
        bool loop = isa<ir::ReduceOp, ir::ExpSumOp>(op) ||
                    (isa<scf::ForOp>(op) && op->hasAttr("circ.independent"));
        return loop && analysis.isTouched(op) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Whether iterations compute indices of their own: the places that these lead to are read one
/// after the other, and the indices take registers.
static bool computesIndices(const LaneAnalysis &analysis) {
  return analysis.body
      .walk([&](Operation *op) {
        return llvm::any_of(op->getResults(),
                            [&](Value result) {
                              return result.getType().isInteger(64) && analysis.varies(result) &&
                                     !analysis.countsIterations(result);
                            })
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The iterations of the loop that is put into lanes, where that is a constant.
static std::optional<int64_t> knownIterations(Operation *loop) {
  Value bound = isa<scf::ForOp>(loop)  ? cast<scf::ForOp>(loop).getUpperBound()
                : isa<ir::MapOp>(loop) ? cast<ir::MapOp>(loop).getBounds().back()
                                       : loop->getOperand(0);
  APInt constant;
  if (!matchPattern(bound, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getSExtValue();
}

/// Whether iterations fill columns of an array that they share.
static bool fillsColumns(const LaneAnalysis &analysis) {
  return analysis.body
      .walk([&](ir::InsertOp insert) {
        return analysis.isShared(insert.getResult()) ? WalkResult::interrupt()
                                                     : WalkResult::advance();
      })
      .wasInterrupted();
}

int64_t countOps(Operation *op) {
  int64_t count = 0;
  op->walk([&](Operation *) { ++count; });
  return count;
}

bool isLaneCandidate(Operation *op) {
  auto map = dyn_cast<ir::MapOp>(op);
  if (!map && !isa<ir::ReduceOp, ir::ExpSumOp>(op) &&
      !(isa<scf::ForOp>(op) && op->hasAttr("circ.independent")))
    return false;
  // LLVM would have to prove that columns are apart.
  if (op->hasAttr("circ.columns"))
    return true;
  // LLVM has no form for the running maximum of a sum of exponentials.
  auto reduce = dyn_cast<ir::ReduceOp>(op);
  if (isa<ir::ExpSumOp>(op) || (reduce && reduce.getKind() == ir::ReduceKind::LogSumExp))
    return true;
  if (map && isa<RankedTensorType>(map.getYielded().getType()))
    return true;
  return op->getRegion(0)
      .walk([](Operation *inner) {
        return isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::ForOp, ir::SinOp,
                   ir::CosOp>(inner)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// How many numbers fill a register: of the widest type that iterations compute with.
static unsigned registerLanesOf(const LaneAnalysis &analysis, const VectorTarget &target) {
  bool single = false, other = false;
  analysis.body.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (Type element = getElementTypeOrSelf(type); isa<FloatType>(element))
        (element.isF32() ? single : other) = true;
  });
  return target.bits / (single && !other ? 32 : 64);
}

LanePlan planLanes(const LaneAnalysis &analysis, const VectorTarget &target) {
  unsigned registerLanes = registerLanesOf(analysis, target);
  Costs costs = Estimate(analysis, registerLanes).block(analysis.body);
  LanePlan plan;
  plan.speedup = costs.lanes ? registerLanes * costs.scalar / costs.lanes : 0;
  plan.isForInside = costs.lanes > leastSpeedup * registerLanes * costs.inside;
  if (plan.isForInside || plan.speedup < leastSpeedup)
    return plan;
  if (!fillsColumns(analysis)) {
    unsigned registers = !sumsInside(analysis)       ? plainRegisters
                         : computesIndices(analysis) ? wideRegistersWithIndices
                                                     : wideRegisters;
    // Half of them would do for few iterations.
    if (auto iterations = knownIterations(analysis.loop))
      while (registers > 1 && *iterations <= registerLanes * registers / 2)
        registers /= 2;
    plan.lanes = registerLanes * registers;
    return plan;
  }
  // All that a direction computes is there for each lane: one register of them
  // stays in the cache. For few directions, lanes are better filled by what is
  // inside.
  if (tripsOf(analysis.loop) >= registerLanes / 2.0)
    plan.lanes = registerLanes;
  return plan;
}

ElementwiseLanes planElementwiseLanes(const LaneAnalysis &analysis, const VectorTarget &target) {
  // Below AVX there are no masks, LLVM makes branches of them.
  if (target.bits < 256 || planLanes(analysis, target).lanes == 0)
    return {};
  int64_t ops = countOps(analysis.loop);
  bool masksAll = target.bits >= 512 && ops > ElementwiseCode::mostOpsTwice;
  bool onlySums = llvm::all_of(analysis.loop->getResultTypes(), llvm::IsaPred<FloatType>);
  bool waits = onlySums && ops <= ElementwiseCode::mostOpsOfSum;
  return {registerLanesOf(analysis, target), masksAll, waits ? sumRegisters : plainRegisters};
}

} // namespace circ
