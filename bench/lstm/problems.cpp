//===- problems.cpp - Instances of the long short-term memory network -----===//

#include "common/check.h"
#include "common/data.h"
#include "common/problem.h"
#include "liblstm.h"
#include "lstm/lstm.h"

#include <memory>

namespace bench {

static Problem problem(int64_t l, int64_t b, int64_t c) {
  struct Instance {
    Lstm p;
    std::vector<double> circ, hand;
  };
  auto i = std::make_shared<Instance>();
  Random random(20240301);
  i->p = {l,
          b,
          c,
          random.normals(size_t(8 * l * b)),
          random.normals(size_t(3 * b)),
          random.normals(size_t(2 * l * b)),
          {}};
  // One of b symbols at each step.
  i->p.sequence.assign(size_t(c * b), 0);
  for (int64_t t = 0; t < c; ++t)
    i->p.sequence[size_t(t * b + random.below(b))] = 1;
  i->circ.resize(size_t(8 * l * b + 3 * b));
  const Lstm *p = &i->p;
  Problem made;
  made.name = "lstm l=" + std::to_string(l) + " b=" + std::to_string(b) + " c=" + std::to_string(c);
  made.circObjective = [p] {
    double value;
    check(lstm(p->l, p->b, p->c, p->main.data(), p->extra.data(), p->state.data(),
               p->sequence.data(), &value),
          lstm_last_error);
    return value;
  };
  made.circGradient = [i, p] {
    double value, *g = i->circ.data();
    check(lstm_grad(p->l, p->b, p->c, p->main.data(), p->extra.data(), p->state.data(),
                    p->sequence.data(), &value, g, g + 8 * p->l * p->b),
          lstm_last_error);
    return value;
  };
  made.handObjective = [p] { return lstmObjective(*p); };
  made.handGradient = [i, p] { return lstmGradient(*p, i->hand); };
  made.circResult = &i->circ;
  made.handResult = &i->hand;
  // exp as 25 operations, tanh as 30.
  made.flops = double((c - 1) * l * b) * (3 * 28 + 2 * 30 + 12 + 55);
  return made;
}

std::vector<Problem> lstmProblems() { return {problem(2, 14, 1024), problem(4, 14, 1024)}; }

} // namespace bench
