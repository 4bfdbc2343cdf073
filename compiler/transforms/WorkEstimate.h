//===- WorkEstimate.h - How much work iterations are ----------------------===//
//
// In additions of numbers. What is known at run time alone, as the sizes of
// arrays, is left to the program: it computes its work itself, before the loop.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace circ {

class WorkEstimate {
public:
  /// Writes what it computes at the builder's place, which is before `loop`.
  WorkEstimate(mlir::OpBuilder &b, mlir::Operation *loop) : b(b), loop(loop) {}

  /// The work of one iteration, an f64.
  mlir::Value ofIteration();
  /// A size as an f64, at least 0.
  mlir::Value size(mlir::Value value);

  mlir::Value constant(double value);
  mlir::Value add(mlir::Value a, mlir::Value c);
  mlir::Value multiply(mlir::Value a, mlir::Value c);

private:
  mlir::Value ofBlock(mlir::Block &block);
  mlir::Value trips(mlir::Operation *op);
  mlir::Value number(mlir::Value value, unsigned depth = 0);

  mlir::OpBuilder &b;
  mlir::Operation *loop;
  llvm::DenseMap<mlir::Value, mlir::Value> indices; ///< of inner loops: their mean
};

/// Whether an iteration has loops, calls, or enough ops that blocks of them may
/// be worth a thread.
bool isWorthBlocks(mlir::Operation *loop);

/// The work of an op if all loops of unknown length make the usual number of trips:
/// to compare loops of one function.
double usualWork(mlir::Operation &op);

} // namespace circ
