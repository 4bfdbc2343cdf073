//===- Linearity.h - Whether a function is provably linear ----------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Support/LogicalResult.h"
#include "llvm/ADT/BitVector.h"

namespace circ::autodiff {

/// Succeeds when the real results of a function are linear in the given
/// arguments together, as far as its ops tell; else emits an error at the first
/// op that is in the way. `what` begins the message.
mlir::LogicalResult requireLinear(mlir::func::FuncOp function, const llvm::BitVector &arguments,
                                  llvm::StringRef what);

} // namespace circ::autodiff
