//===- problems.cpp - Instances of bundle adjustment ----------------------===//

#include "ba/ba.h"
#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"
#include "libba.h"

#include <memory>

namespace bench {

static BundleAdjustment make(int64_t n, int64_t m, int64_t p) {
  Random random(20240302);
  BundleAdjustment b{n, m, p, {}, {}, {}, {}, {}};
  for (int64_t c = 0; c < n; ++c) {
    const double camera[11] = {random.normal(0.1),      random.normal(0.1),  random.normal(0.1),
                               random.normal(0.3),      random.normal(0.3),  random.normal(0.3) - 8,
                               500 + random.normal(20), random.normal(5),    random.normal(5),
                               random.normal(0.02),     random.normal(0.002)};
    b.cameras.insert(b.cameras.end(), camera, camera + 11);
  }
  b.points = random.normals(size_t(3 * m));
  for (int64_t i = 0; i < p; ++i) {
    b.weights.push_back(random.uniform(0.5, 1.5));
    b.observations.push_back(i * n / p); // by cameras, as data come
    b.observations.push_back(random.below(m));
  }
  b.features = random.normals(size_t(2 * p), 50);
  return b;
}

static Problem problem(int64_t n, int64_t m, int64_t p) {
  struct Instance {
    BundleAdjustment b;
    std::vector<double> circ, hand, circErrors, handErrors;
  };
  auto i = std::make_shared<Instance>();
  i->b = make(n, m, p);
  i->circ.resize(size_t(31 * p));
  i->circErrors.resize(size_t(3 * p));
  const BundleAdjustment *b = &i->b;
  Problem made;
  made.name = "ba p=" + std::to_string(p);
  made.circObjective = [i, b] {
    double *errors = i->circErrors.data();
    check(ba(b->n, b->m, b->p, b->cameras.data(), b->points.data(), b->weights.data(),
             b->observations.data(), b->features.data(), errors, errors + 2 * b->p),
          ba_last_error);
    return errors[0];
  };
  made.circGradient = [i, b] {
    double *rows = i->circ.data();
    check(ba_rows(b->n, b->m, b->p, b->cameras.data(), b->points.data(), b->weights.data(),
                  b->observations.data(), b->features.data(), rows, rows + 30 * b->p),
          ba_last_error);
    return rows[0];
  };
  made.handObjective = [i, b] { return baObjective(*b, i->handErrors), i->handErrors[0]; };
  made.handGradient = [i, b] { return baJacobian(*b, i->hand), i->hand[0]; };
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  made.circValues = &i->circErrors;
  made.handValues = &i->handErrors;
  made.flops = double(p) * 260;
  return made;
}

std::vector<Problem> baProblems() { return {problem(49, 7776, 31843)}; }

} // namespace bench
