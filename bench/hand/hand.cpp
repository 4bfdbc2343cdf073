//===- hand.cpp - Tracking of a hand by hand ------------------------------===//
//
// An angle moves the bones of its finger alone, so that its column of the
// Jacobian takes four bones at most.
//
//===----------------------------------------------------------------------===//

#include "hand/hand.h"

#include <array>
#include <cmath>

namespace bench {
namespace {

using Matrix = std::array<double, 12>; // the first three rows of a 4 x 4 one

/// `corner` is the last element of `b`: 1, and 0 where b is a derivative.
Matrix product(const Matrix &a, const Matrix &b, double corner = 1) {
  Matrix c;
  for (int r = 0; r < 3; ++r)
    for (int k = 0; k < 4; ++k) {
      double sum = k == 3 ? a[4 * r + 3] * corner : 0;
      for (int j = 0; j < 3; ++j)
        sum += a[4 * r + j] * b[4 * j + k];
      c[4 * r + k] = sum;
    }
  return c;
}

Matrix read(const double *m) {
  Matrix made;
  for (int k = 0; k < 12; ++k)
    made[k] = m[k];
  return made;
}

Matrix joint(double bend, double spread) {
  double c = std::cos(bend), s = std::sin(bend), cz = std::cos(spread), sz = std::sin(spread);
  return {cz, -sz * c, sz * s, 0, sz, cz * c, -cz * s, 0, 0, s, c, 0};
}

Matrix jointByBend(double bend, double spread) {
  double c = std::cos(bend), s = std::sin(bend), cz = std::cos(spread), sz = std::sin(spread);
  return {0, sz * s, sz * c, 0, 0, -cz * s, -cz * c, 0, 0, c, -s, 0};
}

Matrix jointBySpread(double bend, double spread) {
  double c = std::cos(bend), s = std::sin(bend), cz = std::cos(spread), sz = std::sin(spread);
  return {-sz, -cz * c, cz * s, 0, cz, -sz * c, sz * s, 0, 0, 0, 0, 0};
}

/// The rotation and, where wanted, its derivatives by the three elements of r.
void rotation(const double *r, double *turn, double (*by)[9]) {
  double square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
  if (square < 1e-8) {
    for (int k = 0; k < 9; ++k)
      turn[k] = k % 4 == 0;
    for (int p = 0; by && p < 3; ++p)
      for (int k = 0; k < 9; ++k)
        by[p][k] = 0;
    return;
  }
  double angle = std::sqrt(square), c = std::cos(angle), s = std::sin(angle), a[3];
  for (int k = 0; k < 3; ++k)
    a[k] = r[k] / angle;
  const double spin[9] = {0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      turn[3 * i + j] = (i == j ? c : 0) + a[i] * a[j] * (1 - c) + spin[3 * i + j] * s;
  for (int p = 0; by && p < 3; ++p) {
    double da[3];
    for (int k = 0; k < 3; ++k)
      da[k] = ((k == p ? 1 : 0) - a[k] * a[p]) / angle;
    const double dSpin[9] = {0, -da[2], da[1], da[2], 0, -da[0], -da[1], da[0], 0};
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        by[p][3 * i + j] = (i == j ? -s * a[p] : 0) + a[i] * a[j] * s * a[p] +
                           (da[i] * a[j] + a[i] * da[j]) * (1 - c) + dSpin[3 * i + j] * s +
                           spin[3 * i + j] * c * a[p];
  }
}

/// Bones of the pose, relative to their parents and absolute.
struct Pose {
  Matrix relative[Hand::bones], absolute[Hand::bones], transform[Hand::bones];

  explicit Pose(const Hand &h) {
    for (int64_t bone = 0; bone < Hand::bones; ++bone) {
      relative[bone] = read(&h.base[16 * bone]);
      int64_t place = bone < 2 ? 3 : (bone - 2) % 4;
      const double *t = &h.theta[6 + 4 * ((bone - 2) / 4)];
      if (place == 0)
        relative[bone] = product(relative[bone], joint(t[0], t[1]));
      else if (place < 3)
        relative[bone] = product(relative[bone], joint(t[1 + place], 0));
      int64_t parent = h.parents[bone];
      absolute[bone] = parent < 0 ? relative[bone] : product(absolute[parent], relative[bone]);
      transform[bone] = product(absolute[bone], read(&h.inverseBase[16 * bone]));
    }
  }
};

/// The derivatives of a finger's transforms by its four angles.
struct PoseDerivatives {
  Matrix moved[Hand::bones][4];

  PoseDerivatives(const Hand &h, const Pose &pose) {
    for (int64_t finger = 0; finger < 5; ++finger) {
      const double *t = &h.theta[6 + 4 * finger];
      for (int angle = 0; angle < 4; ++angle) {
        int64_t start = 2 + 4 * finger + (angle < 2 ? 0 : angle - 1);
        Matrix local = angle == 0   ? jointByBend(t[0], t[1])
                       : angle == 1 ? jointBySpread(t[0], t[1])
                                    : jointByBend(t[angle], 0);
        Matrix chain = product(read(&h.base[16 * start]), local, 0);
        if (h.parents[start] >= 0)
          chain = product(pose.absolute[h.parents[start]], chain, 0);
        for (int64_t bone = start; bone < 2 + 4 * finger + 4; ++bone) {
          if (bone != start)
            chain = product(chain, pose.relative[bone]);
          moved[bone][angle] = product(chain, read(&h.inverseBase[16 * bone]));
        }
      }
    }
  }
};

/// A vertex at rest.
struct Vertex {
  const double *x, *weights;

  Vertex(const Hand &h, int64_t vertex)
      : x(&h.vertices[3 * vertex]), weights(&h.weights[Hand::bones * vertex]) {}

  /// Adds what a bone does to the vertex, by its weight.
  void transform(const Matrix &m, int64_t bone, double *sum) const {
    for (int r = 0; r < 3; ++r)
      sum[r] += weights[bone] *
                (m[4 * r] * x[0] + m[4 * r + 1] * x[1] + m[4 * r + 2] * x[2] + m[4 * r + 3]);
  }
};

/// A sum of vertices: for each bone, its weight times (x, 1) of them all.
struct Place {
  double parts[Hand::bones][4] = {};

  void add(const Hand &h, int64_t vertex, double share) {
    Vertex at(h, vertex);
    for (int64_t bone = 0; bone < Hand::bones; ++bone) {
      double weight = share * at.weights[bone];
      for (int k = 0; k < 3; ++k)
        parts[bone][k] += weight * at.x[k];
      parts[bone][3] += weight;
    }
  }

  void transform(const Matrix &m, int64_t bone, double *sum) const {
    for (int r = 0; r < 3; ++r)
      for (int k = 0; k < 4; ++k)
        sum[r] += m[4 * r + k] * parts[bone][k];
  }
};

template <typename Point> void posed(const Pose &pose, const Point &point, double *sum) {
  sum[0] = sum[1] = sum[2] = 0;
  for (int64_t bone = 0; bone < Hand::bones; ++bone)
    point.transform(pose.transform[bone], bone, sum);
}

double turned(const double *turn, int r, const double *x) {
  return turn[3 * r] * x[0] + turn[3 * r + 1] * x[1] + turn[3 * r + 2] * x[2];
}

/// What all points need of the parameters and their derivatives.
struct Moved {
  Pose pose;
  PoseDerivatives derivatives;
  double turn[9], by[3][9];

  explicit Moved(const Hand &h) : pose(h), derivatives(h, pose) {
    rotation(h.theta.data(), turn, by);
  }

  /// The derivatives of a point's three errors by the parameters.
  template <typename Point> void rows(const Point &point, double *rows, int64_t stride) const {
    double at[3];
    posed(pose, point, at);
    for (int r = 0; r < 3; ++r)
      for (int p = 0; p < 3; ++p) {
        rows[r * stride + p] = -turned(by[p], r, at);
        rows[r * stride + 3 + p] = r == p ? -1 : 0;
      }
    for (int64_t finger = 0; finger < 5; ++finger)
      for (int angle = 0; angle < 4; ++angle) {
        double d[3] = {0, 0, 0};
        int64_t first = 2 + 4 * finger + (angle < 2 ? 0 : angle - 1);
        for (int64_t bone = first; bone < 6 + 4 * finger; ++bone)
          point.transform(derivatives.moved[bone][angle], bone, d);
        for (int r = 0; r < 3; ++r)
          rows[r * stride + 6 + 4 * finger + angle] = -turned(turn, r, d);
      }
  }
};

/// The place in its triangle that a point corresponds to.
Place placeOf(const Hand &h, int64_t point) {
  const int64_t *corners = &h.triangles[3 * h.corresponding[point]];
  const double *u = &h.coordinates[2 * point];
  Place place;
  place.add(h, corners[0], u[0]);
  place.add(h, corners[1], u[1]);
  place.add(h, corners[2], 1 - u[0] - u[1]);
  return place;
}

template <typename Correspondence>
void objective(const Hand &h, std::vector<double> &errors, Correspondence correspondence) {
  errors.resize(size_t(3 * h.n));
  Pose pose(h);
  double turn[9], at[3];
  rotation(h.theta.data(), turn, nullptr);
  for (int64_t i = 0; i < h.n; ++i) {
    posed(pose, correspondence(i), at);
    for (int r = 0; r < 3; ++r)
      errors[3 * i + r] = h.points[3 * i + r] - (turned(turn, r, at) + h.theta[3 + r]);
  }
}

} // namespace

void handObjective(const Hand &h, std::vector<double> &errors) {
  objective(h, errors, [&](int64_t i) { return Vertex(h, h.corresponding[i]); });
}

void handComplicatedObjective(const Hand &h, std::vector<double> &errors) {
  objective(h, errors, [&](int64_t i) { return placeOf(h, i); });
}

void handJacobian(const Hand &h, std::vector<double> &jacobian) {
  constexpr int64_t stride = Hand::parameters;
  jacobian.resize(size_t(3 * h.n * stride));
  Moved moved(h);
  for (int64_t i = 0; i < h.n; ++i)
    moved.rows(Vertex(h, h.corresponding[i]), &jacobian[size_t(3 * i * stride)], stride);
}

void handComplicatedJacobian(const Hand &h, std::vector<double> &jacobian) {
  constexpr int64_t stride = Hand::parameters + 2;
  jacobian.resize(size_t(3 * h.n * stride));
  Moved moved(h);
  for (int64_t i = 0; i < h.n; ++i) {
    double *rows = &jacobian[size_t(3 * i * stride)];
    // By a coordinate a place moves along an edge of its triangle.
    const int64_t *corners = &h.triangles[3 * h.corresponding[i]];
    for (int k = 0; k < 2; ++k) {
      Place edge;
      edge.add(h, corners[k], 1);
      edge.add(h, corners[2], -1);
      double along[3];
      posed(moved.pose, edge, along);
      for (int r = 0; r < 3; ++r)
        rows[r * stride + k] = -turned(moved.turn, r, along);
    }
    moved.rows(placeOf(h, i), rows + 2, stride);
  }
}

} // namespace bench
