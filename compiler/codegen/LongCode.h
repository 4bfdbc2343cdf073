//===- LongCode.h - Long code that runs once ------------------------------===//
#pragma once

#include "compiler/codegen/Optimize.h"

namespace circ {

/// Takes out of a module what is compiled with less effort, by the options, to a module of its
/// own; null where there is nothing of the kind.
///
/// - `Less`: functions of one long block, as the lowering makes them of straight-line code, without
///   memory of their own or math functions that are inlined. They leave LLVM's optimisations
///   nothing to find.
/// - `Least`: functions of which nothing runs often in a call of the program, if they are long
///   together. Loops whose length is not known run often.
std::unique_ptr<llvm::Module> takeLongCode(llvm::Module &module, const CodegenOptions &options);

} // namespace circ
