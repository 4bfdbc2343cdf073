//===- BoundInlining.h - Functions that stay apart ------------------------===//
#pragma once

namespace llvm {
class Module;
}

namespace circ {

/// Keeps LLVM from merging chains of functions into one that is too long: a
/// function called at one place is inlined whatever its size, and code
/// generation takes time that grows faster than a function's length. Callees are
/// marked `noinline` where their caller would grow beyond a bound.
void boundInlining(llvm::Module &module);

} // namespace circ
