//===- ColumnEmitter.h - What differs between directions ------------------===//
//
// The parts of `sink-directions`: which values differ between the directions of a
// Jacobian, and ops of one direction on arrays with a column for each.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace circ {

/// What a value of each direction is as one array: the direction is the last index.
mlir::RankedTensorType withColumns(mlir::Type type, int64_t columns);

/// The size of the last dimension.
int64_t columnsOf(mlir::Value array);

/// The values in the body of a loop over directions that depend on the direction.
class VaryingValues {
public:
  explicit VaryingValues(mlir::scf::ForOp directions);

  bool contains(mlir::Value value) const { return varying.contains(value); }
  /// Whether an op or what is inside it has to do with the direction.
  bool isTouched(mlir::Operation *op) const;
  /// Whether an op is a loop, map or branch that all directions have in common, with
  /// work in it that they share or results that others read by columns.
  bool isSinkable(mlir::Operation *op) const;
  /// Whether a map has many iterations, or as many as is not known.
  static bool isLong(ir::MapOp map);
  /// Whether the direction is compared, or says where a column of a result is, and nothing
  /// else: then there may be more columns than directions.
  bool onlyComparesDirection();

private:
  bool mark(mlir::Value value) { return varying.insert(value).second; }
  bool propagate(mlir::Operation *op);
  bool isCommon(mlir::ValueRange values) const;
  bool sharesWork(mlir::Operation *op) const;

  mlir::scf::ForOp directions;
  llvm::DenseSet<mlir::Value> varying;
};

/// Tells whether an op copies all elements of an array to the columns of the current
/// direction in another: loops over leading dimensions, elements of the others one by one.
class ColumnCopy {
public:
  ColumnCopy(mlir::Operation *op, mlir::Value direction);
  bool isComplete() const { return complete; }
  mlir::Value from() const { return source; }
  mlir::Value into() const { return target; }

private:
  bool visit(mlir::Block &block, mlir::Value state, mlir::Value end);
  bool visitLoop(mlir::scf::ForOp loop);
  bool coversAll();

  mlir::Value direction, source, target;
  llvm::SmallVector<mlir::scf::ForOp> loops;
  llvm::SmallVector<llvm::SmallVector<int64_t>> places;
  bool complete;
};

/// Emits ops of one direction.
class ColumnEmitter {
public:
  /// `common` holds copies of what all directions share.
  ColumnEmitter(mlir::OpBuilder &b, mlir::Value direction, const mlir::IRMapping &common)
      : b(b), direction(direction), values(common) {}

  void set(mlir::Value original, mlir::Value emitted) { values.map(original, emitted); }
  /// States that a value is in the columns of an array.
  void setColumn(mlir::Value original, mlir::Value array);
  /// The array in whose columns a value is; null if it is in none.
  mlir::Value columns(mlir::Value original) const { return inColumns.lookup(original); }
  /// Emits an op; false if it does with arrays with columns what it cannot.
  bool emit(mlir::Operation *op);
  /// Puts a value in the column of an array, at places that begin with `indices`.
  mlir::Value put(mlir::Value original, mlir::Value array, llvm::ArrayRef<mlir::Value> indices);

private:
  mlir::Value value(mlir::Value original);
  llvm::SmallVector<mlir::Value> place(mlir::ValueRange indices, mlir::Value array);
  bool emitBlock(mlir::Block &from);
  bool emitFor(mlir::scf::ForOp loop);
  bool emitIf(mlir::scf::IfOp branch);
  bool emitOther(mlir::Operation *op);

  mlir::OpBuilder &b;
  mlir::Value direction;
  mlir::IRMapping values;
  llvm::DenseMap<mlir::Value, mlir::Value> inColumns;
};

} // namespace circ
