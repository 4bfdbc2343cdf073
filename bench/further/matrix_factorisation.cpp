//===- matrix_factorisation.cpp - Matrix factorisation by hand ------------===//

#include "further/further.h"
#include "libmatrix_factorisation.h"

namespace bench {
namespace {

struct Data {
  int64_t n, m, r, e;
  std::vector<double> u, v, entry;
  std::vector<int64_t> row, column;
};

double misfit(const Data &p, int64_t i) {
  const double *u = &p.u[p.row[i] * p.r], *v = &p.v[p.column[i] * p.r];
  double product = 0;
  for (int64_t j = 0; j < p.r; ++j)
    product += u[j] * v[j];
  return p.entry[i] - product;
}

double ridge(const Data &p) {
  double squares = 0;
  for (double u : p.u)
    squares += u * u;
  for (double v : p.v)
    squares += v * v;
  return 0.1 * squares;
}

double value(const Data &p) {
  double total = 0;
  for (int64_t i = 0; i < p.e; ++i) {
    double d = misfit(p, i);
    total += d * d;
  }
  return total + ridge(p);
}

double gradient(const Data &p, double *g) {
  double total = 0, *gu = g, *gv = g + p.n * p.r;
  for (int64_t i = 0; i < p.e; ++i) {
    double d = misfit(p, i);
    total += d * d;
    const double *u = &p.u[p.row[i] * p.r], *v = &p.v[p.column[i] * p.r];
    double *du = gu + p.row[i] * p.r, *dv = gv + p.column[i] * p.r;
    for (int64_t j = 0; j < p.r; ++j) {
      du[j] -= 2 * d * v[j];
      dv[j] -= 2 * d * u[j];
    }
  }
  for (int64_t i = 0; i < p.n * p.r; ++i)
    gu[i] += 0.2 * p.u[i];
  for (int64_t i = 0; i < p.m * p.r; ++i)
    gv[i] += 0.2 * p.v[i];
  return total + ridge(p);
}

} // namespace

Problem matrixFactorisation(int64_t n, int64_t m, int64_t r, int64_t e) {
  Random random(2);
  Data p{n, m, r, e, random.normals(n * r), random.normals(m * r), random.normals(e), {}, {}};
  for (int64_t i = 0; i < e; ++i) {
    p.row.push_back(random.below(n));
    p.column.push_back(random.below(m));
  }
  return makeProblem(
      "matrix factorisation n=" + std::to_string(n) + " m=" + std::to_string(m) +
          " r=" + std::to_string(r),
      std::move(p), (n + m) * r, double(e) * 10 * r, matrix_factorisation_last_error,
      [](const Data &p, double *f) {
        return ::matrix_factorisation(p.n, p.r, p.m, p.e, p.u.data(), p.v.data(), p.row.data(),
                                      p.column.data(), p.entry.data(), f);
      },
      [](const Data &p, double *f, double *g) {
        return ::matrix_factorisation_grad(p.n, p.r, p.m, p.e, p.u.data(), p.v.data(), p.row.data(),
                                           p.column.data(), p.entry.data(), f, g, g + p.n * p.r);
      },
      value, gradient);
}

} // namespace bench
