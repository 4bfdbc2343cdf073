//===- KeptValues.h - What to keep and what to compute again --------------===//
//
// The backward sweep of a loop body needs some of the body's values. Each of them is
// either kept on a tape or computed again from others, down to what is at hand
// there. What costs least is a minimum cut in the body's graph of definitions and
// uses (as A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. 2008,
// ch. 12, state the trade-off; the cut is that of rematerialization in compilers):
// a value is split in two nodes, "computed again" and "there"; the edge between
// them costs what keeping costs, and to compute an op again costs an edge from the
// source.
//
// Costs are in additions, as in the gate table. Memory is dear: 8 bytes kept cost
// as much as `keptWord` additions, more than a call of exp, log or sin. So a value
// that is one such gate, or a chain of cheap ones, away from what is kept or at
// hand is computed again. A dimension whose size is not known counts as
// `unknownSize`. Calls, loops, and matrix ops of cubic cost are never run again.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Block.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SetVector.h"

namespace circ::autodiff {

inline constexpr int64_t keptWord = 30;
inline constexpr int64_t unknownSize = 32;

/// Which of a block's values to keep, so that those `needed` can be had from them and
/// from what is `atHand` (what stands outside of the block always is); in the order of
/// their definition.
llvm::SmallVector<mlir::Value> chooseKept(mlir::Block &block, llvm::ArrayRef<mlir::Value> needed,
                                          llvm::function_ref<bool(mlir::Value)> atHand);

} // namespace circ::autodiff
