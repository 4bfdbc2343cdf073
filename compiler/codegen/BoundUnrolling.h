//===- BoundUnrolling.h - Loops in lanes stay as they are -----------------===//
#pragma once

#include "llvm/IR/PassManager.h"

namespace circ {

/// Keeps LLVM from unrolling loops of an unknown number of iterations in which each one has
/// work for several registers side by side: there is nothing to gain, for their chains of
/// additions are as independent as those of several iterations, while the iterations that
/// are left over take a loop of their own, which costs as much as some of them.
struct BoundUnrolling : llvm::PassInfoMixin<BoundUnrolling> {
  explicit BoundUnrolling(unsigned registerBits) : registerBits(registerBits) {}
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);

  unsigned registerBits; ///< of the widest vector register
};

} // namespace circ
