//===- LinearFormulas.h - What the matrix rules are made of ---------------===//
//
// Differentiable ops at the builder's place, for vectors and matrices.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/IR/Builders.h"

namespace circ::autodiff {

/// A map of a type over all elements; `body` gets the indices.
mlir::Value mapElements(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type,
                        llvm::ArrayRef<mlir::Value> sizes,
                        llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
/// The size of a dimension, a constant where the type says it.
mlir::Value sizeOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value array, unsigned dimension);

/// `array` times a scalar.
mlir::Value scaled(mlir::OpBuilder &b, mlir::Location loc, mlir::Value array, mlir::Value factor);
mlir::Value negated(mlir::OpBuilder &b, mlir::Location loc, mlir::Value array);
/// `left` - `right`, of the type of `left`.
mlir::Value difference(mlir::OpBuilder &b, mlir::Location loc, mlir::Value left, mlir::Value right);
/// `left` - 2 `right`, of the type of `left`.
mlir::Value differenceOfTwice(mlir::OpBuilder &b, mlir::Location loc, mlir::Value left,
                              mlir::Value right);
/// op(matrix) x for a vector or a matrix x; of x's type.
mlir::Value product(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix, bool transposed,
                    mlir::Value x);
/// x y^T, of a matrix type, for two vectors or two matrices.
mlir::Value outerProduct(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, mlir::Value x,
                         mlir::Value y);
/// The sum of the products of the elements of two matrices.
mlir::Value innerProduct(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y);
/// The lower triangle, its diagonal times a number, zeros above.
mlir::Value lowerTriangle(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix,
                          double diagonalFactor = 1);
/// (matrix + matrix^T) / 2.
mlir::Value symmetricPart(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix);
mlir::Value transposed(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix);
/// The change of l in `cholesky(a)` for a change of a that is symmetric.
struct CholeskyTangent {
  mlir::Value half;   ///< l^-1 da
  mlir::Value middle; ///< The lower triangle of l^-1 da l^-T with half its diagonal.
  mlir::Value result; ///< dl = l middle
};
CholeskyTangent choleskyTangent(mlir::OpBuilder &b, mlir::Location loc, mlir::Value l,
                                mlir::Value change);
/// The identity of a matrix' type and size.
mlir::Value identityLike(mlir::OpBuilder &b, mlir::Location loc, mlir::Value matrix);

} // namespace circ::autodiff
