//===- BlockLength.h - How many iterations a block has --------------------===//
#pragma once

#include "compiler/transforms/CostModel.h"
#include "compiler/transforms/IterationBlocks.h"

namespace circ {

/// How a loop is cut: numbers that the program computes before it, from sizes alone.
struct BlockLength {
  mlir::Value iterations; ///< of a block, at least 1
  mlir::Value blocks;     ///< none if there are no iterations
};

/// The number that the iterations of a loop are below.
mlir::Value boundOf(mlir::Operation *loop);

/// Writes it at the builder's place, before the loop.
BlockLength emitBlockLength(mlir::OpBuilder &b, mlir::Operation *loop,
                            const IterationBlocks &analysis, const VectorTarget &target);

} // namespace circ
