//===- TapeUses.h - Which ops of a lowered function use tapes -------------===//
//
// Tapes are pointers there as arrays are; what the runtime's functions get tells
// them apart.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Operation.h"

namespace circ::lowering {

/// The runtime's or libm's function that an op calls; empty for other ops.
llvm::StringRef calleeOf(mlir::Operation &op);

/// Whether a pointer is a tape: one that is made there, or an argument that is used
/// as one, in callees too.
bool isTape(mlir::Value value);

/// Whether an op puts something on a tape that it does not make itself, or takes
/// something off.
bool usesOuterTape(mlir::Operation *op);

/// Whether sizes of arrays come off a tape in a block.
bool popsSizes(mlir::Block &block);

} // namespace circ::lowering
