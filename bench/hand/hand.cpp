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

void transformed(const Matrix &m, const double *x, double weight, double *sum) {
  for (int r = 0; r < 3; ++r)
    sum[r] += weight * (m[4 * r] * x[0] + m[4 * r + 1] * x[1] + m[4 * r + 2] * x[2] + m[4 * r + 3]);
}

} // namespace

void handObjective(const Hand &h, std::vector<double> &errors) {
  errors.resize(size_t(3 * h.n));
  Pose pose(h);
  double turn[9];
  rotation(h.theta.data(), turn, nullptr);
  for (int64_t i = 0; i < h.n; ++i) {
    const double *x = &h.vertices[3 * h.corresponding[i]];
    const double *w = &h.weights[Hand::bones * h.corresponding[i]];
    double posed[3] = {0, 0, 0};
    for (int64_t bone = 0; bone < Hand::bones; ++bone)
      transformed(pose.transform[bone], x, w[bone], posed);
    for (int r = 0; r < 3; ++r)
      errors[3 * i + r] =
          h.points[3 * i + r] - (turn[3 * r] * posed[0] + turn[3 * r + 1] * posed[1] +
                                 turn[3 * r + 2] * posed[2] + h.theta[3 + r]);
  }
}

void handJacobian(const Hand &h, std::vector<double> &jacobian) {
  jacobian.assign(size_t(3 * h.n * Hand::parameters), 0);
  Pose pose(h);
  double turn[9], by[3][9];
  rotation(h.theta.data(), turn, by);
  // The derivatives of a finger's transforms by its four angles.
  Matrix moved[Hand::bones][4];
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
  for (int64_t i = 0; i < h.n; ++i) {
    const double *x = &h.vertices[3 * h.corresponding[i]];
    const double *w = &h.weights[Hand::bones * h.corresponding[i]];
    double posed[3] = {0, 0, 0};
    for (int64_t bone = 0; bone < Hand::bones; ++bone)
      transformed(pose.transform[bone], x, w[bone], posed);
    double *rows = &jacobian[size_t(3 * i * Hand::parameters)];
    for (int r = 0; r < 3; ++r) {
      double *row = rows + r * Hand::parameters;
      for (int p = 0; p < 3; ++p)
        row[p] =
            -(by[p][3 * r] * posed[0] + by[p][3 * r + 1] * posed[1] + by[p][3 * r + 2] * posed[2]);
      row[3 + r] = -1;
    }
    for (int64_t finger = 0; finger < 5; ++finger)
      for (int angle = 0; angle < 4; ++angle) {
        double d[3] = {0, 0, 0};
        for (int64_t bone = 2 + 4 * finger + (angle < 2 ? 0 : angle - 1); bone < 6 + 4 * finger;
             ++bone)
          transformed(moved[bone][angle], x, w[bone], d);
        for (int r = 0; r < 3; ++r)
          rows[r * Hand::parameters + 6 + 4 * finger + angle] =
              -(turn[3 * r] * d[0] + turn[3 * r + 1] * d[1] + turn[3 * r + 2] * d[2]);
      }
  }
}

} // namespace bench
