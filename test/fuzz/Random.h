//===- Random.h - Random numbers that are the same everywhere -------------===//
#pragma once

#include <cstdint>

namespace circ::fuzz {

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 <= result < bound.
  int below(int bound) { return int(next() % uint64_t(bound)); }
  bool percent(int chance) { return below(100) < chance; }
  double real(double low, double high) {
    return low + (high - low) * (double(next() >> 11) * 0x1p-53);
  }

private:
  uint64_t state;
};

} // namespace circ::fuzz
