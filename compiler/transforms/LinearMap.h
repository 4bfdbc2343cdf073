//===- LinearMap.h - What iterations add to shared arrays linearly --------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace circ {

/// The part of a loop of independent iterations that is a linear map, the same in each
/// iteration, of numbers of the iteration into arrays that all of them add to. Such a map
/// can be applied once, to the sums of its inputs.
class LinearMap {
public:
  /// Finds the largest part whose inputs are fewer than what it adds.
  explicit LinearMap(mlir::scf::ForOp loop);

  /// Whether there is none.
  bool empty() const { return sums.empty(); }
  mlir::scf::ForOp loop() const { return iterations; }
  /// The numbers that are mapped.
  llvm::ArrayRef<mlir::Value> inputs() const { return leaves.getArrayRef(); }
  /// The loops inside of the iteration around a number of it, outermost first: each goes
  /// from 0 in steps of 1 to a bound that all iterations share.
  llvm::SmallVector<mlir::scf::ForOp> loopsAround(mlir::Value value) const;
  /// The additions of the map: those to the shared arrays, and those to arrays of an
  /// iteration that nothing else reads.
  llvm::ArrayRef<mlir::Operation *> additions() const { return sums.getArrayRef(); }
  /// Whether an op belongs to the map or computes what it needs of all iterations' own.
  bool needs(mlir::Operation *op) const { return needed.contains(op); }
  /// Whether an array that a loop carries is one that the map adds to.
  bool carries(mlir::BlockArgument array) const { return carried.contains(array); }

private:
  /// What a number comes from.
  struct Origin {
    llvm::SetVector<mlir::Operation *> ops;   ///< of the map
    llvm::SetVector<mlir::Operation *> sums;  ///< the additions among them
    llvm::SetVector<mlir::Value> leaves;      ///< its inputs
    llvm::SetVector<mlir::Value> arrays;      ///< sums that an iteration has of its own
    llvm::SmallVector<mlir::Value> invariant; ///< factors, indices and sizes
    llvm::SmallVector<mlir::BlockArgument> carried;
    unsigned depth = 0; ///< loops around the innermost addition
  };
  /// The additions to an array, and where loops carry it.
  struct Chain {
    llvm::SmallVector<ir::AccumulateOp> sums;
    llvm::SmallVector<mlir::BlockArgument> carried;
    mlir::Operation *start = nullptr;
  };
  using Additions = llvm::MapVector<mlir::Operation *, Origin>;

  bool isInvariant(mlir::Value value);
  bool areInvariant(mlir::ValueRange values);
  void collectIndices(mlir::Value invariant, llvm::DenseSet<mlir::Value> &seen);
  bool followForward(mlir::Value array, mlir::Operation *yield, unsigned position, Chain &chain);
  bool followBack(mlir::Value array, mlir::Value stop, Chain &chain);
  bool isOwnSum(mlir::Value array, Chain &chain);
  bool trace(mlir::Value value, Origin &origin);
  bool traceOwnSum(ir::ExtractOp read, Origin &origin);
  bool canBeInput(mlir::Value value) const;
  bool pays(const Origin &origin);
  bool isReadElsewhere(mlir::Value value, const llvm::DenseSet<mlir::Operation *> &known);
  Additions collect();
  bool findThoseReadElsewhere(const Additions &found);
  void need(mlir::Operation *op);
  void needInvariant(mlir::Value value);

  mlir::scf::ForOp iterations;
  llvm::DenseMap<mlir::Value, bool> invariants;
  llvm::DenseSet<mlir::Value> readElsewhere;
  llvm::SetVector<mlir::Value> leaves;
  llvm::SetVector<mlir::Operation *> sums;
  llvm::DenseSet<mlir::Operation *> needed;
  llvm::DenseSet<mlir::Value> carried;
};

} // namespace circ
