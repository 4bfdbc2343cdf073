//===- AdditionChain.h - Sums that iterations add to ----------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace circ {

/// Follows a number or an array that iterations carry, through all that is added
/// to it.
class AdditionChain {
public:
  /// Whether `end` is `start` plus something that does not depend on it, and
  /// nothing else in the iteration reads the sum so far.
  bool isOnlyAddedTo(mlir::Value start, mlir::OpOperand &end);

private:
  bool adds(mlir::Value value, mlir::Value start);
  void follow(mlir::Value value, mlir::Value start);

  llvm::DenseMap<std::pair<mlir::Value, mlir::Value>, bool> answers;
  llvm::DenseSet<mlir::Value> values;
  llvm::DenseSet<mlir::OpOperand *> links;
};

} // namespace circ
