//===- Lowering.h - From the circ dialect to the LLVM dialect -------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

/// Folds constants, merges equal ops and moves ops out of loops, in a program of `lowerArrays`.
/// `quick` leaves long straight-line code as it is.
mlir::LogicalResult simplifyLowered(mlir::ModuleOp module, bool quick);

/// Cuts functions that are longer than twice `limit` ops of the lowered program
/// into functions of about that length, loops' bodies when they are ten times
/// as long, so that LLVM's time grows as their
/// number does (docs/rationale/large-functions.md).
void splitFunctions(mlir::ModuleOp module, unsigned limit);

/// Replaces scf by branches between blocks.
void lowerToBranches(mlir::func::FuncOp function);

/// Replaces arith by the LLVM dialect where an op has the same form in both.
void lowerNumbers(mlir::func::FuncOp function);

/// Takes a function without results whose ops are all in the LLVM dialect out of its module, as a
/// function of that dialect: MLIR's conversions would look at each op again. Null, and
/// nothing is done, for other functions.
mlir::LLVM::LLVMFuncOp lowerPart(mlir::func::FuncOp part);

/// Replaces scf, cf, arith and func by the LLVM dialect.
mlir::LogicalResult lowerToLLVM(mlir::ModuleOp module);

/// Registers the passes `lower-arrays` and `lower-to-llvm`.
void registerLoweringPasses();

/// Registers the pass `split-functions`.
void registerSplitFunctionsPass();

} // namespace circ
