//===- BlockCutter.h - A long block to parts ------------------------------===//
//
// A long block is cut into segments, and each becomes a function of its own, a
// part. What a part reads from outside the block is its arguments; what the
// segments of a block hand to one another goes through memory, the block's
// frame: hundreds of arguments and results would cost LLVM more than the cut saves.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace circ::lowering {

/// Whether an op belongs to no part: constants are copied to where they are used, and stack
/// memory ends with the function that allocates it.
bool isPinned(mlir::Operation *op);

/// An operand that another op of the same list computes. The user is the op of the list that
/// reads it or holds what reads it.
struct Use {
  mlir::OpOperand *operand;
  size_t user, definition;
};

/// Ops that follow one another in a block, those at [begin, end) of a list.
struct Segment {
  size_t begin, end;
  /// Whether a pointer goes from here to another segment.
  bool sharesPointers = false;
};

/// Cuts one block. The block's ops but for pinned ones are in a list, and weigh what they
/// hold: the number of ops within, and one. `weights` has those that hold others.
class BlockCutter {
public:
  BlockCutter(mlir::func::FuncOp function, mlir::Block &block, unsigned limit,
              const llvm::DenseMap<mlir::Operation *, unsigned> &weights);

  /// Cuts; the number of parts that were made. Their names count from `first`.
  unsigned run(unsigned first);

private:
  void findUses();
  void chooseSegments();
  void useFrame();
  void storeWhereMade();
  void loadWhereUsed();
  bool isPassed(const Use &use) const { return segmentOf[use.user] != segmentOf[use.definition]; }
  mlir::Value address(mlir::OpBuilder &b, mlir::Location loc, size_t slot);
  void outline(Segment &segment, mlir::Operation *from, mlir::Operation *to, unsigned number);

  mlir::func::FuncOp function;
  mlir::Block &block;
  unsigned limit;
  const llvm::DenseMap<mlir::Operation *, unsigned> &weights;
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::SmallVector<Use> uses; ///< in the order of the users
  llvm::SmallVector<Segment> segments;
  /// The segment of each op in the list; behind them the terminator's.
  llvm::SmallVector<size_t> segmentOf;
  mlir::Value frame;
  int64_t frameBytes = 0;
  llvm::DenseMap<mlir::Value, int64_t> slots; ///< of the values that are passed, in the frame
};

} // namespace circ::lowering
