//===- VectorMath.h - Math functions as code ------------------------------===//
//
// exp, expm1, log, log1p and tanh without branches and tables, for a scalar or
// any number of lanes, in terms of arithmetic that every target has. Being code
// of the module itself they are inlined, scheduled with their surroundings and
// put into lanes by LLVM's vectorizer; a built library needs no vector library.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace llvm {
class Module;
}

namespace circ {

/// Defines the functions `circ.lanes.NAME.LANES` that a module declares, for
/// registers of so many bits, and computes its calls of libm's f64 functions of
/// these names by code, too. Errors are below 1 ulp (tanh: 2 ulp) with and
/// without fused multiply-add; NaN, infinities, denormal and huge arguments are
/// as in libm.
void defineVectorMath(llvm::Module &module, unsigned registerBits);

} // namespace circ
