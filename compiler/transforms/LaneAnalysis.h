//===- LaneAnalysis.h - What differs between iterations -------------------===//
//
// For one loop of independent iterations that shall go into SIMD lanes: which
// values differ between iterations, which arrays all iterations add to, and
// what stands in the way.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <string>

namespace circ {

class LaneAnalysis {
public:
  /// Why a loop cannot be put into lanes, and where.
  struct Obstacle {
    mlir::Operation *op;
    std::string reason;
  };

  /// Whether a check that may fail stands in the way.
  enum class Checks { Matter, Ignored };

  /// `loop` is a circ.map, circ.reduce or circ.exp_sum, or an scf.for marked
  /// independent.
  explicit LaneAnalysis(mlir::Operation *loop, Checks checks = Checks::Matter);

  /// Whether a value differs between iterations.
  bool varies(mlir::Value value) const { return varying.contains(value); }
  /// Whether an array is one that all iterations add to, or fill, each at its own
  /// places.
  bool isShared(mlir::Value value) const { return shared.contains(value); }
  /// Whether iterations access of what they carry only elements of their own: the
  /// loop is one that `fuse-elementwise` or `sink-directions` has made.
  bool hasColumns() const {
    return loop->hasAttr("circ.elementwise") || loop->hasAttr("circ.columns");
  }
  /// Whether a value is the number of an iteration, or stands as far behind a
  /// number from outside as the iteration behind the first.
  bool countsIterations(mlir::Value value) const;
  /// Whether an op or what is inside it has to do with what differs.
  bool isTouched(mlir::Operation *op) const;
  /// Whether a branch that differs computes numbers from numbers alone: both
  /// sides can be computed and one chosen.
  static bool isChoice(mlir::scf::IfOp branch);
  /// Whether a read is of the iteration's own row of an array, again and again by
  /// inner loops: the rows are put in lanes ahead of those.
  bool readsPackedRow(ir::ExtractOp op) const;
  /// The array from outside of a branch that one side of it adds to.
  mlir::Value addedTo(mlir::Value yielded, mlir::Block *side) const;
  const std::optional<Obstacle> &obstacle() const { return found; }

  mlir::Operation *loop;
  mlir::Block &body;
  /// The index that becomes the lanes: the last one of a map.
  mlir::Value index;

private:
  bool propagate(mlir::Operation *op);
  /// Whether an op stands in a branch that differs between iterations.
  bool isMasked(mlir::Operation *op) const;
  /// What stands in the way of an op in such a branch.
  std::optional<std::string> problemUnderMask(mlir::Operation *op) const;
  bool mark(mlir::Value value);
  bool share(mlir::Value value);
  std::optional<std::string> problem(mlir::Operation *op) const;

  Checks checks;
  llvm::DenseSet<mlir::Value> varying, shared;
  std::optional<Obstacle> found;
};

} // namespace circ
