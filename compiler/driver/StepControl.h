//===- StepControl.h - Derivatives by differences with step control -------===//
#pragma once

#include <functional>
#include <optional>

namespace circ {

/// A derivative found from values alone, and how far off it may be.
struct Difference {
  double derivative;
  double error; ///< how much the last two extrapolations differ
};

/// The derivative of `function` at 0 by central differences whose steps shrink
/// from `step` while Richardson extrapolation to step 0 still gets better
/// (Ridders, Advances in Engineering Software 4, 1982). Nothing where a value is
/// absent or not finite. At a kink or a jump between the points the error is large.
std::optional<Difference>
differenceQuotient(const std::function<std::optional<double>(double)> &function, double step);

/// The slopes to the left and to the right of 0, where they differ by more than
/// 1e-3 of `scale` and do not come closer as the step shrinks: at a kink.
std::optional<std::pair<double, double>>
slopesAtKink(const std::function<std::optional<double>(double)> &function, double scale);

} // namespace circ
