//===- gmm_adolc.cpp - Gaussian mixture model by ADOL-C ------------------===//

#include "others/tape.h"

#include <cmath>

namespace bench {

static adouble logSumExp(const adouble *x, int64_t n) {
  adouble m = x[0], s = 0;
  for (int64_t i = 1; i < n; ++i)
    m = fmax(m, x[i]);
  for (int64_t i = 0; i < n; ++i)
    s += exp(x[i] - m);
  return m + log(s);
}

/// The objective, less what does not depend on the parameters.
static adouble objective(const Gmm &p, const adouble *alpha, const adouble *mu,
                         const adouble *icf) {
  int64_t t = p.triangle();
  std::vector<adouble> diagonal(p.k * p.d), logDet(p.k), y(p.d), z(p.d), terms(p.k);
  adouble squares = 0, logDets = 0, likelihood = 0;
  for (int64_t c = 0; c < p.k; ++c) {
    logDet[c] = 0;
    for (int64_t r = 0; r < p.d; ++r) {
      diagonal[c * p.d + r] = exp(icf[c * t + r]);
      squares += diagonal[c * p.d + r] * diagonal[c * p.d + r];
      logDet[c] += icf[c * t + r];
    }
    for (int64_t l = p.d; l < t; ++l)
      squares += icf[c * t + l] * icf[c * t + l];
    logDets += logDet[c];
  }
  for (int64_t i = 0; i < p.n; ++i) {
    for (int64_t c = 0; c < p.k; ++c) {
      const adouble *l = &icf[c * t + p.d];
      for (int64_t r = 0; r < p.d; ++r) {
        y[r] = p.x[i * p.d + r] - mu[c * p.d + r];
        z[r] = diagonal[c * p.d + r] * y[r];
      }
      for (int64_t j = 0; j < p.d; ++j)
        for (int64_t r = j + 1; r < p.d; ++r)
          z[r] += *l++ * y[j];
      adouble distance = 0;
      for (int64_t r = 0; r < p.d; ++r)
        distance += z[r] * z[r];
      terms[c] = alpha[c] + logDet[c] - 0.5 * distance;
    }
    likelihood += logSumExp(terms.data(), p.k);
  }
  return likelihood - double(p.n) * logSumExp(alpha, p.k) + 0.5 * p.gamma * p.gamma * squares -
         double(p.m) * logDets;
}

Other gmmByAdolc(const Gmm &p) {
  std::vector<double> x = p.alpha;
  x.insert(x.end(), p.mu.begin(), p.mu.end());
  x.insert(x.end(), p.icf.begin(), p.icf.end());
  return byAdolc(std::move(x),
                 [&](const adouble *v) { return objective(p, v, v + p.k, v + p.k + p.k * p.d); });
}

} // namespace bench
