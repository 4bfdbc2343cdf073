//===- ForeignCall.h - Calls of C functions that are known at run time ----===//
#pragma once

#include "compiler/codegen/Header.h"
#include "compiler/codegen/Jit.h"

namespace circ {

/// A function with the signature of a library's header, called by arguments in
/// memory.
class ForeignCall {
public:
  /// Compiles the call of a function that takes these arguments.
  static llvm::Expected<ForeignCall> create(const std::vector<HeaderArgument> &arguments);

  /// Calls `function`; each place is the address of an argument that goes by value,
  /// or the pointer that goes itself. What it returned.
  int call(void *function, void *const *places) const;

private:
  std::unique_ptr<Jit> jit;
};

} // namespace circ
