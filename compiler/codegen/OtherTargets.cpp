//===- OtherTargets.cpp - Machines of another kind ------------------------===//
//
// Apart from Target.cpp: what never makes code for them, such as libcirc, need not
// carry LLVM's parts for them.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/Optimize.h"

#include "llvm/Support/TargetSelect.h"

namespace circ {

void registerOtherTargets() {
  LLVMInitializeAArch64TargetInfo();
  LLVMInitializeAArch64Target();
  LLVMInitializeAArch64TargetMC();
  LLVMInitializeAArch64AsmPrinter();
}

} // namespace circ
