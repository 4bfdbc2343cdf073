//===- hand.cpp - Gaussian mixture model by hand --------------------------===//

#include "gmm/gmm.h"

#include <algorithm>
#include <cmath>

namespace bench {

static double logSumExp(const double *x, int64_t n) {
  double m = *std::max_element(x, x + n), s = 0;
  for (int64_t i = 0; i < n; ++i)
    s += std::exp(x[i] - m);
  return m + std::log(s);
}

static double normalizer(const Gmm &p) {
  double degrees = double(p.d + p.m + 1), d = double(p.d);
  double logGamma = 0.25 * d * (d - 1) * std::log(M_PI);
  for (int64_t j = 1; j <= p.d; ++j)
    logGamma += std::lgamma(0.5 * degrees + 0.5 * double(1 - j));
  return degrees * d * (std::log(p.gamma) - 0.5 * std::log(2.0)) - logGamma;
}

/// z = Q (x - mu), with y = x - mu: by columns, which lie contiguous.
static double product(const double *diagonal, const double *l, const double *x, const double *mu,
                      double *y, double *z, int64_t d) {
  for (int64_t r = 0; r < d; ++r) {
    y[r] = x[r] - mu[r];
    z[r] = diagonal[r] * y[r];
  }
  for (int64_t j = 0; j < d; ++j) {
    double factor = y[j];
    for (int64_t r = j + 1; r < d; ++r)
      z[r] += *l++ * factor;
  }
  double square = 0;
  for (int64_t r = 0; r < d; ++r)
    square += z[r] * z[r];
  return square;
}

static void prepare(const Gmm &p, std::vector<double> &diagonal, std::vector<double> &logDet) {
  diagonal.resize(p.k * p.d);
  logDet.assign(p.k, 0);
  for (int64_t c = 0; c < p.k; ++c)
    for (int64_t r = 0; r < p.d; ++r) {
      double q = p.icf[c * p.triangle() + r];
      diagonal[c * p.d + r] = std::exp(q);
      logDet[c] += q;
    }
}

static double prior(const Gmm &p, const std::vector<double> &diagonal,
                    const std::vector<double> &logDet) {
  double squares = 0, logDets = 0;
  for (double v : diagonal)
    squares += v * v;
  for (int64_t c = 0; c < p.k; ++c) {
    logDets += logDet[c];
    for (int64_t l = p.d; l < p.triangle(); ++l)
      squares += p.icf[c * p.triangle() + l] * p.icf[c * p.triangle() + l];
  }
  return 0.5 * p.gamma * p.gamma * squares - double(p.m) * logDets - double(p.k) * normalizer(p);
}

double gmmObjective(const Gmm &p) {
  std::vector<double> diagonal, logDet, y(p.d), z(p.d), terms(p.k);
  prepare(p, diagonal, logDet);
  double likelihood = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    for (int64_t c = 0; c < p.k; ++c)
      terms[c] = p.alpha[c] + logDet[c] -
                 0.5 * product(&diagonal[c * p.d], &p.icf[c * p.triangle() + p.d], &p.x[i * p.d],
                               &p.mu[c * p.d], y.data(), z.data(), p.d);
    likelihood += logSumExp(terms.data(), p.k);
  }
  return -0.5 * double(p.n * p.d) * std::log(2 * M_PI) + likelihood -
         double(p.n) * logSumExp(p.alpha.data(), p.k) + prior(p, diagonal, logDet);
}

double gmmGradient(const Gmm &p, double *gradient) {
  int64_t n = p.n, d = p.d, k = p.k, t = p.triangle();
  std::vector<double> diagonal, logDet, y(k * d), z(k * d), terms(k), dy(d);
  prepare(p, diagonal, logDet);
  double *dAlpha = gradient, *dMu = dAlpha + k, *dIcf = dMu + k * d;
  double likelihood = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t c = 0; c < k; ++c)
      terms[c] = p.alpha[c] + logDet[c] -
                 0.5 * product(&diagonal[c * d], &p.icf[c * t + d], &p.x[i * d], &p.mu[c * d],
                               &y[c * d], &z[c * d], d);
    double lse = logSumExp(terms.data(), k);
    likelihood += lse;
    for (int64_t c = 0; c < k; ++c) {
      double w = std::exp(terms[c] - lse);
      const double *yc = &y[c * d], *zc = &z[c * d], *q = &diagonal[c * d];
      const double *l = &p.icf[c * t + d];
      double *dq = dIcf + c * t, *dl = dq + d;
      dAlpha[c] += w;
      for (int64_t r = 0; r < d; ++r) {
        dq[r] += w * (1 - zc[r] * q[r] * yc[r]);
        dy[r] = q[r] * zc[r];
      }
      for (int64_t j = 0; j < d; ++j) {
        double factor = w * yc[j], sum = 0;
        for (int64_t r = j + 1; r < d; ++r) {
          dl[r - j - 1] -= factor * zc[r];
          sum += l[r - j - 1] * zc[r];
        }
        dy[j] += sum;
        l += d - j - 1;
        dl += d - j - 1;
      }
      for (int64_t r = 0; r < d; ++r)
        dMu[c * d + r] += w * dy[r];
    }
  }
  double lseAlpha = logSumExp(p.alpha.data(), k), g2 = p.gamma * p.gamma;
  for (int64_t c = 0; c < k; ++c) {
    dAlpha[c] -= double(n) * std::exp(p.alpha[c] - lseAlpha);
    for (int64_t r = 0; r < d; ++r) {
      double q = diagonal[c * d + r];
      dIcf[c * t + r] += g2 * q * q - double(p.m);
    }
    for (int64_t l = d; l < t; ++l)
      dIcf[c * t + l] += g2 * p.icf[c * t + l];
  }
  return -0.5 * double(n * d) * std::log(2 * M_PI) + likelihood - double(n) * lseAlpha +
         prior(p, diagonal, logDet);
}

} // namespace bench
