//===- kmeans.cpp - The cost of centres by hand ---------------------------===//

#include "further/further.h"
#include "libkmeans.h"

#include <cmath>

namespace bench {
namespace {

struct Data {
  int64_t n, d, k;
  std::vector<double> centre, x;
};

struct Nearest {
  double distance = INFINITY;
  int64_t centre = 0;
};

Nearest nearest(const Data &p, int64_t i) {
  Nearest best;
  for (int64_t c = 0; c < p.k; ++c) {
    double distance = 0;
    for (int64_t j = 0; j < p.d; ++j) {
      double difference = p.x[i * p.d + j] - p.centre[c * p.d + j];
      distance += difference * difference;
    }
    if (distance < best.distance)
      best = {distance, c};
  }
  return best;
}

double value(const Data &p) {
  double total = 0;
  for (int64_t i = 0; i < p.n; ++i)
    total += nearest(p, i).distance;
  return total;
}

double gradient(const Data &p, double *g) {
  double total = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    Nearest best = nearest(p, i);
    total += best.distance;
    for (int64_t j = 0; j < p.d; ++j)
      g[best.centre * p.d + j] += 2 * (p.centre[best.centre * p.d + j] - p.x[i * p.d + j]);
  }
  return total;
}

} // namespace

Problem kmeansCost(int64_t n, int64_t d, int64_t k) {
  Random random(3);
  Data p{n, d, k, random.normals(k * d), random.normals(n * d)};
  return makeProblem(
      "k-means n=" + std::to_string(n) + " d=" + std::to_string(d) + " k=" + std::to_string(k),
      std::move(p), k * d, double(n) * (3 * k * d + 3 * d), kmeans_last_error,
      [](const Data &p, double *f) {
        return ::kmeans(p.k, p.d, p.n, p.centre.data(), p.x.data(), f);
      },
      [](const Data &p, double *f, double *g) {
        return ::kmeans_grad(p.k, p.d, p.n, p.centre.data(), p.x.data(), f, g);
      },
      value, gradient);
}

} // namespace bench
