//===- IRGen.h - From the typed AST to the circ dialect -------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/support/Source.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

namespace circ {

/// Dimensions that have one size always; another is a run-time error.
struct FixedSizes {
  /// By the names of the dimensions.
  llvm::StringMap<int64_t> sizes;
  /// Whose dimensions they are; null: those of all circuits of the file itself.
  const ast::Circuit *circuit = nullptr;
};

/// Makes one function for each circuit of an analysed module. Null after an
/// error (a construct that is not supported yet), which is reported to the
/// context's diagnostic handler at its place in the file.
mlir::OwningOpRef<mlir::ModuleOp> generateIR(const ast::Module &module,
                                             const SourceManager &sources,
                                             mlir::MLIRContext &context, const FixedSizes &fixed);

} // namespace circ
