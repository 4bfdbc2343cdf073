//===- Gates.h - The gate table in C++ ------------------------------------===//
//
// Generated from Gates.td, where each gate is stated once.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/dialect/CircOps.h"

#include <optional>

namespace circ::ir {

/// A row of the gate table.
struct GateInfo {
  llvm::StringRef name;
  unsigned arity;
  llvm::StringRef summary;
  /// How it is computed: a C function, "llvm.NAME", "arith.NAME", or empty for
  /// a gate that is expanded into others.
  llvm::StringRef symbol;
  /// Behaviour where the derivative is not unique; may be empty.
  llvm::StringRef kink;
  /// Rough cost in additions.
  unsigned cost;
  /// Bounds on the errors of value and derivatives in units in the last place.
  unsigned valueUlps, derivativeUlps;
  /// A bit for each operand whose partial derivative is zero everywhere.
  unsigned zeroPartials;
};

/// All gates in the order of the table.
llvm::ArrayRef<GateInfo> allGates();
/// The row of a gate, by its name in the language.
std::optional<GateInfo> lookupGate(llvm::StringRef name);
/// Makes a gate of operands of one real type (`powi`: a real and an i64).
/// Null when there is no such gate or the number of operands is wrong.
mlir::Value createGate(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                       mlir::ValueRange operands);
/// The gates a composed gate (sigmoid, clamp, ...) is computed by, emitted at
/// the builder's place; null for a primitive gate.
mlir::Value expandGate(mlir::OpBuilder &builder, mlir::Operation *gate);

} // namespace circ::ir
