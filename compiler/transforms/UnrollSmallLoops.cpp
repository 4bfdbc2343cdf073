//===- UnrollSmallLoops.cpp - Loops over a few known elements -------------===//
//
// Vectors and matrices of two or three rows are what geometry is written in.
// Their loops become straight code, and their elements numbers of their own
// (`split-small-arrays`): no loop, no memory, and one body that can go into
// lanes. What is unrolled does the same in the same order.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Combine.h"
#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/SmallArrays.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace circ {
namespace {

/// Rewrites one loop.
class Unroller {
public:
  explicit Unroller(Operation *op) : b(op), loc(op->getLoc()) {}

  void unroll(ir::MapOp map) {
    auto type = cast<RankedTensorType>(map.getType());
    SmallVector<Value> elements;
    forEachIndex(type.getShape().take_front(map.getBounds().size()), [&](ArrayRef<int64_t> at) {
      Value yielded = iteration(*map.getBodyBlock(), constants(at));
      if (isa<RankedTensorType>(yielded.getType()))
        llvm::append_range(elements, elementsOf(b, loc, yielded));
      else
        elements.push_back(yielded);
    });
    replace(map, b.create<ir::FromElementsOp>(loc, type, elements)->getResults());
  }

  void unroll(ir::ReduceOp reduce, int64_t trips) {
    Value state;
    for (int64_t i = 0; i < trips; ++i) {
      Value value = iteration(*reduce.getBodyBlock(), constants(i));
      state = state ? combine(b, loc, reduce.getKind(), state, value) : value;
    }
    replace(reduce, state);
  }

  void unroll(scf::ForOp loop, int64_t first, int64_t trips, int64_t step) {
    SmallVector<Value> state(loop.getInitArgs());
    for (int64_t i = 0; i < trips; ++i) {
      SmallVector<Value> arguments = constants(first + i * step);
      llvm::append_range(arguments, state);
      IRMapping map = cloned(*loop.getBody(), arguments);
      for (auto [value, end] : llvm::zip_equal(state, loop.getYieldedValues()))
        value = map.lookupOrDefault(end);
    }
    replace(loop, state);
  }

private:
  SmallVector<Value> constants(ArrayRef<int64_t> values) { return constantIndices(b, loc, values); }

  IRMapping cloned(Block &body, ValueRange arguments) {
    IRMapping map;
    map.map(body.getArguments(), arguments);
    for (Operation &op : body.without_terminator())
      b.clone(op, map);
    return map;
  }

  Value iteration(Block &body, ValueRange indices) {
    return cloned(body, indices).lookupOrDefault(body.getTerminator()->getOperand(0));
  }

  static void replace(Operation *op, ValueRange results) {
    op->replaceAllUsesWith(results);
    op->erase();
  }

  OpBuilder b;
  Location loc;
};

/// Counts what is left of an iteration when its indices are numbers: what is made
/// of them alone folds, and of a branch that they decide one side stays.
class IterationCount {
public:
  explicit IterationCount(Operation *loop) {
    if (auto counted = dyn_cast<scf::ForOp>(loop))
      known.insert(counted.getInductionVar());
    else
      known.insert(loop->getRegion(0).args_begin(), loop->getRegion(0).args_end());
  }

  int64_t of(Block &block) {
    int64_t count = 0;
    for (Operation &op : block.without_terminator())
      count += of(&op);
    return count;
  }

private:
  int64_t of(Operation *op) {
    bool allKnown = llvm::all_of(op->getOperands(), [&](Value v) { return known.contains(v); });
    if (allKnown && (isa<arith::ArithDialect>(op->getDialect()) || isa<ir::CheckIndexOp>(op))) {
      known.insert(op->result_begin(), op->result_end());
      return 0;
    }
    auto branch = dyn_cast<scf::IfOp>(op);
    int64_t inside = 0;
    for (Region &region : op->getRegions())
      for (Block &block : region)
        inside = branch && allKnown ? std::max(inside, of(block)) : inside + of(block);
    return branch && allKnown ? inside : inside + 1;
  }

  llvm::DenseSet<Value> known;
};

struct UnrollSmallLoops : PassWrapper<UnrollSmallLoops, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(UnrollSmallLoops)
  UnrollSmallLoops() = default;
  explicit UnrollSmallLoops(int64_t iterations) { mostIterations = iterations; }
  UnrollSmallLoops(const UnrollSmallLoops &other) : PassWrapper(other) {}

  Option<int64_t> mostIterations{*this, "most-iterations",
                                 llvm::cl::desc("iterations of a loop that is unrolled"),
                                 llvm::cl::init(StraightCode::mostIterations)};

  StringRef getArgument() const final { return "unroll-small-loops"; }
  StringRef getDescription() const final { return "make straight code of loops over few elements"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect>();
  }

  void runOnOperation() final {
    room = StraightCode::largestFunction - countOps(getOperation());
    SmallVector<Operation *> loops;
    getOperation().walk([&](Operation *op) {
      if (isa<ir::MapOp, ir::ReduceOp, scf::ForOp>(op) && !op->hasAttr("circ.columns"))
        loops.push_back(op);
    });
    // Inner loops come first. Those over columns go into lanes.
    for (Operation *op : loops)
      visit(op);
  }

private:
  /// Whether the lanes are those of directions, so that LLVM need not find others.
  static bool isInColumns(Operation *op) {
    for (op = op->getParentOp(); op; op = op->getParentOp())
      if (op->hasAttr("circ.columns"))
        return !op->getParentOfType<ir::MapOp>();
    return false;
  }

  bool fits(Operation *op, int64_t trips, int64_t most = StraightCode::mostOps) {
    if (trips < 1 || trips > mostIterations)
      return false;
    if (isInColumns(op))
      most = StraightCode::mostOpsInOrder;
    int64_t ops = trips * IterationCount(op).of(op->getRegion(0).front());
    if (ops > most || ops > room)
      return false;
    room -= ops;
    return true;
  }

  /// Whether iterations are many enough to be worth a loop: it goes into lanes, or serves
  /// many lanes around it by one load. Where the index decides branches, or tells
  /// directions apart, straight code is less code.
  static bool isWorthALoop(Operation *op, int64_t trips) {
    if (trips < StraightCode::leastOfLoop)
      return false;
    for (Operation *outer = op->getParentOp(); outer; outer = outer->getParentOp())
      if (outer->hasAttr("circ.columns") || outer->hasAttr("circ.directions"))
        return false;
    return !op->walk([](scf::IfOp) { return WalkResult::interrupt(); }).wasInterrupted();
  }

  /// Whether a loop goes from row to row of an array, at the outside of a program: apart,
  /// rows become elements of the loops that make or use them.
  static bool goesOverRows(scf::ForOp loop) {
    for (Operation *outer = loop->getParentOp(); outer; outer = outer->getParentOp())
      if (isa<ir::MapOp, ir::ReduceOp>(outer) || outer->hasAttr("circ.independent"))
        return false;
    return loop.getBody()
        ->walk([](Operation *inner) {
          return isa<ir::MapOp, ir::ReduceOp, scf::ForOp>(inner) ? WalkResult::interrupt()
                                                                 : WalkResult::advance();
        })
        .wasInterrupted();
  }

  void visit(Operation *op) {
    if (auto map = dyn_cast<ir::MapOp>(op)) {
      auto type = cast<RankedTensorType>(map.getType());
      if (map.getBounds().size() == 1 && isWorthALoop(op, type.getShape().front()))
        return;
      bool known = type.hasStaticShape() && llvm::all_of(map.getBounds(), getConstantIntValue);
      if (known && type.getNumElements() <= StraightCode::mostIterations &&
          fits(op, ShapedType::getNumElements(type.getShape().take_front(map.getBounds().size()))))
        Unroller(op).unroll(map);
    } else if (auto reduce = dyn_cast<ir::ReduceOp>(op)) {
      auto trips = getConstantIntValue(reduce.getBound());
      if (trips && isWorthALoop(op, *trips))
        return;
      if (trips && reduce.getKind() != ir::ReduceKind::LogSumExp && fits(op, *trips))
        Unroller(op).unroll(reduce, *trips);
    } else {
      auto loop = cast<scf::ForOp>(op);
      auto first = getConstantIntValue(loop.getLowerBound()),
           end = getConstantIntValue(loop.getUpperBound()),
           step = getConstantIntValue(loop.getStep());
      if (first && end && step && *step > 0 && *end > *first &&
          *end - *first <= mostIterations * *step) {
        int64_t trips = (*end - *first + *step - 1) / *step;
        if (loop->hasAttr("circ.independent") && isWorthALoop(op, trips) && !goesOverRows(loop))
          return;
        if (fits(op, trips, StraightCode::mostOpsInOrder))
          Unroller(op).unroll(loop, *first, trips, *step);
      }
    }
  }

  int64_t room = 0;
};

} // namespace

std::unique_ptr<Pass> createUnrollSmallLoopsPass() { return std::make_unique<UnrollSmallLoops>(); }

std::unique_ptr<Pass> createUnrollSmallLoopsPass(int64_t mostIterations) {
  return std::make_unique<UnrollSmallLoops>(mostIterations);
}

void registerUnrollSmallLoopsPass() { PassRegistration<UnrollSmallLoops>(); }

} // namespace circ
