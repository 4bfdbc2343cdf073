//===- problems.cpp - Instances of hand tracking --------------------------===//

#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"
#include "hand/hand.h"
#include "libhand.h"
#include "libhand_complicated.h"

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

/// Points correspond to places in triangles.
static Hand makeComplicated(int64_t n) {
  Hand h = make(n);
  Random random(20240304);
  for (int64_t corner = 0; corner < 3 * Hand::triangleCount; ++corner)
    h.triangles.push_back(random.below(h.vertexCount));
  for (int64_t i = 0; i < n; ++i) {
    h.corresponding[size_t(i)] = random.below(Hand::triangleCount);
    h.coordinates.push_back(random.uniform(0, 0.5));
    h.coordinates.push_back(random.uniform(0, 0.5));
  }
  return h;
}

struct Instance {
  Hand h;
  std::vector<double> circ, hand, circErrors, handErrors;
};

/// What both kinds of problems have in common: `columns` of the Jacobian.
static Problem problem(const std::string &kind, std::shared_ptr<Instance> i, int64_t columns,
                       double flopsOfPoint) {
  i->circ.resize(size_t(3 * i->h.n * columns));
  i->circErrors.resize(size_t(3 * i->h.n));
  Problem made;
  made.name = "hand " + kind + " n=" + std::to_string(i->h.n);
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  made.circValues = &i->circErrors;
  made.handValues = &i->handErrors;
  made.flops = double(i->h.n) * flopsOfPoint;
  return made;
}

/// Operations of 22 bones that pose a place, of 65 derivatives of theirs, and of
/// what turns them.
static constexpr double flopsOfPlace = Hand::bones * 24 + 65 * 24 + 23 * 15;

static Problem simple(int64_t n) {
  auto i = std::make_shared<Instance>();
  i->h = make(n);
  const Hand *h = &i->h;
  Problem made = problem("simple", i, Hand::parameters, flopsOfPlace + Hand::bones * 4);
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
  return made;
}

static Problem complicated(int64_t n) {
  auto i = std::make_shared<Instance>();
  i->h = makeComplicated(n);
  const Hand *h = &i->h;
  // The place takes three corners, and two edges are posed, too.
  Problem made = problem("complicated", i, Hand::parameters + 2,
                         flopsOfPlace + Hand::bones * (3 * 8 + 2 * (2 * 8 + 24)) + 30);
  made.circObjective = [i, h] {
    check(hand_complicated(h->n, h->vertexCount, Hand::triangleCount, h->coordinates.data(),
                           h->theta.data(), h->base.data(), h->inverseBase.data(),
                           h->parents.data(), h->weights.data(), h->vertices.data(),
                           h->triangles.data(), h->corresponding.data(), h->points.data(),
                           i->circErrors.data()),
          hand_complicated_last_error);
    return i->circErrors[0];
  };
  made.circGradient = [i, h] {
    check(hand_complicated_rows(h->n, h->vertexCount, Hand::triangleCount, h->coordinates.data(),
                                h->theta.data(), h->base.data(), h->inverseBase.data(),
                                h->parents.data(), h->weights.data(), h->vertices.data(),
                                h->triangles.data(), h->corresponding.data(), h->points.data(),
                                i->circ.data()),
          hand_complicated_last_error);
    return i->circ[0];
  };
  made.handObjective = [i, h] {
    return handComplicatedObjective(*h, i->handErrors), i->handErrors[0];
  };
  made.handGradient = [i, h] { return handComplicatedJacobian(*h, i->hand), i->hand[0]; };
  return made;
}

std::vector<Problem> handProblems() { return {simple(100), complicated(100)}; }

} // namespace bench
