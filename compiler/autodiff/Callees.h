//===- Callees.h - Forward and backward functions of called circuits ------===//
//
// A call is reversed through two functions of the callee: `@g.forward.M`
// computes the results and pushes on the tape it is given, `@g.backward.M`
// takes the primal arguments, the adjoints of the real results and the tape,
// and returns the adjoints of the varied arguments (for a tape among the primal
// arguments it takes the adjoint tape). M is the set of varied
// arguments as a string of 0 and 1. Recursion needs no more than that.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"

namespace circ::autodiff {

struct CalleeSweeps {
  mlir::func::FuncOp forward;
  mlir::func::FuncOp backward;
};

/// Makes each callee's pair once.
class CalleeCache {
public:
  explicit CalleeCache(mlir::ModuleOp module) : module(module) {}
  mlir::FailureOr<CalleeSweeps> get(mlir::func::FuncOp callee, const llvm::BitVector &varied);
  mlir::ModuleOp getModule() const { return module; }

private:
  mlir::LogicalResult fill(mlir::func::FuncOp callee, const llvm::BitVector &varied,
                           CalleeSweeps sweeps);

  mlir::ModuleOp module;
};

} // namespace circ::autodiff
