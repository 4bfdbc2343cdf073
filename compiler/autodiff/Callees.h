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

#include "compiler/autodiff/FunctionTable.h"
#include "llvm/ADT/BitVector.h"

namespace circ::autodiff {

struct CalleeSweeps {
  mlir::func::FuncOp forward;
  mlir::func::FuncOp backward;
};

/// Makes each callee's pair once.
class CalleeCache {
public:
  explicit CalleeCache(mlir::ModuleOp module) : functions(module) {}
  mlir::FailureOr<CalleeSweeps> get(mlir::func::FuncOp callee, const llvm::BitVector &varied);
  /// The circuit that is called.
  mlir::func::FuncOp calleeOf(mlir::func::CallOp call) const { return functions.calleeOf(call); }

private:
  mlir::LogicalResult fill(mlir::func::FuncOp callee, const llvm::BitVector &varied,
                           CalleeSweeps sweeps);

  FunctionTable functions;
};

} // namespace circ::autodiff
