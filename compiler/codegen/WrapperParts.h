//===- WrapperParts.h - What all C functions of a library begin with ------===//
#pragma once

#include "compiler/codegen/Wrapper.h"
#include "llvm/IR/IRBuilder.h"

namespace circ {

/// Makes the function run on every CPU of the architecture. Only x86-64 has
/// guards.
void useBaseline(llvm::Function &function, const CpuGuard &guard);

/// The function `circ.cpu`, which tells whether the CPU is good enough. It asks
/// once.
llvm::Function *cpuCheck(llvm::Module &module, const CpuGuard &guard);

/// What is said where it is not.
std::string lackingCpu(const CpuGuard &guard);

/// Emits the recording of an error of the calling wrapper; gives the status.
llvm::Value *setError(llvm::IRBuilder<> &b, llvm::Module &module, int status,
                      const std::string &message);

} // namespace circ
