//===- Verify.h - Checks the derivatives of a circuit ---------------------===//
//
// At random points: forward mode against reverse mode by the dot-product test,
// <r, J t> = <J^T r, t>, and reverse mode against central differences with step
// control, for each parameter by itself. A gate's rules are so compared with each
// other and with its value.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "compiler/driver/Programs.h"

namespace circ {

/// How far two computations of one number are apart, relative to the sum of the
/// magnitudes that it is made of.
struct WorstError {
  double error = 0;
  std::string parameter;        ///< in whose direction
  std::vector<int64_t> element; ///< of the parameter, which is furthest off by itself

  /// The place in a program: `x[2, 0]`.
  std::string place() const;
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
  unsigned leftOut = 0;  ///< differences left out: rounding decides, or nothing is finite
  unsigned kinks = 0;    ///< points that are kinks: the slopes on both sides differ
  std::string kink;      ///< the first of them
  WorstError modes, differences;
  std::string message; ///< what is wrong and where, or why there is no point
};

/// Verifies a circuit of an analysed file at `points` points. The point is drawn
/// again, up to 5000 times each, when the call stops with an error (an assert, an
/// index), takes more than five seconds or gives a number that is not finite; after three calls
/// that take so long it ends. Every fifth point has small round numbers, where kinks lie. Modes
/// agree within 1e-9 of the scale, differences within 1e-6 plus ten times their own error estimate,
/// by steps from 0.02 or, since a kink may lie between, from 2e-5; with an f32 among parameters or
/// results, within 1e-4 and 2e-2 by long steps alone. What is behind `stop` keeps its value in
/// differences. What an estimate beyond 1e-2 of the scale makes useless is left out.
Verification verify(Compilation &compilation, const ast::Circuit &circuit, unsigned points,
                    uint64_t seed, const CodegenOptions &options);

} // namespace circ
