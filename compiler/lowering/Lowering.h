//===- Lowering.h - From the circ dialect to the LLVM dialect -------------===//
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LogicalResult.h"

namespace circ {

/// Choices of the lowering.
struct LoweringOptions {
  /// No reassociation, no contraction to fused multiply-add.
  bool strict = false;
  /// Linear algebra by BLAS and LAPACK where that is faster.
  bool blas = false;
  /// Stopped values come from `circ_stopped`.
  bool holdStopped = false;
};

/// Gives arrays buffers and replaces the circ dialect by scf, arith and the
/// LLVM dialect (`circ emit --stage lowered`). Every function gets the call's
/// context as its first argument; an array becomes a pointer to contiguous
/// row-major memory and its dynamic sizes. For each array that it returns it takes
/// a place at last: memory of the caller and its bytes, where the array is made if
/// it has just these bytes; null where there is none.
mlir::LogicalResult lowerArrays(mlir::ModuleOp module, const LoweringOptions &options);

/// Cuts functions that are longer than twice `limit` ops of the lowered program
/// into functions of about that length, loops' bodies when they are ten times
/// as long, so that LLVM's time grows as their
/// number does (docs/rationale/large-functions.md).
void splitFunctions(mlir::ModuleOp module, unsigned limit);

/// Replaces scf by branches between blocks.
void lowerToBranches(mlir::ModuleOp module);

/// Replaces scf, cf, arith and func by the LLVM dialect.
mlir::LogicalResult lowerToLLVM(mlir::ModuleOp module);

/// Registers the passes `lower-arrays` and `lower-to-llvm`.
void registerLoweringPasses();

/// Registers the pass `split-functions`.
void registerSplitFunctionsPass();

} // namespace circ
