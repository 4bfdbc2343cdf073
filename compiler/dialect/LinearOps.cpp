//===- LinearOps.cpp - Verifiers of linear algebra ------------------------===//

#include "compiler/dialect/CircOps.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace circ::ir {

static RankedTensorType arrayType(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

static bool mayAgree(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

static LogicalResult verifySquare(Operation *op, Value matrix) {
  RankedTensorType type = arrayType(matrix);
  if (!type || type.getRank() != 2 || !mayAgree(type.getDimSize(0), type.getDimSize(1)))
    return op->emitOpError("needs a square matrix");
  return success();
}

/// An i64 vector with an element for each row.
static LogicalResult verifyIndicesOfRows(Operation *op, Value indices, int64_t rows) {
  RankedTensorType type = arrayType(indices);
  if (!type || type.getRank() != 1 || !type.getElementType().isInteger(64) ||
      !mayAgree(type.getDimSize(0), rows))
    return op->emitOpError("needs one i64 for each element or row");
  return success();
}

static LogicalResult verifyFactored(Operation *op, Value matrix, Value pivots) {
  if (failed(verifySquare(op, matrix)))
    return failure();
  return verifyIndicesOfRows(op, pivots, arrayType(matrix).getDimSize(0));
}

/// A vector or matrix with as many rows as the matrix, of its element type.
static LogicalResult verifyRightSide(Operation *op, Value matrix, Value right) {
  RankedTensorType type = arrayType(right), square = arrayType(matrix);
  if (!type || type.getRank() < 1 || type.getRank() > 2 ||
      type.getElementType() != square.getElementType() ||
      !mayAgree(type.getDimSize(0), square.getDimSize(0)))
    return op->emitOpError(
        "needs a right side with as many rows as the matrix, of its element type");
  return success();
}

LogicalResult MatmulOp::verify() {
  RankedTensorType left = arrayType(getLeft()), right = arrayType(getRight()),
                   type = arrayType(getResult());
  if (!left || !right || !type || left.getRank() != 2 || right.getRank() != 2 ||
      type.getRank() != 2)
    return emitOpError("multiplies matrices");
  if (left.getElementType() != right.getElementType() ||
      left.getElementType() != type.getElementType())
    return emitOpError("has one element type");
  unsigned l = getLeftTransposed(), r = getRightTransposed();
  if (!mayAgree(left.getDimSize(1 - l), right.getDimSize(r)))
    return emitOpError("sums over sizes that do not agree");
  if (!mayAgree(left.getDimSize(l), type.getDimSize(0)) ||
      !mayAgree(right.getDimSize(1 - r), type.getDimSize(1)))
    return emitOpError("has a result of another shape");
  return success();
}

static RankedTensorType indicesType(OpBuilder &builder, Value array) {
  return RankedTensorType::get(arrayType(array).getShape().take_front(), builder.getI64Type());
}

void LuOp::build(OpBuilder &builder, OperationState &state, Value matrix) {
  build(builder, state, matrix.getType(), indicesType(builder, matrix), matrix);
}

LogicalResult LuOp::verify() { return verifyFactored(*this, getMatrix(), getPivots()); }

LogicalResult LuSolveOp::verify() {
  if (failed(verifyFactored(*this, getMatrix(), getPivots())))
    return failure();
  return verifyRightSide(*this, getMatrix(), getRight());
}

LogicalResult LuLogDetOp::verify() {
  if (failed(verifyFactored(*this, getMatrix(), getPivots())))
    return failure();
  if (getType() != arrayType(getMatrix()).getElementType())
    return emitOpError("gives a scalar of the matrix' element type");
  return success();
}

LogicalResult CholeskyOp::verify() { return verifySquare(*this, getMatrix()); }

LogicalResult CholeskyAdjointOp::verify() { return verifySquare(*this, getFactor()); }

LogicalResult TriangularSolveOp::verify() {
  if (failed(verifySquare(*this, getMatrix())))
    return failure();
  return verifyRightSide(*this, getMatrix(), getRight());
}

void SortOrderOp::build(OpBuilder &builder, OperationState &state, Value array) {
  build(builder, state, indicesType(builder, array), array);
}

LogicalResult SortOrderOp::verify() {
  RankedTensorType type = arrayType(getArray());
  if (!type || type.getRank() != 1 || type.getElementType().isInteger(1))
    return emitOpError("sorts a vector of numbers");
  return verifyIndicesOfRows(*this, getOrder(), type.getDimSize(0));
}

} // namespace circ::ir
