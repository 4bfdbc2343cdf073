//===- Specialisation.h - Programs for the sizes at hand ------------------===//
//
// A program that is called many times with arguments of the same shapes is compiled for
// these sizes: loops over dimensions have constant bounds then, which takes up to two
// fifths off a gradient. A program that is called once is not: it is found in the cache
// only if it is the same for all sizes (docs/rationale/specialisation.md).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Compilation.h"
#include "compiler/driver/Values.h"

namespace circ {

/// Lets `compilation` make the circuit for dimensions as those of `arguments`, all of
/// its parameters. Long dimensions stay open, they gain nothing, and so does a circuit
/// that another one or itself calls: there they may have other sizes.
void specialise(Compilation &compilation, const ast::Circuit &circuit,
                llvm::ArrayRef<Value> arguments);

} // namespace circ
