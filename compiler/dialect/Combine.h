//===- Combine.h - One step of a reduction --------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"

namespace circ {

/// What a reduction of any kind but logsumexp makes of its state and one value
/// more; of scalars and of lanes.
mlir::Value combine(mlir::OpBuilder &b, mlir::Location loc, ir::ReduceKind kind, mlir::Value state,
                    mlir::Value value);

} // namespace circ
