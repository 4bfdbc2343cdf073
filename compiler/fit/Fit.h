//===- Fit.h - Optimisation of a circuit's value --------------------------===//
#pragma once

#include "compiler/fit/Optimizer.h"
#include "compiler/fit/Record.h"

namespace circ {

/// A circuit's value and gradient at a point; false outside the domain, that is
/// after a run-time error.
using Evaluation = std::function<bool(const double *point, double &value, double *gradient)>;

/// Optimises from `start` by a method of the module ("lbfgs", "slsqp", "mma").
/// What came out is in the record.
void optimize(circ_minimize_function *minimize, const std::string &method,
              std::vector<double> start, const std::vector<double> &lower,
              const std::vector<double> &upper, const Evaluation &evaluate, FitRecord &record);

/// Goes along the gradient (against it unless the record maximises) by a fixed
/// multiple of it, as a learner would by hand; bounds hold what would leave them.
void followGradient(double step, std::vector<double> start, const std::vector<double> &lower,
                    const std::vector<double> &upper, const Evaluation &evaluate,
                    FitRecord &record);

} // namespace circ
