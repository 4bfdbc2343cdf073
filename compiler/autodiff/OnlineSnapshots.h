//===- OnlineSnapshots.h - Snapshots of a loop that may end any time ------===//
//
// A loop of unknown length keeps a snapshot of its state every `spacing` iterations, from
// the first on, in arrays with a row for each snapshot. When all rows are full, every second
// snapshot gives way and the spacing doubles: so at any time the snapshots are evenly
// spaced, at least half of the rows are in use, and a loop of t iterations has been copied
// about log2(t / rows) times. A. Walther and A. Griewank's binomial schedule needs the
// length; P. Stumm and A. Walther, "New algorithms for optimal online checkpointing", SIAM J.
// Sci. Comput. 32(2), 2010, and the thinning here do not.
//
// All of it is made of ordinary operations, so that it is differentiated as any program.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace circ::autodiff {

/// The values that the loop carries for its snapshots.
struct OnlineSnapshots {
  mlir::Value filled;                    ///< how many there are
  mlir::Value spacing;                   ///< iterations between two
  mlir::Value due;                       ///< before which iteration the next is kept
  llvm::SmallVector<mlir::Value> arrays; ///< one for each value of the state

  static OnlineSnapshots from(mlir::ValueRange values);
  llvm::SmallVector<mlir::Value> values() const;
  /// How many values of a loop they are.
  static size_t count(size_t stateCount) { return 3 + stateCount; }
};

/// Whether all values are numbers or arrays, of which rows can be kept.
bool canKeepOnline(mlir::ValueRange state);
/// Half the number of rows, for snapshots of `bytes` in half of a budget; 0 is none.
mlir::Value halfOfRows(mlir::OpBuilder &b, mlir::Location loc, mlir::Value bytes, int64_t budget);
/// No snapshots yet.
OnlineSnapshots startSnapshots(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange state,
                               mlir::Value half);
/// The snapshots after the state before iteration `at` was kept, if that is due.
OnlineSnapshots keepSnapshot(mlir::OpBuilder &b, mlir::Location loc, const OnlineSnapshots &old,
                             mlir::ValueRange state, mlir::Value at, mlir::Value half);
/// The state of one snapshot; `like` are values of the same types and sizes.
llvm::SmallVector<mlir::Value> snapshot(mlir::OpBuilder &b, mlir::Location loc,
                                        const OnlineSnapshots &kept, mlir::Value which,
                                        mlir::ValueRange like);
/// The size of a snapshot in bytes.
mlir::Value snapshotBytes(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange state);

} // namespace circ::autodiff
