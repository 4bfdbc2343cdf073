//===- problems.cpp - Instances of the Gaussian mixture model -------------===//

#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"
#include "gmm/gmm.h"
#include "libgmm.h"

#include <memory>

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
  struct Instance {
    Gmm p;
    std::vector<double> circ, hand;
  };
  auto i = std::make_shared<Instance>();
  i->p = makeGmm(n, d, k);
  i->circ.resize(size_t(k + k * d + k * i->p.triangle()));
  const Gmm *p = &i->p;
  Problem made;
  made.name = "gmm n=" + std::to_string(n) + " d=" + std::to_string(d) + " k=" + std::to_string(k);
  made.circObjective = [p] {
    double value;
    check(gmm(p->k, p->d, p->n, p->alpha.data(), p->mu.data(), p->icf.data(), p->x.data(), p->gamma,
              p->m, &value),
          gmm_last_error);
    return value;
  };
  made.circGradient = [i, p] {
    double value, *g = i->circ.data();
    check(gmm_grad(p->k, p->d, p->n, p->alpha.data(), p->mu.data(), p->icf.data(), p->x.data(),
                   p->gamma, p->m, &value, g, g + p->k, g + p->k + p->k * p->d),
          gmm_last_error);
    return value;
  };
  made.handObjective = [p] { return gmmObjective(*p); };
  made.handGradient = [i, p] { return gmmGradient(*p, i->hand); };
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  made.flops = double(n * k) * double(6 * d * (d + 1) / 2 + 8 * d + 40);
  return made;
}

std::vector<Problem> gmmProblems() {
  return {problem(1000, 10, 25), problem(1000, 32, 50), problem(1000, 64, 50)};
}

} // namespace bench
