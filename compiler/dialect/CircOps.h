//===- CircOps.h - The ops of the circ dialect ----------------------------===//
#pragma once

#include "compiler/dialect/CircDialect.h"

#include "compiler/dialect/CircEnums.h.inc"
#include "mlir/IR/BuiltinAttributes.h"

namespace circ::ir {

/// Primal values that a gate's derivative may ask for.
struct GatePrimals {
  llvm::function_ref<mlir::Value(unsigned)> operand;
  llvm::function_ref<mlir::Value()> result;
};

} // namespace circ::ir

#include "compiler/dialect/GateInterface.h.inc"

#define GET_OP_CLASSES
#include "compiler/dialect/CircOps.h.inc"

namespace circ::ir {

/// The size that an op states for a dynamic dimension of its result; null if it states none.
mlir::Value statedSize(mlir::Value array, unsigned dimension);

} // namespace circ::ir
