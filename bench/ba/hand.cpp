//===- hand.cpp - Bundle adjustment by hand -------------------------------===//

#include "ba/ba.h"

#include <cmath>

namespace bench {
namespace {

void cross(const double *a, const double *b, double *c) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// A rotation about an axis; the identity to first order where the angle is 0.
struct Rotation {
  double angle, axis[3], sine, cosine;

  explicit Rotation(const double *r) : angle(std::sqrt(dot(r, r))) {
    for (int k = 0; k < 3; ++k)
      axis[k] = angle == 0 ? 0 : r[k] / angle;
    sine = std::sin(angle);
    cosine = std::cos(angle);
  }

  /// The rotated vector; with `sign` -1 rotated back.
  void apply(const double *x, double *y, double sign = 1) const {
    double turned[3], along = dot(axis, x) * (1 - cosine);
    cross(axis, x, turned);
    for (int k = 0; k < 3; ++k)
      y[k] = x[k] * cosine + sign * turned[k] * sine + axis[k] * along;
  }

  /// The adjoint of the rotation vector, given that of the rotated `x`.
  void adjoint(const double *x, const double *g, double *dr) const {
    double moment[3];
    cross(x, g, moment);
    if (angle == 0) {
      for (int k = 0; k < 3; ++k)
        dr[k] = moment[k];
      return;
    }
    double turned[3], along = dot(axis, x), gAlong = dot(axis, g), da[3];
    cross(axis, x, turned);
    double dAngle = -sine * dot(x, g) + cosine * dot(turned, g) + sine * along * gAlong;
    for (int k = 0; k < 3; ++k)
      da[k] = sine * moment[k] + (1 - cosine) * (along * g[k] + gAlong * x[k]);
    double daAlong = dot(da, axis);
    for (int k = 0; k < 3; ++k)
      dr[k] = axis[k] * dAngle + (da[k] - daAlong * axis[k]) / angle;
  }
};

/// One observation: the image before and after distortion.
struct Projection {
  const double *camera;
  Rotation rotation;
  double x[3], y[3], p[2], square, distortion;

  Projection(const double *camera, const double *point) : camera(camera), rotation(camera) {
    for (int k = 0; k < 3; ++k)
      x[k] = point[k] - camera[3 + k];
    if (rotation.angle == 0) {
      cross(camera, x, y);
      for (int k = 0; k < 3; ++k)
        y[k] += x[k];
    } else {
      rotation.apply(x, y);
    }
    p[0] = y[0] / y[2];
    p[1] = y[1] / y[2];
    square = p[0] * p[0] + p[1] * p[1];
    distortion = 1 + camera[9] * square + camera[10] * square * square;
  }

  double error(int row, const double *feature) const {
    return camera[6] * p[row] * distortion + camera[7 + row] - feature[row];
  }
};

} // namespace

void baObjective(const BundleAdjustment &b, std::vector<double> &errors) {
  errors.resize(size_t(3 * b.p));
  for (int64_t i = 0; i < b.p; ++i) {
    const int64_t *o = &b.observations[2 * i];
    Projection seen(&b.cameras[11 * o[0]], &b.points[3 * o[1]]);
    for (int row = 0; row < 2; ++row)
      errors[2 * i + row] = b.weights[i] * seen.error(row, &b.features[2 * i]);
  }
  for (int64_t i = 0; i < b.p; ++i)
    errors[2 * b.p + i] = 1 - b.weights[i] * b.weights[i];
}

void baJacobian(const BundleAdjustment &b, std::vector<double> &rows) {
  rows.resize(size_t(31 * b.p));
  for (int64_t i = 0; i < b.p; ++i) {
    const int64_t *o = &b.observations[2 * i];
    Projection seen(&b.cameras[11 * o[0]], &b.points[3 * o[1]]);
    double w = b.weights[i], f = seen.camera[6], inverse = 1 / seen.y[2];
    double slope = 2 * (seen.camera[9] + 2 * seen.camera[10] * seen.square);
    for (int row = 0; row < 2; ++row) {
      double *out = &rows[30 * i + 15 * row], p = seen.p[row], g[3], dx[3];
      for (int k = 0; k < 2; ++k)
        g[k] = w * f * (slope * p * seen.p[k] + (k == row ? seen.distortion : 0)) * inverse;
      g[2] = -(g[0] * seen.p[0] + g[1] * seen.p[1]);
      seen.rotation.adjoint(seen.x, g, out);
      seen.rotation.apply(g, dx, -1);
      for (int k = 0; k < 3; ++k) {
        out[3 + k] = -dx[k];
        out[11 + k] = dx[k];
      }
      out[6] = w * p * seen.distortion;
      out[7] = row == 0 ? w : 0;
      out[8] = row == 1 ? w : 0;
      out[9] = w * f * p * seen.square;
      out[10] = out[9] * seen.square;
      out[14] = seen.error(row, &b.features[2 * i]);
    }
  }
  for (int64_t i = 0; i < b.p; ++i)
    rows[30 * b.p + i] = -2 * b.weights[i];
}

} // namespace bench
