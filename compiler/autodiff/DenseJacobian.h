//===- DenseJacobian.h - Derivatives made of directions -------------------===//
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace circ::autodiff {

/// Zero of a scalar or array type with the sizes of `like`, but for one element
/// of an array, at `indices`, which is 1; with no indices a scalar 1.
mlir::Value unitLike(mlir::OpBuilder &b, mlir::Location loc, mlir::Value like,
                     mlir::ValueRange indices);

/// Stacks what `emitDirection` makes for each unit direction of `like`: for a
/// scalar that value itself, else a map over the elements of `like`.
mlir::Value mapOverDirections(mlir::OpBuilder &b, mlir::Location loc, mlir::Value like,
                              llvm::function_ref<mlir::Value(mlir::Value unit)> emitDirection);

} // namespace circ::autodiff
