//===- log_sum_exp.cpp - Log-sum-exp by hand ------------------------------===//

#include "further/further.h"
#include "liblog_sum_exp.h"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

using Data = std::vector<double>;

double largest(const Data &x) {
  double most = x[0];
  for (double v : x)
    most = std::fmax(most, v);
  return most;
}

double value(const Data &x) {
  double most = largest(x), sum = 0;
  for (double v : x)
    sum += std::exp(v - most);
  return most + std::log(sum);
}

double gradient(const Data &x, double *g) {
  double most = largest(x), sum = 0;
  for (size_t i = 0; i < x.size(); ++i)
    sum += g[i] = std::exp(x[i] - most);
  for (size_t i = 0; i < x.size(); ++i)
    g[i] *= 1 / sum;
  return most + std::log(sum);
}

} // namespace

Problem logSumExp(int64_t n) {
  return makeProblem(
      "log-sum-exp n=" + std::to_string(n), Random(4).normals(n), n, double(n) * 28,
      log_sum_exp_last_error,
      [](const Data &x, double *f) { return ::log_sum_exp(int64_t(x.size()), x.data(), f); },
      [](const Data &x, double *f, double *g) {
        return ::log_sum_exp_grad(int64_t(x.size()), x.data(), f, g);
      },
      value, gradient);
}

} // namespace bench
