//===- WorkspaceWrapper.h - The C functions of workspaces -----------------===//
//
//   int64_t f_workspace(dimensions..., i64 scalars...);
// tells how many bytes `f_into` needs, which is a wrapper with `inWorkspace`.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/codegen/Wrapper.h"

namespace circ {

/// Whether `f_workspace` takes a parameter of `f`: sizes may be made of it.
bool isWorkspaceArgument(const ValueSpec &parameter);

/// Adds the function for a wrapper whose function has a measuring program
/// (compiler/lowering/MeasureMemory.h).
void addWorkspaceWrapper(llvm::Module &module, const WrapperSpec &spec, const std::string &symbol,
                         const CpuGuard &guard);

} // namespace circ
