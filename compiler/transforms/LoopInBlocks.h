//===- LoopInBlocks.h - One loop as calls for blocks of iterations --------===//
#pragma once

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/IterationBlocks.h"

namespace circ {

/// Makes of a loop that has no obstacle a function `name` for a block of its
/// iterations, and its calls (ParallelizeIterations.cpp). Gives the maps that add up
/// arrays of the blocks.
llvm::SmallVector<ir::MapOp> putInBlocks(mlir::Operation *loop, const IterationBlocks &analysis,
                                         llvm::StringRef name, const VectorTarget &target);

} // namespace circ
