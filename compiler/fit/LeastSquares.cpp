//===- LeastSquares.cpp - Fits of residuals -------------------------------===//

#include "compiler/fit/LeastSquares.h"

#include <algorithm>
#include <cmath>

namespace circ {

namespace {

/// What the module's calls need.
struct Search {
  const ResidualEvaluation &evaluate;
  const JacobianPattern &pattern;
  FitRecord &record;
  std::vector<double> gradient, bestGradient;
};

} // namespace

/// An evaluation as the module wants it. Each is recorded; the gradient of the sum
/// of squares is 2 J'r.
static int evaluateForModule(void *data, const double *point, double *residuals, double *jacobian) {
  auto &[evaluate, pattern, record, gradient, bestGradient] = *static_cast<Search *>(data);
  bool inside = evaluate(point, residuals, jacobian);
  size_t rows = pattern.rowPointers.size() - 1;
  double sum = inside ? 0 : std::numeric_limits<double>::quiet_NaN();
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (size_t row = 0; inside && row < rows; ++row) {
    sum += residuals[row] * residuals[row];
    for (int64_t k = pattern.rowPointers[row]; k < pattern.rowPointers[row + 1]; ++k)
      gradient[pattern.columns[k]] += 2 * residuals[row] * jacobian[k];
  }
  int64_t outside = record.outside;
  bool goesOn = record.add(point, sum, gradient.data());
  if (std::equal(record.best.begin(), record.best.end(), point))
    bestGradient = gradient;
  if (!goesOn)
    return 2;
  return record.outside > outside ? 1 : 0;
}

void leastSquares(circ_solve_least_squares_function *solve, std::vector<double> start,
                  const std::vector<double> &lower, const std::vector<double> &upper,
                  const JacobianPattern &pattern, const ResidualEvaluation &evaluate,
                  FitRecord &record) {
  Search search{evaluate, pattern, record, std::vector<double>(start.size()), {}};
  double before = std::numeric_limits<double>::quiet_NaN();
  int end = CIRC_OPTIMIZER_FAILED;
  std::vector<double> from = lower, to = upper;
  // Ceres cuts steps short at bounds, and may end although the gradient is not zero.
  // A new start from the best point holds what its gradient presses against a bound,
  // so that steps are whole for the others.
  for (int restart = 0; restart <= mostRestarts; ++restart) {
    circ_least_squares problem{int64_t(pattern.rowPointers.size()) - 1,
                               int64_t(start.size()),
                               pattern.rowPointers.data(),
                               pattern.columns.data(),
                               start.data(),
                               from.data(),
                               to.data(),
                               record.limits.gradientTolerance,
                               record.limits.valueTolerance,
                               record.limits.evaluations,
                               evaluateForModule,
                               &search};
    end = solve(&problem);
    if (end == CIRC_OPTIMIZER_STOPPED)
      return; // the record says why
    double change = std::abs(record.bestValue - before);
    if (end == CIRC_OPTIMIZER_FAILED || record.best.empty() || record.isFlat() ||
        change <= record.limits.valueTolerance * std::abs(before))
      break;
    before = record.bestValue;
    start = record.best;
    for (size_t i = 0; i < start.size(); ++i) {
      bool isHeld = (search.bestGradient[i] > 0 && start[i] <= lower[i]) ||
                    (search.bestGradient[i] < 0 && start[i] >= upper[i]);
      from[i] = isHeld ? start[i] : lower[i];
      to[i] = isHeld ? start[i] : upper[i];
    }
  }
  record.finish(end);
}

} // namespace circ
