//===- problems.cpp - Instances of hand tracking --------------------------===//

#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"
#include "hand/hand.h"
#include "libhand.h"

#include <cmath>
#include <memory>

namespace bench {

/// A rigid transform and its inverse: a turn about z and a shift.
static void rigid(Random &random, double *m, double *inverse) {
  double a = random.normal(0.5), c = std::cos(a), s = std::sin(a);
  double x = random.normal(), y = random.normal(), z = random.normal();
  const double made[16] = {c, -s, 0, x, s, c, 0, y, 0, 0, 1, z, 0, 0, 0, 1};
  const double back[16] = {c, s, 0, -c * x - s * y, -s, c, 0, s * x - c * y, 0, 0, 1, -z, 0,
                           0, 0, 1};
  std::copy(made, made + 16, m);
  std::copy(back, back + 16, inverse);
}

static Hand make(int64_t n) {
  Random random(20240303);
  Hand h;
  h.n = n;
  h.vertexCount = 544;
  h.theta = random.normals(Hand::parameters, 0.4);
  h.base.resize(16 * Hand::bones);
  h.inverseBase.resize(16 * Hand::bones);
  for (int64_t bone = 0; bone < Hand::bones; ++bone) {
    rigid(random, &h.base[size_t(16 * bone)], &h.inverseBase[size_t(16 * bone)]);
    h.parents.push_back(bone == 0 ? -1 : bone == 1 ? 0 : (bone - 2) % 4 == 0 ? 1 : bone - 1);
  }
  for (int64_t v = 0; v < h.vertexCount; ++v) {
    double sum = 0;
    for (int64_t bone = 0; bone < Hand::bones; ++bone) {
      h.weights.push_back(random.uniform(0, 1));
      sum += h.weights.back();
    }
    for (int64_t bone = 0; bone < Hand::bones; ++bone)
      h.weights[size_t(Hand::bones * v + bone)] /= sum;
  }
  h.vertices = random.normals(size_t(3 * h.vertexCount));
  for (int64_t i = 0; i < n; ++i)
    h.corresponding.push_back(random.below(h.vertexCount));
  h.points = random.normals(size_t(3 * n));
  return h;
}

static Problem problem(int64_t n) {
  struct Instance {
    Hand h;
    std::vector<double> circ, hand, circErrors, handErrors;
  };
  auto i = std::make_shared<Instance>();
  i->h = make(n);
  i->circ.resize(size_t(3 * n * Hand::parameters));
  i->circErrors.resize(size_t(3 * n));
  const Hand *h = &i->h;
  Problem made;
  made.name = "hand simple n=" + std::to_string(n);
  made.circObjective = [i, h] {
    check(hand(h->vertexCount, h->n, h->theta.data(), h->base.data(), h->inverseBase.data(),
               h->parents.data(), h->weights.data(), h->vertices.data(), h->corresponding.data(),
               h->points.data(), i->circErrors.data()),
          hand_last_error);
    return i->circErrors[0];
  };
  made.circGradient = [i, h] {
    check(hand_jacobian(h->vertexCount, h->n, h->theta.data(), h->base.data(),
                        h->inverseBase.data(), h->parents.data(), h->weights.data(),
                        h->vertices.data(), h->corresponding.data(), h->points.data(),
                        i->circErrors.data(), i->circ.data()),
          hand_last_error);
    return i->circ[0];
  };
  made.handObjective = [i, h] { return handObjective(*h, i->handErrors), i->handErrors[0]; };
  made.handGradient = [i, h] { return handJacobian(*h, i->hand), i->hand[0]; };
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  made.circValues = &i->circErrors;
  made.handValues = &i->handErrors;
  made.flops = double(n) * (Hand::bones * 21 + 5 * 13 * 21 + 20 * 15 + 45);
  return made;
}

std::vector<Problem> handProblems() { return {problem(100)}; }

} // namespace bench
