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
/// `gradient`: main, extra one after the other.
double lstmGradient(const Lstm &p, std::vector<double> &gradient);

} // namespace bench
