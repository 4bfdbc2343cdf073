//===- CountOperations.h - How many operations a program does -------------===//
#pragma once

namespace llvm {
class Module;
}

namespace circ {

/// The name of the counter that `countOperations` adds, an int64_t.
inline constexpr const char *operationCounter = "circ.operations";

/// Makes all functions of a module that is not optimised yet count the operations
/// on reals that they do: additions, subtractions, multiplications, divisions and
/// calls of math functions, one each; of a product of matrices, 2 m n k.
void countOperations(llvm::Module &module);

} // namespace circ
