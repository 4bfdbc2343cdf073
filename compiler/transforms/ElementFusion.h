//===- ElementFusion.h - One loop of several element by element -----------===//
#pragma once

#include "compiler/transforms/ElementLoop.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <vector>

namespace circ {

/// Loops over one range, in order, which become one loop in the place of the last.
class ElementFusion {
public:
  explicit ElementFusion(const ElementLoop &first) { add(first); }

  /// Whether the values of `loop` can be computed in the same iterations. Says
  /// nothing about the ops between the loops.
  bool admits(const ElementLoop &loop) const;
  void add(const ElementLoop &loop);

  llvm::ArrayRef<ElementLoop> loops() const { return members; }
  bool isMember(mlir::Operation *op) const { return ops.contains(op); }
  /// Whether a use is in one of the loops.
  bool isInside(mlir::Operation *user) const;
  /// Arrays from outside that iterations read.
  const llvm::DenseSet<mlir::Value> &readArrays() const { return read; }

  /// Makes the loop and erases those it is made of.
  void emit();

private:
  /// An array in all its versions from loop to loop.
  struct Root {
    mlir::Value init; ///< null for a map
    mlir::Value last; ///< the result of the last loop that changes it
    mlir::RankedTensorType type;
    llvm::SmallVector<mlir::ValueRange> columns; ///< leading indices of all accesses
    mlir::BlockArgument slot; ///< in the loop that is made, if somebody uses `last`
    bool isChanged = false;
  };
  /// What is known of a version's elements in this iteration, by leading indices.
  struct Column {
    mlir::ValueRange leading;
    mlir::Value value; ///< the element; null where it is the initial one and
    mlir::Value added; ///< this
  };
  using Columns = llvm::SmallVector<Column, 2>;

  bool agrees(const Root &root, mlir::ValueRange leading) const;
  bool mayStartFrom(mlir::Value init, const ElementLoop &loop) const;
  bool readsColumns(const ElementLoop &loop, mlir::Value array) const;
  bool columnsAgree(const ElementLoop &loop) const;
  const Root *rootStartingFrom(mlir::Value init) const;

  void emitBody(const ElementLoop &loop);
  mlir::Value readElement(ir::ExtractOp op);
  mlir::Value initial(Root &root, mlir::ValueRange leading, mlir::Location loc);
  void change(mlir::Operation *op);
  mlir::Value store(Root &root);
  llvm::SmallVector<Root *> chooseSlots(llvm::SmallVector<mlir::Value> &inits);
  llvm::SmallVector<mlir::OpResult> chooseSums(llvm::SmallVector<mlir::Value> &inits);

  llvm::SmallVector<ElementLoop> members;
  llvm::DenseSet<mlir::Operation *> ops;
  llvm::DenseSet<mlir::Value> read;
  std::vector<Root> roots;
  /// The root of each version: results, what loops carry, updates.
  llvm::DenseMap<mlir::Value, unsigned> rootOf;

  // While the loop is made.
  std::optional<mlir::OpBuilder> b;
  mlir::scf::ForOp made;
  mlir::IRMapping map;
  llvm::DenseMap<mlir::Value, Columns> versions;
  llvm::SmallVector<std::pair<unsigned, Column>> loaded;
};

} // namespace circ
