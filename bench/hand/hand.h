//===- hand.h - The hand-written tracking of a hand -----------------------===//
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

struct Hand {
  static constexpr int64_t bones = 22, parameters = 26, triangleCount = 1000;
  int64_t n, vertexCount;
  std::vector<double> theta, base, inverseBase;
  std::vector<int64_t> parents;
  std::vector<double> weights, vertices;
  /// A vertex for each point, or a triangle with two coordinates in it.
  std::vector<int64_t> corresponding, triangles;
  std::vector<double> coordinates, points;
};

/// `errors`: three for each point.
void handObjective(const Hand &h, std::vector<double> &errors);
/// `jacobian`: 26 elements for each error.
void handJacobian(const Hand &h, std::vector<double> &jacobian);

/// The same of points that correspond to places in triangles; 28 elements for
/// each error, the first two by the point's coordinates.
void handComplicatedObjective(const Hand &h, std::vector<double> &errors);
void handComplicatedJacobian(const Hand &h, std::vector<double> &jacobian);

} // namespace bench
