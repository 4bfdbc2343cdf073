//===- Fit.cpp - Optimisation of a circuit's value ------------------------===//

#include "compiler/fit/Fit.h"

#include <algorithm>
#include <cmath>

namespace circ {

namespace {

struct Search {
  const Evaluation &evaluate;
  FitRecord &record;
  std::vector<double> gradient; ///< Where the module wants none.
};

} // namespace

/// An evaluation as the modules want it: they minimise, and step back from
/// infinite values.
static int evaluateForModule(void *data, const double *point, double *value, double *gradient) {
  auto &[evaluate, record, scratch] = *static_cast<Search *>(data);
  if (!gradient)
    gradient = scratch.data();
  double found = std::numeric_limits<double>::quiet_NaN();
  if (!evaluate(point, found, gradient))
    found = std::numeric_limits<double>::quiet_NaN();
  size_t size = record.size();
  int64_t outside = record.outside;
  bool goesOn = record.add(point, found, gradient);
  if (record.outside > outside) {
    std::fill(gradient, gradient + size, 0.0);
    *value = std::numeric_limits<double>::infinity();
  } else {
    *value = record.maximize ? -found : found;
    if (record.maximize)
      std::transform(gradient, gradient + size, gradient, std::negate<>());
  }
  return !goesOn;
}

void optimize(circ_minimize_function *minimize, const std::string &method,
              std::vector<double> start, const std::vector<double> &lower,
              const std::vector<double> &upper, const Evaluation &evaluate, FitRecord &record) {
  Search search{evaluate, record, std::vector<double>(start.size())};
  double before = std::numeric_limits<double>::quiet_NaN();
  int end = CIRC_OPTIMIZER_FAILED;
  // A line search that rounding leads astray, or a model that no longer fits,
  // leaves the method without a step although the gradient is not zero; a new
  // start from the best point forgets what led there.
  for (int restart = 0; restart <= mostRestarts; ++restart) {
    circ_minimization problem{int64_t(start.size()), start.data(),   lower.data(),
                              upper.data(),          method.c_str(), record.limits.valueTolerance,
                              evaluateForModule,     &search};
    end = minimize(&problem);
    if (end == CIRC_OPTIMIZER_STOPPED)
      return; // the record says why
    double change = std::abs(record.bestValue - before);
    if (end == CIRC_OPTIMIZER_FAILED || record.best.empty() ||
        change <= record.limits.valueTolerance * std::abs(before))
      break;
    before = record.bestValue;
    start = record.best;
  }
  record.finish(end);
}

void followGradient(double step, std::vector<double> start, const std::vector<double> &lower,
                    const std::vector<double> &upper, const Evaluation &evaluate,
                    FitRecord &record) {
  std::vector<double> gradient(start.size());
  double along = record.maximize ? step : -step;
  while (true) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!evaluate(start.data(), value, gradient.data()))
      value = std::numeric_limits<double>::quiet_NaN();
    int64_t outside = record.outside;
    if (!record.add(start.data(), value, gradient.data()))
      return;
    if (record.outside > outside) {
      record.end = FitEnd::Stalled; // a fixed step knows no way back
      return;
    }
    for (size_t i = 0; i < start.size(); ++i)
      start[i] = std::clamp(start[i] + along * gradient[i], lower[i], upper[i]);
  }
}

} // namespace circ
