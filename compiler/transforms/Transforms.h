//===- Transforms.h - Passes on the circ dialect --------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace circ {

/// Erases index checks that the ranges of loops, maps and reductions prove,
/// and checks that an earlier one made needless.
std::unique_ptr<mlir::Pass> createRemoveProvenChecksPass();

struct VectorTarget;

/// Puts the iterations of outer maps, reductions and independent loops into
/// SIMD lanes. Remarks say what was done and what stands in the way.
std::unique_ptr<mlir::Pass> createVectorizeIterationsPass(const VectorTarget &target);

/// Registers the passes of this room.
void registerTransformPasses();

} // namespace circ
