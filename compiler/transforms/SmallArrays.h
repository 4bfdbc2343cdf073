//===- SmallArrays.h - Arrays of a few elements ---------------------------===//
#pragma once

#include "mlir/IR/Builders.h"

namespace circ {

/// Visits all index tuples below a shape, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape,
                  llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit);

/// The indices as constants.
llvm::SmallVector<mlir::Value> constantIndices(mlir::OpBuilder &b, mlir::Location loc,
                                               llvm::ArrayRef<int64_t> indices);

/// All elements of an array of known sizes, in row-major order.
llvm::SmallVector<mlir::Value> elementsOf(mlir::OpBuilder &b, mlir::Location loc,
                                          mlir::Value array);

} // namespace circ
