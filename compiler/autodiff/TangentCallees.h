//===- TangentCallees.h - Tangent functions of called circuits ------------===//
//
// A call is forwarded through one function of the callee: `@g.tangent.M` takes
// the primal arguments, then the tangents of the active real ones, and returns
// the primal results, then the tangents of the real ones. M is the set of
// active arguments as a string of 0 and 1. Recursion needs no more than that.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/autodiff/Forwarder.h"
#include "compiler/autodiff/FunctionTable.h"

namespace circ::autodiff {

/// Makes each callee's tangent function once.
class TangentCallees {
public:
  explicit TangentCallees(mlir::ModuleOp module) : functions(module) {}
  mlir::FailureOr<mlir::func::FuncOp> get(mlir::func::FuncOp callee, const llvm::BitVector &active);
  /// Makes the tangent function under another name.
  mlir::FailureOr<mlir::func::FuncOp> make(mlir::func::FuncOp callee, const llvm::BitVector &active,
                                           llvm::StringRef name);
  /// The circuit that is called.
  mlir::func::FuncOp calleeOf(mlir::func::CallOp call) const { return functions.calleeOf(call); }
  mlir::ModuleOp getModule() const { return functions.getModule(); }

private:
  mlir::LogicalResult fill(mlir::func::FuncOp callee, const llvm::BitVector &active,
                           mlir::func::FuncOp tangent);

  FunctionTable functions;
};

} // namespace circ::autodiff
