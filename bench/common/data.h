//===- data.h - Deterministic inputs --------------------------------------===//
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace bench {

/// The same numbers on every machine (splitmix64).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(next() >> 11) * 0x1p-53);
  }
  /// Normal with mean 0 (Box and Muller).
  double normal(double sigma = 1) {
    double u = uniform(0x1p-53, 1), v = uniform(0, 1);
    return sigma * std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }
  std::vector<double> normals(size_t n, double sigma = 1) {
    std::vector<double> values(n);
    for (double &v : values)
      v = normal(sigma);
    return values;
  }

private:
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state;
};

} // namespace bench
