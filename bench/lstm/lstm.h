//===- lstm.h - The hand-written long short-term memory network -----------===//
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

/// `l` layers of `b` cells over a sequence of `c` steps.
struct Lstm {
  int64_t l, b, c;
  std::vector<double> main, extra, state, sequence;
};

double lstmObjective(const Lstm &p);
/// Adds to `gradient`: main, extra.
double lstmGradient(const Lstm &p, double *gradient);

} // namespace bench
