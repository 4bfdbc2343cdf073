//===- Emit.cpp - Machine code as text and as objects ---------------------===//

#include "compiler/codegen/Emit.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace circ {

static Error emit(Module &module, TargetMachine &machine, CodeGenFileType type,
                  SmallVectorImpl<char> &bytes) {
  assert(module.getDataLayout() == machine.createDataLayout() && "the module is optimised");
  raw_svector_ostream out(bytes);
  legacy::PassManager passes;
  passes.add(new TargetLibraryInfoWrapperPass(machine.getTargetTriple()));
#ifdef NDEBUG
  bool disableVerify = true;
#else
  bool disableVerify = false;
#endif
  if (machine.addPassesToEmitFile(passes, out, nullptr, type, disableVerify))
    return createStringError("no machine code can be made for " + machine.getTargetTriple().str());
  passes.run(module);
  return Error::success();
}

Error emitAssembly(Module &module, TargetMachine &machine, raw_ostream &out) {
  SmallString<0> text;
  if (Error error = emit(module, machine, CodeGenFileType::AssemblyFile, text))
    return error;
  out << text;
  return Error::success();
}

Error emitObject(Module &module, TargetMachine &machine, SmallVectorImpl<char> &object) {
  return emit(module, machine, CodeGenFileType::ObjectFile, object);
}

} // namespace circ
