//===- DeferLinearMaps.cpp - Linear maps after the sum over iterations ----===//
//
// Where the iterations of a loop all apply the same linear map and add up what it gives,
// the map is applied once, to the sum:
//
//   for %i { for %r { %v = f(%i, %r); for %j { %g[%j] += %v * %q[%r, %j] } } }
//
// becomes
//
//   for %i { for %r { %v = f(%i, %r); %s[%r] += %v } }
//   for %r { for %j { %g[%j] += %s[%r] * %q[%r, %j] } }
//
// So go the adjoints of parameters through matrices that all points share. What an
// iteration adds up for itself on the way (the adjoint of a local array) is part of the map.
//
// Sums are taken in another order, as in lanes. A factor that is not finite gives a result
// that is not finite before and after, and without iterations nothing is added.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/LinearMap.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace circ {
namespace {

/// Moves a linear map behind its loop.
class Deferral {
public:
  explicit Deferral(const LinearMap &linear) : linear(linear), loop(linear.loop()), b(loop) {}

  void run() {
    for (Value input : linear.inputs())
      totals[input] = zeros(input);
    applyToTotals();
    for (Operation *add : linear.additions())
      add->getResult(0).replaceAllUsesWith(cast<ir::AccumulateOp>(add).getArray());
    for (Operation *add : linear.additions())
      add->erase();
    for (Value input : linear.inputs())
      addUp(input);
  }

  /// The loop that is left.
  scf::ForOp result() const { return loop; }

private:
  Value integer(int64_t value) {
    return b.create<arith::ConstantOp>(loop.getLoc(), b.getI64IntegerAttr(value));
  }

  /// The sums of an input before the first iteration, one for each round of the loops
  /// around it.
  Value zeros(Value input) {
    Location loc = input.getLoc();
    b.setInsertionPoint(loop);
    SmallVector<Value> sizes;
    for (scf::ForOp inner : linear.loopsAround(input))
      sizes.push_back(b.create<arith::MaxSIOp>(loc, inner.getUpperBound(), integer(0)));
    SmallVector<int64_t> shape(sizes.size(), ShapedType::kDynamic);
    if (shape.empty())
      shape.push_back(1);
    Value zero = b.create<arith::ConstantOp>(loc, b.getFloatAttr(input.getType(), 0.0));
    return b.create<ir::SplatOp>(loc, RankedTensorType::get(shape, input.getType()), zero, sizes);
  }

  /// Where the sum of an input stands, by the indices of the loops around it.
  SmallVector<Value> place(Value input) {
    SmallVector<Value> indices;
    for (Operation *op = input.getParentBlock()->getParentOp(); op != loop; op = op->getParentOp())
      indices.insert(indices.begin(),
                     copies.lookupOrDefault(cast<scf::ForOp>(op).getInductionVar()));
    if (indices.empty())
      indices.push_back(integer(0));
    return indices;
  }

  /// Copies the map behind the loop, where it is applied if there were iterations.
  void applyToTotals() {
    SmallVector<unsigned> places;
    SmallVector<Type> types;
    for (auto [k, array] : llvm::enumerate(loop.getRegionIterArgs()))
      if (linear.carries(array)) {
        places.push_back(k);
        types.push_back(array.getType());
        copies.map(array, loop.getResult(k));
      }
    b.setInsertionPointAfter(loop);
    Location loc = loop.getLoc();
    Value any = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, loop.getLowerBound(),
                                        loop.getUpperBound());
    auto applied = b.create<scf::IfOp>(loc, types, any, /*withElseRegion=*/true);
    for (auto [k, result] : llvm::zip_equal(places, applied.getResults()))
      loop.getResult(k).replaceAllUsesWith(result);
    SmallVector<Value> before, after;
    for (unsigned k : places)
      before.push_back(loop.getResult(k));
    startBlock(applied.elseBlock());
    b.create<scf::YieldOp>(loc, before);
    startBlock(applied.thenBlock());
    copyBlock(*loop.getBody());
    for (unsigned k : places)
      after.push_back(copied(loop.getYieldedValues()[k]));
    b.create<scf::YieldOp>(loc, after);
  }

  /// Goes on in a new block, without the terminator that it may have been made with.
  void startBlock(Block *block) {
    if (!block->empty())
      block->getTerminator()->erase();
    b.setInsertionPointToEnd(block);
  }

  void copyBlock(Block &from) {
    for (Operation &op : from.without_terminator()) {
      for (Value result : op.getResults())
        if (Value total = totals.lookup(result)) {
          auto read = b.create<ir::ExtractOp>(op.getLoc(), result.getType(), total, place(result));
          reads[result].push_back(read);
          copies.map(result, read.getResult());
        }
      if (!linear.needs(&op))
        continue;
      if (auto inner = dyn_cast<scf::ForOp>(op)) {
        copyLoop(inner);
        continue;
      }
      for (Value operand : op.getOperands())
        if (isa<RankedTensorType>(operand.getType()))
          copies.map(operand, copied(operand));
      b.clone(op, copies);
    }
  }

  /// It is run once, which is not worth the memory of iterations in lanes: the copy is an
  /// ordinary loop.
  void copyLoop(scf::ForOp from) {
    SmallVector<unsigned> places;
    SmallVector<Value> starts;
    for (auto [k, array] : llvm::enumerate(from.getRegionIterArgs()))
      if (linear.carries(array)) {
        places.push_back(k);
        starts.push_back(copied(from.getInitArgs()[k]));
      }
    auto made = b.create<scf::ForOp>(from.getLoc(), copies.lookupOrDefault(from.getLowerBound()),
                                     copies.lookupOrDefault(from.getUpperBound()),
                                     copies.lookupOrDefault(from.getStep()), starts);
    copies.map(from.getInductionVar(), made.getInductionVar());
    for (auto [k, array] : llvm::zip_equal(places, made.getRegionIterArgs()))
      copies.map(Value(from.getRegionIterArg(k)), Value(array));
    OpBuilder::InsertionGuard guard(b);
    startBlock(made.getBody());
    copyBlock(*from.getBody());
    SmallVector<Value> ends;
    for (unsigned k : places)
      ends.push_back(copied(from.getYieldedValues()[k]));
    b.create<scf::YieldOp>(from.getLoc(), ends);
    for (auto [k, result] : llvm::zip_equal(places, made.getResults()))
      copies.map(from.getResult(k), result);
  }

  /// What stands for an array in the copy: what is added to it there without the additions
  /// that stay in the loop.
  Value copied(Value array) {
    while (!copies.contains(array)) {
      Operation *op = array.getDefiningOp();
      if (!op || !loop->isAncestor(op))
        return array;
      if (auto add = dyn_cast<ir::AccumulateOp>(op))
        array = add.getArray();
      else
        array = cast<scf::ForOp>(op).getInitArgs()[cast<OpResult>(array).getResultNumber()];
    }
    return copies.lookup(array);
  }

  /// Adds an input to its sums in the loop, which all loops around it carry.
  void addUp(Value input) {
    SmallVector<scf::ForOp> around;
    for (Operation *op = input.getParentBlock()->getParentOp(); op != loop; op = op->getParentOp())
      around.insert(around.begin(), cast<scf::ForOp>(op));
    around.insert(around.begin(), loop);
    Value array = totals.lookup(input);
    IRRewriter rewriter(b.getContext());
    for (scf::ForOp &level : around) {
      Operation *outer = level == loop ? nullptr : level->getBlock()->getTerminator();
      bool isOutermost = level == loop;
      auto attributes = level->getDiscardableAttrDictionary();
      rewriter.setInsertionPoint(level);
      level =
          cast<scf::ForOp>(*cast<LoopLikeOpInterface>(level.getOperation())
                                .replaceWithAdditionalYields(
                                    rewriter, array, /*replaceInitOperandUsesInLoop=*/false,
                                    [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
                                      return SmallVector<Value>{carried.front()};
                                    }));
      level->setDiscardableAttrs(attributes);
      array = level.getRegionIterArgs().back();
      if (isOutermost)
        loop = level;
      else
        outer->setOperand(outer->getNumOperands() - 1, level.getResults().back());
    }
    for (ir::ExtractOp read : reads.lookup(input))
      read.getArrayMutable().assign(loop.getResults().back());
    SmallVector<Value> indices;
    for (scf::ForOp inner : ArrayRef(around).drop_front())
      indices.push_back(inner.getInductionVar());
    b.setInsertionPointAfter(input.getDefiningOp());
    if (indices.empty())
      indices.push_back(integer(0));
    auto sum = b.create<ir::AccumulateOp>(input.getLoc(), array.getType(), input, array, indices);
    Operation *end = input.getParentBlock()->getTerminator();
    end->setOperand(end->getNumOperands() - 1, sum.getResult());
  }

  const LinearMap &linear;
  scf::ForOp loop;
  OpBuilder b;
  /// The sums of each input, and where the copy reads them.
  llvm::DenseMap<Value, Value> totals;
  llvm::DenseMap<Value, SmallVector<ir::ExtractOp>> reads;
  IRMapping copies;
};

struct DeferLinearMaps : PassWrapper<DeferLinearMaps, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DeferLinearMaps)
  StringRef getArgument() const final { return "defer-linear-maps"; }
  StringRef getDescription() const final {
    return "apply linear maps that iterations share once, to the sum over iterations";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    bool changed = false;
    for (Block &block : getOperation().getBody())
      changed |= visit(block);
    if (!changed)
      return;
    // What the map was made of is gone from the loops, which still carry it.
    OpPassManager cleanup(func::FuncOp::getOperationName());
    cleanup.addPass(createCanonicalizerPass());
    if (failed(runPipeline(cleanup, getOperation())))
      signalPassFailure();
  }

  /// Goes through the outer loops before those inside.
  static bool visit(Block &block) {
    bool changed = false;
    for (Operation *op = &block.front(); op; op = op->getNextNode()) {
      if (auto loop = dyn_cast<scf::ForOp>(op); loop && hasIterations(loop)) {
        LinearMap linear(loop);
        if (!linear.empty()) {
          Deferral deferral(linear);
          deferral.run();
          op = deferral.result();
          changed = true;
        }
      }
      for (Region &region : op->getRegions())
        for (Block &inner : region)
          changed |= visit(inner);
    }
    return changed;
  }

  /// Whether a loop of independent iterations may have enough of them.
  static bool hasIterations(scf::ForOp loop) {
    if (!loop->hasAttr("circ.independent"))
      return false;
    auto end = getConstantIntValue(loop.getUpperBound());
    auto start = getConstantIntValue(loop.getLowerBound());
    return !end || !start || *end - *start >= DeferredMaps::leastIterations;
  }
};

} // namespace

std::unique_ptr<Pass> createDeferLinearMapsPass() { return std::make_unique<DeferLinearMaps>(); }

void registerDeferLinearMapsPass() { PassRegistration<DeferLinearMaps>(); }

} // namespace circ
