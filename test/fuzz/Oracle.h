//===- Oracle.h - What a program's values and derivatives must satisfy ----===//
#pragma once

#include <cstdint>
#include <string>

namespace circ::fuzz {

enum class Verdict {
  Right,
  Rejected,       ///< the compiler did not take the program, with an error at a place
  Unsupported,    ///< the compiler said that it cannot do this yet
  IllConditioned, ///< nothing could be said: rounding or a kink decides everywhere
  Wrong
};

struct Finding {
  Verdict verdict = Verdict::Right;
  std::string check = {};   ///< which comparison failed: the same in every run
  std::string details = {}; ///< the numbers, or the error
  unsigned comparisons = 0; ///< that were made
  unsigned skipped = 0;     ///< that rounding or a kink made useless
};

/// Compiles a program that `Generator` made, with its derivatives, and compares at
/// random points:
/// - where `optimized`, values, gradients and products of -O0 and -O3;
/// - the value with that of the gradient program;
/// - the gradient with the tangent (dot-product test) and with differences;
/// - a Hessian-vector product, forward over reverse, with differences of the
///   gradient and with one of reverse over reverse, forward over forward, reverse
///   over forward;
/// - the value and the gradient with those without @checkpoint.
/// A program that is marked as smooth is also compared at points of round numbers.
///
/// Numbers agree when they differ by at most 1e-10 of the scale (the sum of the
/// magnitudes that a result adds up) and 1e-15 plus ten times what the result moves when the
/// inputs move by 1e-12 relative: that measures the condition, of branches too.
/// Differences agree within 1e-6 of the scale plus ten times their own error
/// estimate and what the derivative moves when the inputs do, with steps from 0.02 or, where a kink
/// may lie between, from 2e-5. Where such a bound is beyond 1e-3 of the scale or the scale
/// beyond 1e12 the comparison is left out and counted. A disagreement that is gone at a point 1e-4
/// away is a kink, but at a round point of a smooth program.
Finding examine(const std::string &program, uint64_t seed, bool optimized);

} // namespace circ::fuzz
