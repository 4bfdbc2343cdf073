//===- Effects.h - Ops that happen in order -------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace circ {

/// Whether an op can stop the program with an error and does nothing else.
inline bool isCheck(mlir::Operation *op) {
  return mlir::isa<ir::CheckOp, ir::CheckIndexOp, ir::FloorDivOp, ir::FloorModOp, ir::ToIntOp>(op);
}

/// Whether an op of the dialect does what cannot be done once instead of twice,
/// or for several iterations at once: prints, tapes, schedules.
inline bool happensInOrder(mlir::Operation *op) {
  return op->getNumRegions() == 0 && mlir::isa<ir::CircDialect>(op->getDialect()) &&
         !mlir::isPure(op) && !isCheck(op) && !mlir::isa<ir::EmptyOp>(op);
}

} // namespace circ
