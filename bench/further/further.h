//===- further.h - Circuits that the compiler was not tuned for -----------===//
//
// Each stands in one file beside its circuit: data, the straight loops with
// their hand-derived gradient, and the row of the table.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "common/make_problem.h"

#include <cstdint>

namespace bench {

Problem logisticRegression(int64_t n, int64_t d);
Problem matrixFactorisation(int64_t n, int64_t m, int64_t r, int64_t e);
Problem kmeansCost(int64_t n, int64_t d, int64_t k);
Problem logSumExp(int64_t n);
Problem predatorPrey(int64_t n, int64_t substeps);
Problem twoLayers(int64_t n, int64_t d, int64_t h);

} // namespace bench
