//===- VectorMath.h - Math functions as code ------------------------------===//
//
// The math functions of MathFunctions.h as functions of a module, for a scalar or
// any number of lanes. Being code of the module itself they are inlined, scheduled
// with their surroundings and put into lanes by LLVM's vectorizer; a built library
// needs no vector library.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace llvm {
class Module;
}

namespace circ {

/// Defines the functions `circ.lanes.NAME.LANES` that a module declares, for
/// registers of so many bits, and computes its calls of libm's functions of
/// these names by code, too. Errors are below 1 ulp (tanh, expm1: 2 ulp) with and
/// without fused multiply-add; NaN, infinities, denormal and huge arguments are
/// as in libm. Calls of them are inlined if so wanted, which costs time in the compiler.
void defineVectorMath(llvm::Module &module, unsigned registerBits, bool inlined);

} // namespace circ
