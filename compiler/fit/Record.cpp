//===- Record.cpp - What happens in a fit ---------------------------------===//

#include "compiler/fit/Record.h"

#include "compiler/driver/Output.h"
#include "compiler/fit/Optimizer.h"
#include "runtime/circ_runtime.h"

#include <algorithm>
#include <cmath>

namespace circ {

std::string describe(FitEnd end) {
  switch (end) {
  case FitEnd::Gradient:
    return "the gradient is zero within the tolerance";
  case FitEnd::Value:
    return "the value no longer changes";
  case FitEnd::Stalled:
    return "no step makes the value better";
  case FitEnd::Evaluations:
    return "as many evaluations as allowed";
  case FitEnd::Time:
    return "as much time as allowed";
  case FitEnd::Interrupted:
    return "interrupted";
  case FitEnd::Failed:
    break;
  }
  return "failed";
}

double FitRecord::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The largest element of the gradient, of those that no bound holds.
double FitRecord::gradientNorm(const double *point, const double *gradient) const {
  double norm = 0;
  for (size_t i = 0; i < lower.size(); ++i) {
    double down = maximize ? -gradient[i] : gradient[i];
    if (std::isnan(down))
      return down;
    bool isHeld = (down > 0 && point[i] <= lower[i]) || (down < 0 && point[i] >= upper[i]);
    norm = std::max(norm, isHeld ? 0 : std::abs(down));
  }
  return norm;
}

double FitRecord::scale(double value) const {
  return std::max(1.0, std::min(std::abs(value), std::abs(steps.front().value)));
}

void FitRecord::keep(const double *point, const FitStep &step) {
  best.assign(point, point + lower.size());
  bestValue = step.value;
  bestNorm = step.gradientNorm;
}

bool FitRecord::add(const double *point, double value, const double *gradient) {
  FitStep step{seconds(), value, std::numeric_limits<double>::quiet_NaN()};
  if (std::isfinite(value))
    step.gradientNorm = gradientNorm(point, gradient);
  bool inside = std::isfinite(step.gradientNorm);
  steps.push_back(step);
  outside += !inside;
  if (inside && (best.empty() || (maximize ? value > bestValue : value < bestValue)))
    keep(point, step);
  // Of values that are equal within rounding, the one with the smaller gradient; a
  // stationary point that is worse than another point is not what is looked for.
  bool isBest = inside && std::abs(value - bestValue) <= 1e-13 * std::max(1.0, std::abs(value));
  if (isBest && step.gradientNorm < bestNorm)
    keep(point, step);
  if (progress)
    progress(*this);
  bool goesOn = false;
  if (circ_interrupt_flag)
    end = FitEnd::Interrupted;
  else if (best.empty())
    end = FitEnd::Failed;
  else if (isBest && step.gradientNorm <= limits.gradientTolerance * scale(value))
    end = FitEnd::Gradient;
  else if (int64_t(steps.size()) >= limits.evaluations)
    end = FitEnd::Evaluations;
  else if (step.seconds >= limits.seconds)
    end = FitEnd::Time;
  else
    goesOn = true;
  return goesOn;
}

bool FitRecord::isFlat() const {
  return bestNorm <= std::sqrt(limits.gradientTolerance) * scale(bestValue);
}

void FitRecord::finish(int moduleEnd) {
  if (best.empty() || moduleEnd == CIRC_OPTIMIZER_FAILED)
    end = FitEnd::Failed;
  else
    end = moduleEnd == CIRC_OPTIMIZER_CONVERGED && isFlat() ? FitEnd::Value : FitEnd::Stalled;
}

std::string FitRecord::csv() const {
  std::string text = "evaluation,seconds,value,gradient_norm\n";
  auto number = [](double value) { return formatScalar(Value::scalar(value), 0); };
  for (size_t i = 0; i < steps.size(); ++i)
    text += std::to_string(i + 1) + "," + number(steps[i].seconds) + "," + number(steps[i].value) +
            "," + number(steps[i].gradientNorm) + "\n";
  return text;
}

} // namespace circ
