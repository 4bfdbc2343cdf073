//===- hand.h - The hand-written tracking of a hand -----------------------===//
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

struct Hand {
  static constexpr int64_t bones = 22, parameters = 26;
  int64_t n, vertexCount;
  std::vector<double> theta, base, inverseBase;
  std::vector<int64_t> parents;
  std::vector<double> weights, vertices;
  std::vector<int64_t> corresponding;
  std::vector<double> points;
};

/// `errors`: three for each point.
void handObjective(const Hand &h, std::vector<double> &errors);
/// `jacobian`: 26 elements for each error.
void handJacobian(const Hand &h, std::vector<double> &jacobian);

} // namespace bench
