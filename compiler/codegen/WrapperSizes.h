//===- WrapperSizes.h - Emits the evaluation of sizes ---------------------===//
#pragma once

#include "compiler/codegen/Wrapper.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/IRBuilder.h"

#include <optional>

namespace circ {

/// A formula's value in LLVM IR and what may be wrong with it. The conditions
/// are null where they are known not to hold.
struct EmittedSize {
  llvm::Value *value;
  llvm::Value *overflow = nullptr; ///< Whether a product or sum has no int64_t.
  llvm::Value *inexact = nullptr;  ///< Whether the divisor does not divide.
  llvm::Value *negative = nullptr; ///< Whether the size is below zero.
};

/// Emits the evaluation of a formula. `dims` and `parameters` are the wrapper's
/// arguments; dimension arguments are known not to be negative.
EmittedSize emitSize(llvm::IRBuilder<> &b, const DimensionFormula &formula,
                     llvm::ArrayRef<llvm::Value *> dims, llvm::ArrayRef<llvm::Value *> parameters);

/// The size if it does not depend on the arguments.
std::optional<int64_t> constantSize(const DimensionFormula &formula);

} // namespace circ
