//===- Objects.h - From a module to objects -------------------------------===//
#pragma once

#include "compiler/codegen/Optimize.h"

#include <string>
#include <vector>

namespace circ {

/// Relocatable objects that are linked together.
using Objects = std::vector<std::string>;

/// Optimises a module and compiles it for this machine: to one object, and one more where long
/// code is compiled with less effort than the rest.
llvm::Expected<Objects> compileObjects(llvm::Module &module, llvm::TargetMachine &machine,
                                       const CodegenOptions &options, bool forJit);

} // namespace circ
