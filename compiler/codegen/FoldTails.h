//===- FoldTails.h - The last iterations of a loop in lanes, too ----------===//
#pragma once

#include "llvm/IR/PassManager.h"

namespace circ {

/// Asks LLVM's vectorizer to mask the lanes beyond the end instead of running the
/// rest of the iterations one by one: with 8 lanes the rest of 14 iterations takes
/// several times what the others take. Only short sums keep their rest, for masks
/// exclude several sums side by side, which gain more.
struct FoldTails : llvm::PassInfoMixin<FoldTails> {
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace circ
