//===- Translate.cpp - From the LLVM dialect to LLVM IR -------------------===//

#include "compiler/codegen/Translate.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace circ {

LLVMProgram::LLVMProgram() = default;
LLVMProgram::LLVMProgram(LLVMProgram &&) = default;
LLVMProgram::~LLVMProgram() = default;

LLVMProgram &LLVMProgram::operator=(LLVMProgram &&other) {
  // The module goes before the context that it lives in.
  module = std::move(other.module);
  context = std::move(other.context);
  return *this;
}

/// Loads and stores take their alignment from the layout while they are made,
/// so it is known before the translation.
static llvm::Error setTarget(ModuleOp lowered, const CodegenOptions &options) {
  auto machine = makeTargetMachine(options, /*forJit=*/false);
  if (!machine)
    return machine.takeError();
  OpBuilder b(lowered.getContext());
  lowered->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                   b.getStringAttr((*machine)->createDataLayout().getStringRepresentation()));
  lowered->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                   b.getStringAttr((*machine)->getTargetTriple().str()));
  return llvm::Error::success();
}

llvm::Expected<LLVMProgram> translate(ModuleOp lowered, const CodegenOptions &options) {
  if (llvm::Error error = setTarget(lowered, options))
    return std::move(error);
  MLIRContext *context = lowered.getContext();
  std::string message;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (message.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
      message = diagnostic.str();
    return success();
  });
  auto failure = [&] { return llvm::createStringError("no LLVM IR can be made: " + message); };

  if (options.debugInfo) {
    PassManager passes(context);
    passes.enableVerifier(false);
    passes.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
    if (failed(passes.run(lowered)))
      return failure();
  }
  registerBuiltinDialectTranslation(*context);
  registerLLVMDialectTranslation(*context);
#ifdef NDEBUG
  bool verify = false;
#else
  bool verify = true;
#endif
  LLVMProgram program;
  program.context = std::make_unique<llvm::LLVMContext>();
  program.module = translateModuleToLLVMIR(lowered, *program.context, "circ", !verify);
  if (!program.module)
    return failure();
  // By C's convention the third and fourth real result go through the x87 stack,
  // which is slow and which LLVM 19 gets wrong without optimisation.
  bool x86 = llvm::Triple(program.module->getTargetTriple()).isX86();
  for (llvm::Function &function : *program.module) {
    if (function.isDeclaration() || !function.getName().starts_with("circ."))
      continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    if (!x86 || !function.getReturnType()->isStructTy())
      continue;
    function.setCallingConv(llvm::CallingConv::X86_RegCall);
    for (llvm::User *user : function.users())
      llvm::cast<llvm::CallInst>(user)->setCallingConv(llvm::CallingConv::X86_RegCall);
  }
  return program;
}

} // namespace circ
