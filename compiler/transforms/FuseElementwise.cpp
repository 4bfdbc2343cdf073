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

/// What stands between the last loop of a fusion and one that may join it.
class Between {
public:
  Between(const ElementFusion &fusion, const ElementLoop &loop) : fusion(fusion), loop(loop) {}

  /// Whether the loops can come together; finds what has to move behind them.
  bool isPassable() {
    bool effects = false;
    for (Operation *op = fusion.loops().back().op->getNextNode(); op != loop.op;
         op = op->getNextNode()) {
      bool hasEffect = !isMemoryEffectFree(op) && !isa<ir::EmptyOp>(op);
      if (!dependsOnLoops(op) && !(hasEffect && effects))
        continue;
      effects |= hasEffect;
      // The loop may read only what a check before it has found to be there.
      if (hasEffect && !isa<ir::PushOp>(op))
        return false;
      behind.insert(op);
    }
    return !dependsOn(loop.op, [&](Operation *definition) {
      return behind.contains(definition);
    }) && arraysStay();
  }

  void moveBehind() {
    Operation *last = loop.op;
    for (Operation *op : behind) {
      op->moveAfter(last);
      last = op;
    }
  }

private:
  static bool dependsOn(Operation *op, llvm::function_ref<bool(Operation *)> isOne) {
    return op
        ->walk([&](Operation *inner) {
          for (Value operand : inner->getOperands())
            if (Operation *definition = operand.getDefiningOp(); definition && isOne(definition))
              return WalkResult::interrupt();
          return WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool dependsOnLoops(Operation *op) const {
    return dependsOn(op, [&](Operation *definition) {
      return fusion.isMember(definition) || behind.contains(definition);
    });
  }

  /// Whether no array has to be copied since it is read later or changed earlier
  /// than before.
  bool arraysStay() const {
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
    for (Value array : loop.inits())
      for (Operation *user : array.getUsers())
        if (behind.contains(block->findAncestorOpInBlock(*user)))
          return false;
    return true;
  }

  const ElementFusion &fusion;
  const ElementLoop &loop;
  llvm::SetVector<Operation *> behind;
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
    while (!candidates.empty()) {
      Operation *first = candidates.front();
      ElementFusion fusion(*ElementLoop::of(first));
      SmallVector<Operation *> left;
      int64_t ops = countOps(first);
      for (Operation *op : llvm::drop_begin(candidates)) {
        ElementLoop loop = *ElementLoop::of(op);
        Between between(fusion, loop);
        if (ops + countOps(op) > ElementwiseCode::mostOps || !fusion.admits(loop) ||
            !between.isPassable()) {
          left.push_back(op);
          continue;
        }
        between.moveBehind();
        fusion.add(loop);
        ops += countOps(op);
      }
      // Some of them may have moved.
      llvm::sort(left, [](Operation *a, Operation *c) { return a->isBeforeInBlock(c); });
      candidates = std::move(left);
      if (fusion.loops().size() > 1 || isRunOften(block))
        fusion.emit();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createFuseElementwisePass() { return std::make_unique<FuseElementwise>(); }

void registerFuseElementwisePass() { PassRegistration<FuseElementwise>(); }

} // namespace circ
