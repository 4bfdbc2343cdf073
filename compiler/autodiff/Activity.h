//===- Activity.h - Which values carry derivatives ------------------------===//
//
// A value is varied when it depends on an active argument through real
// values, useful when a differentiated result depends on it, and active when
// it is both. Code that is not active gets no adjoint. (Hascoët and Pascual,
// "The Tapenade automatic differentiation tool", ACM TOMS 39(3), 2013, sec. 4.)
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"

#include <string>

namespace circ::autodiff {

/// Whether a type is f64, f32 or an array of them.
bool isRealType(mlir::Type type);

/// Whether an op, or one inside it, pushes on or pops from a tape that is made
/// outside of it.
bool usesOuterTape(mlir::Operation *op);
/// The same of tapes and schedules: such an op cannot be run a second time.
bool changesOuterState(mlir::Operation *op);

/// A set of arguments as a string of 0 and 1, for the names of functions.
std::string maskOf(const llvm::BitVector &arguments);

/// The activity of the values of one function. What goes over a tape counts as
/// varied and useful: pushes and pops are not matched with each other.
class Activity {
public:
  /// `variedArguments` and `usefulResults` have a bit for each argument and
  /// result of the function.
  Activity(mlir::func::FuncOp function, const llvm::BitVector &variedArguments,
           const llvm::BitVector &usefulResults);

  bool isVaried(mlir::Value value) const { return varied.contains(value); }
  bool isActive(mlir::Value value) const {
    return varied.contains(value) && useful.contains(value);
  }
  /// Whether any result of the op is active.
  bool isActive(mlir::Operation *op) const;

private:
  bool markVaried(mlir::Value value);
  bool markUseful(mlir::Value value);

  llvm::DenseSet<mlir::Value> varied;
  llvm::DenseSet<mlir::Value> useful;
};

} // namespace circ::autodiff
