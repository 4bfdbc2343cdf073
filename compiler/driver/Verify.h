//===- Verify.h - Checks the derivatives of a circuit ---------------------===//
//
// At random points: forward mode against reverse mode by the dot-product test,
// <r, J t> = <J^T r, t>, and reverse mode against central differences with step
// control, for each parameter by itself.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Programs.h"

namespace circ {

/// How far two computations of one number are apart, relative to the sum of the
/// magnitudes that it is made of.
struct WorstError {
  double error = 0;
  std::string parameter; ///< in whose direction
};

struct Verification {
  enum class Outcome {
    Right,
    Wrong,
    NothingToVerify, ///< no real result or no real parameter that is not const
    NoPoint,         ///< no random point lies in the domain
    NotCompiled      ///< the errors are in the diagnostics
  };
  Outcome outcome = Outcome::Right;
  unsigned points = 0;   ///< that were in the domain
  unsigned compared = 0; ///< comparisons with differences
  unsigned kinks = 0;    ///< differences left out: a kink is near, or rounding decides
  WorstError modes, differences;
  std::string message; ///< what is wrong and where, or why there is no point
};

/// Verifies a circuit of an analysed file at `points` points. The point is drawn
/// again, up to 200 times each, when the call stops with an error (an assert, an
/// index) or gives a number that is not finite. Modes agree within 1e-9 of the
/// scale, differences within 1e-6 plus ten times their own error estimate; with
/// an f32 among parameters or results, within 1e-4 and 2e-2. What an estimate
/// beyond 1e-2 of the scale makes useless counts as a kink.
Verification verify(Compilation &compilation, const ast::Circuit &circuit, unsigned points,
                    uint64_t seed, const CodegenOptions &options);

} // namespace circ
