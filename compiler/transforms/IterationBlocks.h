//===- IterationBlocks.h - Whether iterations can run in blocks -----------===//
//
// For one loop: whether its iterations can be cut into blocks that know nothing
// of one another, and what becomes of what they carry.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

#include <optional>
#include <string>

namespace circ {

class IterationBlocks {
public:
  /// What iterations do with a value that they carry.
  enum class Role {
    /// They add to it: each block has a sum of its own, from zero.
    Added,
    /// Each changes a row of its own, at the loop's index: a block has its rows.
    Row
  };

  explicit IterationBlocks(mlir::Operation *loop);

  /// Why the loop stays as it is.
  const std::optional<std::string> &obstacle() const { return found; }
  /// One for each value that an `scf.for` carries.
  llvm::ArrayRef<Role> roles() const { return carried; }
  /// What the loop reads from outside, but for bounds that are cut.
  llvm::ArrayRef<mlir::Value> captured() const { return outside.getArrayRef(); }
  /// Values inside that hold rows of the iterations of a block only.
  const llvm::DenseSet<mlir::Value> &rows() const { return ofRows; }

private:
  std::optional<std::string> problem();
  std::optional<std::string> problemOfCarried(mlir::scf::ForOp loop);
  /// Whether a block can have the rows of its iterations alone; notes the values
  /// that hold them.
  bool changesOwnRows(mlir::scf::ForOp loop, unsigned position);

  mlir::Operation *loop;
  std::optional<std::string> found;
  llvm::SmallVector<Role> carried;
  llvm::SetVector<mlir::Value> outside;
  llvm::DenseSet<mlir::Value> ofRows;
};

} // namespace circ
