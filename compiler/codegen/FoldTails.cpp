//===- FoldTails.cpp - The last iterations of a loop in lanes, too --------===//

#include "compiler/codegen/FoldTails.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace circ {

/// Instructions of a body that LLVM does not interleave, roughly.
static constexpr size_t longBody = 40;

/// Whether iterations wait for one another's sum, product or the like.
static bool carriesReal(const Loop &loop) {
  return any_of(loop.getHeader()->phis(),
                [](const PHINode &phi) { return phi.getType()->isFloatingPointTy(); });
}

static size_t sizeOf(const Loop &loop) {
  size_t size = 0;
  for (const BasicBlock *block : loop.blocks())
    size += block->size();
  return size;
}

PreservedAnalyses FoldTails::run(Function &function, FunctionAnalysisManager &analyses) {
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  for (Loop *loop : analyses.getResult<LoopAnalysis>(function).getLoopsInPreorder())
    // What is left of a known number of iterations is unrolled.
    if (loop->isInnermost() && !evolution.getSmallConstantTripCount(loop) &&
        (!carriesReal(*loop) || sizeOf(*loop) >= longBody))
      addStringMetadataToLoop(loop, "llvm.loop.vectorize.predicate.enable", 1);
  return PreservedAnalyses::all();
}

} // namespace circ
