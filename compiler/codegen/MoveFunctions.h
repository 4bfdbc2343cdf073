//===- MoveFunctions.h - Functions to a module of their own ---------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <memory>

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace circ {

/// Moves the bodies of functions to a new module of the same context, which is compiled to
/// an object that is linked with the object of the first. What one module uses of the
/// other is no longer local: it gets a hidden name that no other library made by circ has, if the
/// functions that libraries export differ in name. Local constants without pointers go along as
/// copies. Nothing of debug information is moved.
std::unique_ptr<llvm::Module> moveFunctions(llvm::Module &module,
                                            llvm::ArrayRef<llvm::Function *> functions);

} // namespace circ
