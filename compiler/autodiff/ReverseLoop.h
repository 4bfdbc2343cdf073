//===- ReverseLoop.h - What for and while loops share ---------------------===//
#pragma once

#include "compiler/autodiff/Reverser.h"

namespace circ::autodiff {

/// A sequential loop of the primal, seen without its kind.
struct LoopParts {
  mlir::Operation *op;
  mlir::Block &body;
  mlir::ValueRange carried;      ///< the body's arguments for the loop-carried values
  mlir::ValueRange yielded;      ///< what the body ends with
  mlir::ValueRange inits;        ///< what they start from
  mlir::Value tripCount;         ///< for the backward sweep
  mlir::BlockArgument induction; ///< null for a loop without one
  /// The values of `OnlineSnapshots` that the forward sweep has left; none without.
  llvm::SmallVector<mlir::Value> snapshots = {};
};

/// The adjoints that a backward loop carries: those of the loop-carried values
/// in `slots`, then those of the values from outside in `captures`.
struct LoopAdjoints {
  llvm::SmallVector<unsigned> slots;
  llvm::SmallVector<mlir::Value> captures;
  llvm::SmallVector<mlir::Value> starts;
};

/// What the backward loop starts from; takes the adjoints of the loop's results.
LoopAdjoints startAdjoints(Reverser &r, const LoopParts &loop);
/// Reverses one iteration, whose scope is open, from these adjoints to those
/// that the next backward iteration starts from.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> reverseIteration(Reverser &r, const LoopParts &loop,
                                                                 const LoopAdjoints &adjoints,
                                                                 mlir::ValueRange state);
/// Hands the adjoints that the backward loop ended with to what the loop used.
void endAdjoints(Reverser &r, const LoopParts &loop, const LoopAdjoints &adjoints,
                 mlir::ValueRange ends);

/// Emits the backward loop of a sequential loop whose iterations have pushed.
mlir::LogicalResult reverseLoopBody(Reverser &r, const LoopParts &loop);

/// Whether a loop keeps snapshots of its state and runs again from them: it has
/// the attribute `circ.checkpoint`, whose value is the bytes that the snapshots
/// may take, or 0. (ReverseCheckpoint.cpp)
bool isCheckpointed(mlir::Operation *loop);
int64_t budgetOf(mlir::Operation *loop);
/// Emits the backward sweep of such a loop.
mlir::LogicalResult reverseCheckpointed(Reverser &r, const LoopParts &loop);

} // namespace circ::autodiff
