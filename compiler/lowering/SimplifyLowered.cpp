//===- SimplifyLowered.cpp - Simplification of the lowered program --------===//

#include "compiler/lowering/Lowering.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace circ {

/// Whether a function is long straight-line code. The circ dialect's own passes have left next
/// to nothing there to fold: comparisons with zero that two guards have in common.
static bool isLongAndStraight(func::FuncOp function) {
  constexpr size_t atLeast = 1000;
  size_t length = 0;
  for (Operation &op : function.getBody().front()) {
    if (op.getNumRegions() != 0)
      return false;
    ++length;
  }
  return length >= atLeast;
}

LogicalResult simplifyLowered(ModuleOp module, bool quick) {
  PassManager all(module.getContext(), func::FuncOp::getOperationName());
  PassManager merging(module.getContext(), func::FuncOp::getOperationName());
  for (PassManager *passes : {&all, &merging})
    passes->enableVerifier(false);
  all.addPass(createLoopInvariantCodeMotionPass());
  all.addPass(createCSEPass());
  all.addPass(createCanonicalizerPass());
  merging.addPass(createCSEPass());
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    bool isStraight = isLongAndStraight(function);
    if (isStraight && quick)
      continue;
    if (failed((isStraight ? merging : all).run(function)))
      return failure();
  }
  return success();
}

} // namespace circ
