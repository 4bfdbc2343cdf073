//===- LaneFunctions.h - Functions that exist in lanes --------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace circ {

/// Whether the compiler makes this function of libm itself, for a scalar or for
/// any number of lanes (codegen/VectorMath.cpp), of f64 and, as `expf` and so on, of
/// f32: branch-free, but that sin and cos leave large arguments to libm.
inline bool hasLaneFunction(llvm::StringRef name) {
  name.consume_back("f");
  return name == "exp" || name == "expm1" || name == "log" || name == "log1p" || name == "tanh" ||
         name == "sin" || name == "cos";
}

} // namespace circ
