//===- BufferPlan.h - Which updates happen in place -----------------------===//
//
// Arrays are values; this analysis finds the updates that may overwrite the
// memory of the array they update, because nobody reads the old value after.
//
// Values that may share memory form a class. A class is borrowed when it holds
// a function argument: its memory belongs to the caller. An update of a value
// in place is in conflict when a value of its class that exists before it is
//   - used after it in program order, or
//   - defined outside a loop that contains the update and used in that loop.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace circ::lowering {

class BufferPlan {
public:
  explicit BufferPlan(mlir::func::FuncOp function);

  /// Whether an update (`insert`, `accumulate`, `add_arrays`) overwrites this
  /// operand's memory.
  bool inPlace(mlir::OpOperand &operand) const { return overwritten.contains(&operand); }
  /// Whether a loop's carried array starts in its initial value's memory.
  bool adopts(mlir::OpOperand &init) const { return overwritten.contains(&init); }
  /// Whether two arrays may share memory.
  bool mayShare(mlir::Value a, mlir::Value b) const { return classOf(a) == classOf(b); }

private:
  using Class = unsigned;

  void joinEither(mlir::Value value, mlir::Value one, mlir::Value other);
  void visitBlock(mlir::Block &block);
  void visit(mlir::Operation *op);
  void update(mlir::Operation *op, llvm::ArrayRef<mlir::OpOperand *> candidates);
  void enterLoop(mlir::Operation *op, llvm::MutableArrayRef<mlir::OpOperand> inits,
                 llvm::ArrayRef<mlir::ValueRange> slots);
  bool conflicts(mlir::OpOperand &operand);
  bool conflicts(mlir::Operation *op, mlir::Value member);
  Class classOf(mlir::Value value) const;
  Class newClass(mlir::Value value, bool borrowed);
  void join(mlir::Value value, Class into);
  void merge(Class a, Class b);

  struct Members {
    llvm::SmallVector<mlir::Value> values;
    bool borrowed = false;
  };
  llvm::DenseMap<mlir::Value, Class> classes;
  mutable llvm::SmallVector<Class> parents;
  llvm::SmallVector<Members> members;
  llvm::DenseSet<mlir::OpOperand *> overwritten;
};

} // namespace circ::lowering
