//===- logistic_regression.cpp - Logistic regression by hand --------------===//

#include "further/further.h"
#include "liblogistic_regression.h"

#include <cmath>

namespace bench {
namespace {

struct Data {
  int64_t n, d;
  std::vector<double> w, x, y;
  double b = 0.3;
};

double score(const Data &p, int64_t i) {
  double s = p.b;
  for (int64_t j = 0; j < p.d; ++j)
    s += p.x[i * p.d + j] * p.w[j];
  return s;
}

double softplus(double z) { return std::fmax(z, 0) + std::log1p(std::exp(-std::fabs(z))); }

double ridge(const Data &p) {
  double squares = 0;
  for (double w : p.w)
    squares += w * w;
  return 0.01 * squares;
}

double value(const Data &p) {
  double total = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    double z = score(p, i);
    total += softplus(z) - p.y[i] * z;
  }
  return total / double(p.n) + ridge(p);
}

double gradient(const Data &p, double *g) {
  double total = 0, scale = 1 / double(p.n);
  for (int64_t i = 0; i < p.n; ++i) {
    double z = score(p, i), e = std::exp(-std::fabs(z));
    total += std::fmax(z, 0) + std::log1p(e) - p.y[i] * z;
    double slope = scale * ((z > 0 ? 1 : e) / (1 + e) - p.y[i]);
    for (int64_t j = 0; j < p.d; ++j)
      g[j] += slope * p.x[i * p.d + j];
    g[p.d] += slope;
  }
  for (int64_t j = 0; j < p.d; ++j)
    g[j] += 0.02 * p.w[j];
  return total * scale + ridge(p);
}

} // namespace

Problem logisticRegression(int64_t n, int64_t d) {
  Random random(1);
  Data p{n, d, random.normals(d, 0.3), random.normals(n * d), {}};
  for (int64_t i = 0; i < n; ++i)
    p.y.push_back(double(random.below(2)));
  return makeProblem(
      "logistic regression n=" + std::to_string(n) + " d=" + std::to_string(d), std::move(p), d + 1,
      double(n) * (4 * d + 60), logistic_regression_last_error,
      [](const Data &p, double *f) {
        return ::logistic_regression(p.d, p.n, p.w.data(), p.b, p.x.data(), p.y.data(), f);
      },
      [](const Data &p, double *f, double *g) {
        return ::logistic_regression_grad(p.d, p.n, p.w.data(), p.b, p.x.data(), p.y.data(), f, g,
                                          g + p.d);
      },
      value, gradient);
}

} // namespace bench
