//===- gmm.h - The hand-written Gaussian mixture model --------------------===//
//
// The instance and the straight loops that circ is measured against: written
// for scalars, derived by hand, compiled with -O3 -march=native -ffast-math by
// each compiler at hand (the better one counts).
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

struct Gmm {
  int64_t n, d, k, m = 0;
  double gamma = 1;
  std::vector<double> alpha, mu, icf, x;
  int64_t triangle() const { return d * (d + 1) / 2; }
};

Gmm makeGmm(int64_t n, int64_t d, int64_t k);

double gmmObjective(const Gmm &p);
/// Adds to `gradient`: alpha, mu, icf one after the other.
double gmmGradient(const Gmm &p, double *gradient);

} // namespace bench
