//===- Autodiff.h - Derivative programs of circuits -----------------------===//
//
// Source transformations on the circ dialect, before buffers exist. A
// derivative program is a new function in the same module; the primal function
// stays as it is.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LogicalResult.h"

#include <vector>

namespace circ {

/// What `buildGradient` shall make.
struct GradientRequest {
  /// The primal function.
  mlir::func::FuncOp function;
  /// The result that is differentiated; it must be a real scalar.
  unsigned result = 0;
  /// Arguments of real type whose gradient is wanted, in the order wanted.
  std::vector<unsigned> withRespectTo;
  /// Name of the new function, e.g. "f.grad".
  std::string name;
};

/// What `buildGradient` made.
struct Gradient {
  /// Has the arguments of the primal; its results are the primal's results,
  /// then one gradient for each wanted argument, of the argument's type.
  mlir::func::FuncOp function;
  /// The wanted arguments (positions in `withRespectTo`) on which the result
  /// does not depend, so that their gradient is zero everywhere.
  std::vector<unsigned> identicallyZero;
};

/// Writes the reverse-mode adjoint program of a function. Fails with a located
/// error on an op that has no derivative rule; never leaves a gradient out.
mlir::FailureOr<Gradient> buildGradient(const GradientRequest &request);

/// The same by forward mode: one evaluation of the tangent program for each
/// element of the wanted arguments. Right for few inputs, and as a check.
mlir::FailureOr<Gradient> buildForwardGradient(const GradientRequest &request);

/// What `buildJvp` shall make.
struct JvpRequest {
  /// The primal function.
  mlir::func::FuncOp function;
  /// Arguments of real type that get a tangent, in ascending order; the others
  /// have tangent zero.
  std::vector<unsigned> withRespectTo;
  /// Name of the new function, e.g. "f.jvp".
  std::string name;
};

/// Writes the forward-mode tangent program of a function, its Jacobian-vector
/// product. The new private function has the arguments of the primal, then one
/// tangent for each wanted argument, of the argument's type; its results are
/// the primal's results, then one tangent for each result of real type. Fails
/// with a located error on an op that has no derivative rule.
mlir::FailureOr<mlir::func::FuncOp> buildJvp(const JvpRequest &request);

/// What `buildVjp` shall make.
struct VjpRequest {
  /// The primal function.
  mlir::func::FuncOp function;
  /// Arguments of real type whose adjoint is wanted, in the order wanted.
  std::vector<unsigned> withRespectTo;
  /// Name of the new function, e.g. "f.vjp".
  std::string name;
};

/// Writes the vector-Jacobian product of a function. Its arguments are those of
/// the primal, then the adjoint of each real result; its results are those of
/// the primal, then the adjoint of each wanted argument. Fails as
/// `buildGradient` does.
mlir::FailureOr<mlir::func::FuncOp> buildVjp(const VjpRequest &request);

/// The results of a function that carry derivatives: those of real type.
std::vector<unsigned> realResults(mlir::func::FuncOp function);

/// Writes the dependence program of a function. Its arguments and results are those
/// of the primal, but a set, the bits of an i64, stands in the place of each real, and
/// the results that are no reals are left out. The set of a result holds the elements
/// of the sets of the arguments on which it depends for some real inputs: where
/// branches, loops and indices hang on real data, the union of all that may happen.
/// Fails with a located error where there is no such union (Pattern.h).
mlir::FailureOr<mlir::func::FuncOp> buildPattern(mlir::func::FuncOp function,
                                                 const std::string &name);

/// The same of the Hessian of a real scalar result: its results are the sets of the wanted
/// arguments. Where the gradient program has no pattern, because a loop that keeps values
/// for it runs as often as real data say, or otherwise, every element may depend on all that
/// the result depends on.
mlir::FailureOr<mlir::func::FuncOp> buildHessianPattern(const GradientRequest &request);

/// The function itself if neither it nor what it calls prints, else a copy of it
/// that does not.
mlir::func::FuncOp silentFunction(mlir::func::FuncOp function);

/// How `buildJacobian` goes about it.
enum class JacobianMode {
  /// By columns or rows, whichever are fewer; by columns where these are known to be few
  /// and the number of rows is known at run time alone.
  FewerDirections,
  Forward, ///< By columns, one tangent for each element of an argument.
  Reverse  ///< By rows, one adjoint for each element of a result.
};

/// What `buildJacobian` shall make.
struct JacobianRequest {
  /// The primal function.
  mlir::func::FuncOp function;
  /// Results of real type that are differentiated.
  std::vector<unsigned> results;
  /// Arguments of real type, in the order wanted.
  std::vector<unsigned> withRespectTo;
  /// Name of the new function, e.g. "f.jacobian".
  std::string name;
  JacobianMode mode = JacobianMode::FewerDirections;
};

/// Writes the dense Jacobian of a function. The new private function has the
/// arguments of the primal; its results are the primal's results, then for each
/// wanted result one block for each wanted argument: the result's dimensions,
/// then the argument's. Where the number of directions is not known before the
/// call, the call chooses. Primal values that do not depend on the direction
/// are computed once. Fails as the other builders do.
mlir::FailureOr<mlir::func::FuncOp> buildJacobian(const JacobianRequest &request);

/// Writes the Hessian-vector product of a real scalar result, the tangent of
/// its gradient. Its arguments are the primal's, then a vector for each wanted
/// argument; its results the primal's, then a product for each of them. The
/// wanted arguments must be in ascending order, as of `buildJvp`.
mlir::FailureOr<mlir::func::FuncOp> buildHvp(const GradientRequest &request);

/// Writes the dense Hessian of a real scalar result: the primal's results, then
/// for each wanted argument one block for each wanted argument.
mlir::FailureOr<mlir::func::FuncOp> buildHessian(const GradientRequest &request);

/// Replaces every `circ.derivative` by calls of derivative programs, those of
/// a circuit's own callees first, so that derivatives nest. Fails with a
/// located error when a circuit takes a derivative of itself.
mlir::LogicalResult expandDerivatives(mlir::ModuleOp module);

/// The arguments of a circuit that derivative programs differentiate with
/// respect to: of real type and not marked `circ.const`.
std::vector<unsigned> differentiableArguments(mlir::func::FuncOp function);

/// Whether reverse mode knows an op by its full name ("circ.map"): it has a
/// rule, or stands in the table of ops through which no derivative flows.
bool hasReverseRule(llvm::StringRef operation);

/// The same of forward mode.
bool hasForwardRule(llvm::StringRef operation);

/// Registers the passes of this room: `reverse-gradients` adds `@f.grad` for
/// each function with the unit attribute `circ.gradient`, `forward-tangents`
/// `@f.jvp` for each with `circ.tangent`, `expand-derivatives` replaces
/// `circ.derivative`, `dependence-patterns` adds `@f.pattern` for each with `circ.pattern`.
void registerAutodiffPasses();
void registerForwardTangentsPass();
void registerExpandDerivativesPass();
void registerDependencePatternsPass();

} // namespace circ
