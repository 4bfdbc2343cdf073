//===- LeastSquares.h - Fits of residuals -----------------------------------===//
#pragma once

#include "compiler/fit/Optimizer.h"
#include "compiler/fit/Record.h"

namespace circ {

/// Residuals at a point and the elements of their Jacobian; false
/// outside the domain, that is after a run-time error.
using ResidualEvaluation =
    std::function<bool(const double *point, double *residuals, double *jacobian)>;

/// A sparse matrix in compressed rows without its values.
struct JacobianPattern {
  std::vector<int64_t> rowPointers, columns;
};

/// Minimises the sum of the squares of the residuals from `start`. What came out is
/// in the record, whose value is the sum of squares.
void leastSquares(circ_solve_least_squares_function *solve, std::vector<double> start,
                  const std::vector<double> &lower, const std::vector<double> &upper,
                  const JacobianPattern &pattern, const ResidualEvaluation &evaluate,
                  FitRecord &record);

} // namespace circ
