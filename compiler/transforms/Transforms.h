//===- Transforms.h - Passes on the circ dialect --------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace circ {

/// Erases index checks that the ranges of loops, maps and reductions prove,
/// and checks that an earlier one made needless.
std::unique_ptr<mlir::Pass> createRemoveProvenChecksPass();

/// Marks the outermost sequential loops, those of nested functions too, to be
/// checkpointed with snapshots of `budget` bytes in all. A loop that is marked
/// already gets the budget.
std::unique_ptr<mlir::Pass> createCheckpointLoopsPass(int64_t budget);

/// Lets the condition of a while loop pass all its values, in order, as the reverse
/// rules and the lowering expect: canonicalization drops what nobody uses.
std::unique_ptr<mlir::Pass> createPassWhileValuesPass();

/// Registers the passes above, each by the function in its file.
void registerTransformPasses();
void registerCheckpointLoopsPass();
void registerPassWhileValuesPass();
void registerRemoveProvenChecksPass();

} // namespace circ
