//===- problems.cpp - Instances of the Gaussian mixture model -------------===//

#ifdef BENCH_ADOLC
#include "others/by_adolc.h"
#endif
#include "common/make_problem.h"
#include "gmm/gmm.h"
#include "libgmm.h"
#include "libgmm_parallel.h"

namespace bench {

Gmm makeGmm(int64_t n, int64_t d, int64_t k) {
  Random random(20240229);
  Gmm p{n, d, k};
  p.alpha = random.normals(size_t(k));
  p.mu = random.normals(size_t(k * d));
  p.icf = random.normals(size_t(k * p.triangle()), 1 / std::sqrt(double(d)));
  p.x = random.normals(size_t(n * d));
  return p;
}

static Problem problem(int64_t n, int64_t d, int64_t k) {
  Gmm data = makeGmm(n, d, k);
  std::vector<Other> others;
  size_t unknowns = size_t(k + k * d + k * data.triangle());
#ifdef BENCH_ADOLC
  if (d == 10) // the tapes of the larger ones take gigabytes
    others.push_back(gmmByAdolc(data));
#endif
  Problem made = makeProblem(
      "gmm n=" + std::to_string(n) + " d=" + std::to_string(d) + " k=" + std::to_string(k),
      std::move(data), unknowns, double(n * k) * double(6 * d * (d + 1) / 2 + 8 * d + 40),
      gmm_last_error,
      [](const Gmm &p, double *f) {
        return gmm(p.k, p.d, p.n, p.alpha.data(), p.mu.data(), p.icf.data(), p.x.data(), p.gamma,
                   p.m, f);
      },
      [](const Gmm &p, double *f, double *g) {
        return gmm_grad(p.k, p.d, p.n, p.alpha.data(), p.mu.data(), p.icf.data(), p.x.data(),
                        p.gamma, p.m, f, g, g + p.k, g + p.k + p.k * p.d);
      },
      gmmObjective, gmmGradient,
      [](const Gmm &p, double *f, double *g) {
        return parallel_gmm_grad(p.k, p.d, p.n, p.alpha.data(), p.mu.data(), p.icf.data(),
                                 p.x.data(), p.gamma, p.m, f, g, g + p.k, g + p.k + p.k * p.d);
      });
  made.others = std::move(others);
  return made;
}

std::vector<Problem> gmmProblems() {
  return {problem(1000, 10, 25), problem(1000, 32, 50), problem(1000, 64, 50)};
}

} // namespace bench
