//===- two_layers.cpp - A network with one hidden layer by hand -----------===//

#include "further/further.h"
#include "libtwo_layers.h"

#include <cmath>

namespace bench {
namespace {

struct Data {
  int64_t n, d, h;
  std::vector<double> w, b, v, x, y;
  double c = 0.1;
};

/// The output for row i less what it should be; the hidden layer is left in `hidden`.
double misfit(const Data &p, int64_t i, double *hidden) {
  double output = p.c;
  for (int64_t j = 0; j < p.h; ++j) {
    double s = p.b[j];
    for (int64_t k = 0; k < p.d; ++k)
      s += p.w[j * p.d + k] * p.x[i * p.d + k];
    hidden[j] = std::tanh(s);
    output += p.v[j] * hidden[j];
  }
  return output - p.y[i];
}

double value(const Data &p) {
  std::vector<double> hidden(p.h);
  double total = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    double m = misfit(p, i, hidden.data());
    total += m * m;
  }
  return total / double(p.n);
}

double gradient(const Data &p, double *g) {
  double *gw = g, *gb = gw + p.h * p.d, *gv = gb + p.h, *gc = gv + p.h;
  std::vector<double> hidden(p.h);
  double total = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    double m = misfit(p, i, hidden.data());
    total += m * m;
    double a = 2 * m / double(p.n);
    *gc += a;
    for (int64_t j = 0; j < p.h; ++j) {
      gv[j] += a * hidden[j];
      double slope = a * p.v[j] * (1 - hidden[j] * hidden[j]);
      gb[j] += slope;
      for (int64_t k = 0; k < p.d; ++k)
        gw[j * p.d + k] += slope * p.x[i * p.d + k];
    }
  }
  return total / double(p.n);
}

} // namespace

Problem twoLayers(int64_t n, int64_t d, int64_t h) {
  Random random(6);
  double scale = 1 / std::sqrt(double(d));
  Data p{n,
         d,
         h,
         random.normals(h * d, scale),
         random.normals(h),
         random.normals(h),
         random.normals(n * d),
         random.normals(n)};
  return makeProblem(
      "two layers n=" + std::to_string(n) + " d=" + std::to_string(d) + " h=" + std::to_string(h),
      std::move(p), h * d + 2 * h + 1, double(n * h) * (4 * d + 40), two_layers_last_error,
      [](const Data &p, double *f) {
        return ::two_layers(p.h, p.d, p.n, p.w.data(), p.b.data(), p.v.data(), p.c, p.x.data(),
                            p.y.data(), f);
      },
      [](const Data &p, double *f, double *g) {
        double *gb = g + p.h * p.d;
        return ::two_layers_grad(p.h, p.d, p.n, p.w.data(), p.b.data(), p.v.data(), p.c, p.x.data(),
                                 p.y.data(), f, g, gb, gb + p.h, gb + 2 * p.h);
      },
      value, gradient);
}

} // namespace bench
