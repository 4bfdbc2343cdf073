//===- BoundUnrolling.cpp - Loops in lanes stay as they are ---------------===//

#include "compiler/codegen/BoundUnrolling.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace circ {

/// Registers side by side that keep the units busy.
static constexpr unsigned severalRegisters = 4;

/// Whether what iterations hand on fills so many bits.
static bool carriesVectors(const Loop &loop, unsigned bits) {
  return any_of(loop.getHeader()->phis(), [&](const PHINode &phi) {
    auto *type = dyn_cast<FixedVectorType>(phi.getType());
    return type && type->getPrimitiveSizeInBits().getFixedValue() >= bits;
  });
}

PreservedAnalyses BoundUnrolling::run(Function &function, FunctionAnalysisManager &analyses) {
  for (Loop *loop : analyses.getResult<LoopAnalysis>(function).getLoopsInPreorder())
    if (loop->isInnermost() && carriesVectors(*loop, severalRegisters * registerBits))
      addStringMetadataToLoop(loop, "llvm.loop.unroll.runtime.disable");
  return PreservedAnalyses::all();
}

} // namespace circ
