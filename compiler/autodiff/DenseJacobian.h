//===- DenseJacobian.h - Derivatives made of directions -------------------===//
//
// A dense matrix of derivatives is filled direction by direction: a column of
// it is the tangent of the results along a unit tangent, a row the adjoint of
// the arguments for a unit seed.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace circ::autodiff {

/// The type of the derivative of a result by an argument: the result's
/// dimensions, then the argument's, of the argument's element type.
mlir::Type blockType(mlir::Type result, mlir::Type argument);

/// The sizes of all dimensions of a value; none of a scalar.
llvm::SmallVector<mlir::Value> sizesOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value);

/// Zero of a type that has the given sizes.
mlir::Value zeroOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type,
                   llvm::ArrayRef<mlir::Value> sizes);

/// The unit direction in the space of `like`: 1 at the indices, else 0.
mlir::Value unitOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value like,
                   mlir::ValueRange indices);

/// Loops over all index tuples below `sizes`, carrying values from iteration to
/// iteration; with no sizes the body stands alone.
using LoopBody = llvm::function_ref<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(
    mlir::ValueRange indices, mlir::ValueRange carried)>;
mlir::FailureOr<llvm::SmallVector<mlir::Value>> loopOver(mlir::OpBuilder &b, mlir::Location loc,
                                                         llvm::ArrayRef<mlir::Value> sizes,
                                                         mlir::ValueRange starts, LoopBody body);

/// Puts a scalar or array into a block at the indices `before` and `after` its
/// own.
mlir::Value storePart(mlir::OpBuilder &b, mlir::Location loc, mlir::Value block, mlir::Value part,
                      mlir::ValueRange before, mlir::ValueRange after);

} // namespace circ::autodiff
