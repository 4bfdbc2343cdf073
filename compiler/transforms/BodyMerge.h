//===- BodyMerge.h - What two loops over the same iterations share --------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace circ {

/// Copies the body of a reduction to the start of the body of a loop over the
/// same iterations, and lets the copies stand for what is equal in the loop.
class BodyMerge {
public:
  BodyMerge(mlir::Block &from, mlir::scf::ForOp loop) : from(from), loop(loop) {}

  /// False, with nothing changed, if no op with a loop of its own is equal.
  bool run();
  /// What the copied body yields.
  mlir::Value term() const { return copiedTerm; }
  /// Erases the copies that nothing uses. They repeat what has been done once
  /// without an error.
  void eraseUnused();

private:
  void copyBody();
  bool mergeEqual(mlir::Operation *first);
  void undo();

  mlir::Block &from;
  mlir::scf::ForOp loop;
  mlir::Value copiedTerm;
  llvm::SmallVector<mlir::Operation *> copies;
  llvm::SmallVector<mlir::Operation *> merged; ///< ops of the loop that copies stand for
  /// Uses of their results, with what they used: two of them may share a copy.
  llvm::SmallVector<std::pair<mlir::OpOperand *, mlir::Value>> replaced;
};

} // namespace circ
