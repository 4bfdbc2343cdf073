//===- Recurrence.h - What the iterations of a loop wait for --------------===//
//
// A loop that carries numbers can be no faster than the longest chain of
// operations from a number that an iteration is given to one that it hands on,
// and from there back to the first: its recurrence. All else waits for nobody:
// a processor computes it beside the chain of the next iterations.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"

namespace circ {

/// The cycles of one iteration, estimated.
struct IterationTime {
  double chain = 0; ///< of the recurrence, until the next iteration has what it waits for
  double work = 0;  ///< of all operations, were none to wait
  /// Both together: the longer one, and a part of what the other takes from it.
  double total() const;
};

/// The cycles until a gate's result is there.
double latencyOf(mlir::Operation *op);

/// The values that ops use, those of the regions inside included.
void forEachUsed(mlir::Operation *op, llvm::function_ref<void(mlir::Value)> visit);

/// The numbers that wait for one another around a loop, on the longest of its chains.
class Recurrence {
public:
  /// Looks at a loop with at most 64 carried values; there is none in others.
  explicit Recurrence(mlir::scf::ForOp loop);

  const IterationTime &time() const { return cycles; }

  /// Whether a value of the body is on the chain: it waits for a carried number of the
  /// recurrence, and one of the next iteration waits for it.
  bool isOnChain(mlir::Value value) const;

  /// The carried numbers by their places.
  llvm::ArrayRef<unsigned> places() const { return members; }

private:
  uint64_t sourcesOf(mlir::Value value) const { return sources.lookup(value); }
  void findSources(mlir::scf::ForOp loop);
  double chainOf(mlir::scf::ForOp loop, uint64_t component) const;

  llvm::DenseMap<mlir::Value, uint64_t> sources; ///< the carried values that one waits for
  llvm::DenseMap<mlir::Value, uint64_t> targets; ///< those of the next iteration that wait for it
  uint64_t component = 0;
  llvm::SmallVector<unsigned> members;
  IterationTime cycles;
};

} // namespace circ
