//===- ba.h - The hand-written bundle adjustment --------------------------===//
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

/// `n` cameras of 11 numbers each, `m` points, `p` observations.
struct BundleAdjustment {
  int64_t n, m, p;
  std::vector<double> cameras, points, weights;
  std::vector<int64_t> observations;
  std::vector<double> features;
};

/// `errors`: two for each observation, then those of the weights.
void baObjective(const BundleAdjustment &p, std::vector<double> &errors);
/// `rows`: 30 elements for each observation, then one for each weight.
void baJacobian(const BundleAdjustment &p, std::vector<double> &rows);

} // namespace bench
