//===- MathFunctions.h - The code of math functions -----------------------===//
#pragma once

#include "llvm/IR/IRBuilder.h"

namespace circ {

/// What a result is good for: `Double` is right to about 1 ulp of f64; `Single` to
/// 2^-35 of itself, so that rounded to f32 it is right to 0.51 ulp.
enum class MathPrecision { Double, Single };

/// Emits the function of this name (see LaneFunctions.h) of a double or of lanes of
/// doubles where the builder stands, as arithmetic that every target has: without tables, and
/// without branches but for large arguments of sin and cos. With `Single` the
/// argument is a number of f32.
llvm::Value *emitMathFunction(llvm::IRBuilder<> &b, llvm::StringRef name, llvm::Value *x,
                              MathPrecision precision);

} // namespace circ
