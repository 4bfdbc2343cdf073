//===- FuseElementwise.cpp - One loop of many element by element ----------===//
//
//   %y = circ.map (%i) in (%n) { f(%x[%i]) }
//   %z = circ.map (%i) in (%n) { g(%y[%i], %w[%i]) }
//
// becomes one loop over %i that computes g(f(%x[%i]), %w[%i]): no array stands between
// the two, and where nobody else uses %y it is not made. So are adjoints handed on, that
// loops add to elements. A loop moves down to the next one that it goes together with,
// and what needs its results and stands between moves behind that.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/Effects.h"
#include "compiler/transforms/ElementFusion.h"
#include "compiler/transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace circ {
namespace {

bool isReader(Operation *op) {
  return isa<ir::ExtractOp, ir::DimOp, ir::PushOp, ir::PrintOp, func::CallOp>(op);
}

/// What stands between the last loop of a fusion and those that may join it, looked at
/// once, from one to the next.
class Between {
public:
  explicit Between(const ElementFusion &fusion) : fusion(fusion) { restart(); }

  /// Goes on to a loop further down; false if no loop from there on can join.
  bool reach(Operation *loop) {
    for (; next != loop; next = next->getNextNode()) {
      if (++passed > ElementwiseCode::mostOpsBetween)
        return false;
      bool hasEffect = !isMemoryEffectFree(next) && !isa<ir::EmptyOp>(next);
      if (!dependsOnLoops(next) && !(hasEffect && effects))
        continue;
      effects |= hasEffect;
      // A loop may read only what a check before it has found to be there.
      if (hasEffect && !isa<ir::PushOp>(next))
        return false;
      behind.insert(next);
    }
    return true;
  }

  /// Whether the loop that was reached can come together with the others.
  bool isPassable(const ElementLoop &loop) const {
    return !uses(loop.op, [&](Value used) { return behind.contains(used.getDefiningOp()); }) &&
           arraysStay(loop);
  }

  /// Moves what needs results of the loops behind the one that was reached; whether there was any.
  bool moveBehind(Operation *loop) {
    Operation *last = loop;
    for (Operation *op : behind) {
      op->moveAfter(last);
      last = op;
    }
    return !behind.empty();
  }

  /// Begins again after the last loop of the fusion.
  void restart() {
    next = fusion.loops().back().op->getNextNode();
    behind.clear();
    effects = false;
    passed = 0;
  }

private:
  static bool uses(Operation *op, llvm::function_ref<bool(Value)> isOne) {
    return op
        ->walk([&](Operation *inner) {
          return llvm::any_of(inner->getOperands(), isOne) ? WalkResult::interrupt()
                                                           : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool dependsOnLoops(Operation *op) const {
    return uses(op, [&](Value used) {
      Operation *definition = used.getDefiningOp();
      return fusion.isMember(definition) || behind.contains(definition);
    });
  }

  /// Whether no array has to be copied since it is read later or changed earlier
  /// than before.
  bool arraysStay(const ElementLoop &loop) const {
    Block *block = loop.op->getBlock();
    Operation *first = fusion.loops().front().op;
    auto isBetween = [&](Operation *op) {
      return op && first->isBeforeInBlock(op) && op->isBeforeInBlock(loop.op);
    };
    for (Value array : fusion.readArrays())
      for (Operation *user : array.getUsers()) {
        Operation *op = block->findAncestorOpInBlock(*user);
        if (isBetween(op) && !fusion.isMember(op) && !behind.contains(op) && !isReader(user))
          return false;
      }
    return llvm::none_of(behind, [&](Operation *op) {
      return uses(op, [&](Value used) { return llvm::is_contained(loop.inits(), used); });
    });
  }

  const ElementFusion &fusion;
  Operation *next = nullptr; ///< the first that has not been looked at
  llvm::SetVector<Operation *> behind;
  bool effects = false;
  int64_t passed = 0;
};

struct FuseElementwise : PassWrapper<FuseElementwise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseElementwise)
  StringRef getArgument() const final { return "fuse-elementwise"; }
  StringRef getDescription() const final {
    return "make one loop of loops over one range that go through arrays element by element";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<ir::CircDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    SmallVector<Block *> blocks;
    getOperation().walk<WalkOrder::PreOrder>([&](Block *block) { blocks.push_back(block); });
    for (Block *block : llvm::reverse(blocks))
      visit(*block);
  }

  /// Whether a loop in the block may be a short one that is run again and again: those
  /// that LLVM makes of it are for long ones.
  static bool isRunOften(Block &block) {
    return isa<ir::MapOp, ir::ReduceOp, ir::ArgReduceOp, ir::ExpSumOp, scf::ForOp>(
        block.getParentOp());
  }

  static void visit(Block &block) {
    SmallVector<Operation *> candidates;
    for (Operation &op : block)
      if (ElementLoop::of(&op))
        candidates.push_back(&op);
    bool often = isRunOften(block);
    for (auto *begin = candidates.begin(); begin != candidates.end();) {
      ElementFusion fusion(*ElementLoop::of(*begin));
      begin = gather(fusion, begin + 1, candidates.end());
      if (fusion.loops().size() > 1 || often)
        fusion.emit();
    }
  }

  /// Takes from [begin, end) the loops that can join. Those that are left of what was looked at go
  /// to its end; the first of them is returned.
  static Operation **gather(ElementFusion &fusion, Operation **begin, Operation **end) {
    Between between(fusion);
    SmallVector<Operation *> left;
    int64_t ops = countOps(fusion.loops().front().op);
    bool moved = false;
    Operation **candidate = begin;
    for (; candidate != end && between.reach(*candidate); ++candidate) {
      ElementLoop loop = *ElementLoop::of(*candidate);
      int64_t more = countOps(loop.op);
      if (ops + more > ElementwiseCode::mostOps || !fusion.admits(loop) ||
          !between.isPassable(loop)) {
        left.push_back(loop.op);
        continue;
      }
      moved |= between.moveBehind(loop.op);
      fusion.add(loop);
      between.restart();
      ops += more;
    }
    if (moved)
      llvm::sort(left, [](Operation *a, Operation *c) { return a->isBeforeInBlock(c); });
    return std::copy_backward(left.begin(), left.end(), candidate);
  }
};

} // namespace

std::unique_ptr<Pass> createFuseElementwisePass() { return std::make_unique<FuseElementwise>(); }

void registerFuseElementwisePass() { PassRegistration<FuseElementwise>(); }

} // namespace circ
