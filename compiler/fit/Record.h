//===- Record.h - What happens in a fit -----------------------------------===//
//
// Every evaluation is recorded here, whatever the method: the best point is kept,
// and it is decided whether the fit is at an end.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace circ {

/// When a fit ends.
struct FitLimits {
  /// Converged when no element of the gradient, of those that bounds do not hold,
  /// is above this, relative to the value where that is above 1 now and was so at
  /// the start: a value that grows without end does not converge.
  double gradientTolerance = 1e-8;
  /// Converged when the value changes relatively by less.
  double valueTolerance = 1e-14;
  double seconds = std::numeric_limits<double>::infinity();
  int64_t evaluations = 10000;
};

enum class FitEnd {
  Gradient,    ///< converged: the gradient is zero
  Value,       ///< converged: the value no longer changes
  Stalled,     ///< no step makes the value better
  Evaluations, ///< as many as allowed
  Time,        ///< as long as allowed
  Interrupted, ///< by Ctrl-C
  Failed       ///< the start is outside the domain, or there is no optimiser
};

/// In words: "the gradient is zero within the tolerance".
std::string describe(FitEnd end);
inline bool isConverged(FitEnd end) { return end == FitEnd::Gradient || end == FitEnd::Value; }

/// One evaluation.
struct FitStep {
  double seconds, value, gradientNorm;
};

/// How often a method that ended although the gradient is not zero starts again.
inline constexpr int mostRestarts = 50;

class FitRecord {
public:
  FitRecord(FitLimits limits, bool maximize, std::vector<double> lower, std::vector<double> upper)
      : limits(limits), maximize(maximize), lower(std::move(lower)), upper(std::move(upper)) {}

  /// Takes an evaluation: the circuit's value and its gradient, or no finite
  /// numbers where the point is outside the domain. Whether the fit is to go on;
  /// if not, `end` says why.
  bool add(const double *point, double value, const double *gradient);
  /// Called after each evaluation.
  std::function<void(const FitRecord &)> progress;

  size_t size() const { return lower.size(); }
  /// Whether the gradient of the best point is small enough for a value that no
  /// longer changes to mean something.
  bool isFlat() const;
  /// Notes how a module ended (a `circ_optimizer_end`) by itself.
  void finish(int moduleEnd);
  /// The table of the evaluations, for `--log`.
  std::string csv() const;
  double seconds() const;

  FitLimits limits;
  bool maximize;
  std::vector<FitStep> steps;
  std::vector<double> best; ///< Empty before a point of the domain was met.
  double bestValue = 0, bestNorm = 0;
  int64_t outside = 0; ///< Points outside the domain.
  FitEnd end = FitEnd::Failed;

private:
  double gradientNorm(const double *point, const double *gradient) const;
  void keep(const double *point, const FitStep &step);
  /// What a gradient is compared with at this value.
  double scale(double value) const;

  using Clock = std::chrono::steady_clock;
  Clock::time_point begin = Clock::now();
  std::vector<double> lower, upper;
};

} // namespace circ
