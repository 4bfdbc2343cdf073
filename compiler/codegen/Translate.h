//===- Translate.h - From the LLVM dialect to LLVM IR ---------------------===//
#pragma once

#include "compiler/codegen/Optimize.h"
#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace circ {

/// A module of LLVM IR with the context that owns its types.
struct LLVMProgram {
  LLVMProgram();
  LLVMProgram(LLVMProgram &&);
  LLVMProgram &operator=(LLVMProgram &&);
  ~LLVMProgram();

  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

/// Translates a module of the LLVM dialect; the lowered functions `circ.*`
/// become internal. With debug information, line tables are made from the
/// locations. What cannot be translated is an error with MLIR's message.
llvm::Expected<LLVMProgram> translate(mlir::ModuleOp lowered, const CodegenOptions &options);

} // namespace circ
