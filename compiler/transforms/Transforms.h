//===- Transforms.h - Passes on the circ dialect --------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace circ {

/// Erases index checks that the ranges of loops, maps and reductions prove,
/// and checks that an earlier one made needless.
std::unique_ptr<mlir::Pass> createRemoveProvenChecksPass();

/// Registers `remove-proven-checks`.
void registerTransformPasses();

} // namespace circ
