//===- IRGen.h - From the typed AST to the circ dialect -------------------===//
#pragma once

#include "compiler/ast/Module.h"
#include "compiler/support/Source.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

namespace circ {

/// Makes one function for each circuit of an analysed module. Null after an
/// error (a construct that is not supported yet), which is reported to the
/// context's diagnostic handler at its place in the file. Dimensions of these
/// names have these sizes in all circuits of the file itself, and others are
/// run-time errors.
mlir::OwningOpRef<mlir::ModuleOp> generateIR(const ast::Module &module,
                                             const SourceManager &sources,
                                             mlir::MLIRContext &context,
                                             const llvm::StringMap<int64_t> &fixedSizes);

} // namespace circ
