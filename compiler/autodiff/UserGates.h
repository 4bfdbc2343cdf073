//===- UserGates.h - Gates that state their own derivative ----------------===//
//
// The function of such a gate has the attribute `circ.gate_backward`, the name of
// the function that gives the adjoints of its differentiable arguments, and
// may have `circ.gate_tangent`, which gives the tangent of its result. Calls of the
// gate are differentiated by these, never through its body.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/autodiff/Activity.h"

namespace circ::autodiff {

/// Whether a function states its own derivative.
bool isUserGate(mlir::func::FuncOp function);
/// The function that `circ.gate_backward` or `circ.gate_tangent` names; null without it.
mlir::func::FuncOp gateRule(mlir::func::FuncOp gate, llvm::StringRef attribute);
/// Whether a rule takes the gate's value after its arguments; `given` is how
/// many adjoints or tangents it takes at its end.
bool takesResult(mlir::func::FuncOp gate, mlir::func::FuncOp rule, unsigned given);
/// Fails, with an error, when an active value is given to a `const` parameter.
mlir::LogicalResult requireNoActiveConstants(mlir::func::CallOp call, mlir::func::FuncOp gate,
                                             const Activity &activity);
/// A copy of a function to be differentiated, with products as loops and both
/// sides of each branch; of a gate, a function that calls it, so that its own
/// rules are used.
mlir::OwningOpRef<mlir::func::FuncOp> differentiableCopy(mlir::func::FuncOp function);

} // namespace circ::autodiff
