//===- ElementLoop.h - Loops that go through arrays element by element ----===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

namespace circ {

/// A loop whose iteration `index` reads and writes of the arrays that it makes only
/// elements with `index` in the last place, and adds to the numbers that it carries: a
/// circ.map of one dimension, a sum, or an scf.for, also one that counts down.
/// Iterations have nothing to do with one another, in whatever order they come.
struct ElementLoop {
  mlir::Operation *op;
  mlir::Block *body;
  mlir::Value extent; ///< indices are those from 0 below it
  mlir::Value index;  ///< in a loop that counts down computed in the body

  static std::optional<ElementLoop> of(mlir::Operation *op);

  /// Arrays and numbers that the loop starts from and carries, and what iterations
  /// hand on. A map and a sum carry nothing and yield one value.
  mlir::ValueRange inits() const;
  mlir::ValueRange carried() const;
  mlir::ValueRange yielded() const;

  bool isInside(mlir::Value value) const { return value.getParentBlock() == body; }
  /// Whether the last index is the loop's and the others do not change in it.
  bool isColumn(mlir::ValueRange indices) const;

private:
  bool isPlain() const;
  bool carriesColumns() const;
};

/// Whether two tuples of indices without the last are different whatever they are
/// computed from; whether they are the same.
bool areDifferent(mlir::ValueRange one, mlir::ValueRange other);
bool areSame(mlir::ValueRange one, mlir::ValueRange other);

} // namespace circ
