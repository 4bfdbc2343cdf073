//===- Forwarder.h - The state of one forward transformation --------------===//
//
// The forward transformation copies the primal op by op; beside the copy of an
// op with an active result it emits the tangent, the derivative of the result
// along the tangents of the operands. A value without a tangent has tangent
// zero, so that what does not depend on a wanted argument gets no code.
//
// Derivative programs are programs too: what is pushed on a tape that may hold
// active values is followed by its tangent, and popped after it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/autodiff/Activity.h"
#include "compiler/dialect/CircOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace circ::autodiff {

class Forwarder;
class TangentCallees;

/// Emits an op's copy and the tangents of its results. Fails after emitting a
/// located error.
using ForwardRule = mlir::LogicalResult (*)(Forwarder &, mlir::Operation *);

/// The rule for an op, or null. Gates share one rule.
ForwardRule findForwardRule(mlir::Operation *op);

class Forwarder {
public:
  Forwarder(mlir::OpBuilder &builder, const Activity &activity, TangentCallees &callees)
      : b(builder), activity(activity), callees(callees) {}

  mlir::OpBuilder &b;
  const Activity &activity;
  TangentCallees &callees;
  /// Primal value to its copy.
  mlir::IRMapping copies;

  /// A block whose ops are copied already, elsewhere: what of it needs no tangent
  /// is used from there. Tapes and schedules are used up, so what
  /// works on them is not.
  mlir::Block *hoisted = nullptr;

  /// Forwards the ops of a primal block but its terminator.
  mlir::LogicalResult forwardBlock(mlir::Block &primal);
  /// Copies the op as it is.
  void copy(mlir::Operation *op);
  /// Copies the ops of the body of a reduction into the body of another one,
  /// without what it prints when that one is not the first.
  void copyBody(mlir::Operation *op, mlir::Block &into, bool quiet);

  /// The copy of a primal value.
  mlir::Value primal(mlir::Value value) const { return copies.lookup(value); }
  llvm::SmallVector<mlir::Value> primals(mlir::ValueRange values) const;

  /// The tangent, or null for zero.
  mlir::Value tangent(mlir::Value value) const { return tangents.lookup(value); }
  mlir::Value tangentOrZero(mlir::Value value);
  /// Null erases it.
  void setTangent(mlir::Value value, mlir::Value tangent);
  /// The sum of two tangents, either of which may be null.
  mlir::Value sum(mlir::Location loc, mlir::Value left, mlir::Value right);
  /// Zero of the type and shape of a primal value, whose copy exists.
  mlir::Value zeroLike(mlir::Value value);

  /// Positions at which a construct carries tangents: those of active values
  /// in `inside` (block arguments) or `outside` (results).
  llvm::SmallVector<unsigned> activeSlots(mlir::ValueRange inside, mlir::ValueRange outside) const;
  /// The copies of `values`, then the tangents of those at `slots`.
  llvm::SmallVector<mlir::Value> withTangents(mlir::ValueRange values,
                                              llvm::ArrayRef<unsigned> slots);
  /// The types of `values`, then those at `slots` again.
  llvm::SmallVector<mlir::Type> typesWithTangents(mlir::ValueRange values,
                                                  llvm::ArrayRef<unsigned> slots) const;
  /// Says that `made`, laid out as by `withTangents`, stands for `values`.
  void define(mlir::ValueRange values, llvm::ArrayRef<unsigned> slots, mlir::ValueRange made);

private:
  /// Whether the op has an active result, or hands tangents to a tape.
  bool needsRule(mlir::Operation *op) const;
  /// Whether a copy that was made before serves.
  bool isHoisted(mlir::Operation *op) const;

  llvm::DenseMap<mlir::Value, mlir::Value> tangents;
};

} // namespace circ::autodiff
