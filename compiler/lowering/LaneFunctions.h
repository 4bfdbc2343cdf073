//===- LaneFunctions.h - Functions that exist in lanes --------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace circ {

/// Whether the compiler makes this function of libm itself, for a scalar or for
/// any number of lanes (codegen/VectorMath.cpp): branch-free, but that sin and cos
/// leave large arguments to libm.
inline bool hasLaneFunction(llvm::StringRef name) {
  return name == "exp" || name == "expm1" || name == "log" || name == "log1p" || name == "tanh" ||
         name == "sin" || name == "cos";
}

} // namespace circ
