//===- CheckpointLoops.cpp - Loops that shall keep within a budget --------===//
//
// Only outermost loops are marked: one iteration at a time is reversed, and what
// its inner loops keep lives no longer than that. Loops within independent
// iterations keep what one iteration needs, and are left alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/Transforms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace circ {
namespace {

bool isOutermost(Operation *loop) {
  for (Operation *parent = loop->getParentOp(); !isa<func::FuncOp>(parent);
       parent = parent->getParentOp())
    if (!isa<scf::IfOp>(parent))
      return false;
  return true;
}

struct CheckpointLoops : PassWrapper<CheckpointLoops, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CheckpointLoops)
  CheckpointLoops() = default;
  CheckpointLoops(const CheckpointLoops &other) : PassWrapper(other) {}

  Option<int64_t> budget{*this, "budget", llvm::cl::desc("bytes that snapshots may take")};

  StringRef getArgument() const final { return "checkpoint-loops"; }
  StringRef getDescription() const final { return "checkpoint outermost loops within a budget"; }
  void runOnOperation() final {
    Builder b(&getContext());
    getOperation().walk([&](Operation *op) {
      if (isa<scf::ForOp, scf::WhileOp>(op) && (isOutermost(op) || op->hasAttr("circ.checkpoint")))
        op->setAttr("circ.checkpoint", b.getI64IntegerAttr(budget));
    });
  }
};

} // namespace

std::unique_ptr<Pass> createCheckpointLoopsPass(int64_t budget) {
  auto pass = std::make_unique<CheckpointLoops>();
  pass->budget = budget;
  return pass;
}

void registerCheckpointLoopsPass() { PassRegistration<CheckpointLoops>(); }

} // namespace circ
