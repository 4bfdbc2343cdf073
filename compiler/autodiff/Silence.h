//===- Silence.h - Functions that print nothing ---------------------------===//
//
// What a derivative program computes a second time was printed the first time.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace circ::autodiff {

/// Erases the prints in a block and calls silent copies of what prints.
/// `module` is where the called functions are.
void silence(mlir::Block *block, mlir::ModuleOp module);

/// Erases the prints of an op that is computed a second time, or of all ops of a
/// block, and marks its calls: what they reach may still be in the making.
void markSilent(mlir::Operation *op);
void markSilent(mlir::Block *block);

/// Makes the marked calls of a module call silent copies.
void silenceMarked(mlir::ModuleOp module);

/// The function itself if neither it nor what it calls prints, else a copy of
/// it, `@f.silent`, that does not.
mlir::func::FuncOp silentCopy(mlir::func::FuncOp function);

} // namespace circ::autodiff
