//===- problems.cpp - Instances of the long short-term memory network -----===//

#ifdef BENCH_ADOLC
#include "others/by_adolc.h"
#endif
#include "common/make_problem.h"
#include "liblstm.h"
#include "lstm/lstm.h"

namespace bench {

static Problem problem(int64_t l, int64_t b, int64_t c) {
  Random random(20240301);
  Lstm data{l,
            b,
            c,
            random.normals(size_t(8 * l * b)),
            random.normals(size_t(3 * b)),
            random.normals(size_t(2 * l * b)),
            {}};
  // One of b symbols at each step.
  data.sequence.assign(size_t(c * b), 0);
  for (int64_t t = 0; t < c; ++t)
    data.sequence[size_t(t * b + random.below(b))] = 1;
  std::vector<Other> others;
#ifdef BENCH_ADOLC
  others.push_back(lstmByAdolc(data));
#endif
  // exp as 25 operations, tanh as 30.
  double flops = double((c - 1) * l * b) * (3 * 28 + 2 * 30 + 12 + 55);
  Problem made = makeProblem(
      "lstm l=" + std::to_string(l) + " b=" + std::to_string(b) + " c=" + std::to_string(c),
      std::move(data), size_t(8 * l * b + 3 * b), flops, lstm_last_error,
      [](const Lstm &p, double *f) {
        return lstm(p.l, p.b, p.c, p.main.data(), p.extra.data(), p.state.data(), p.sequence.data(),
                    f);
      },
      [](const Lstm &p, double *f, double *g) {
        return lstm_grad(p.l, p.b, p.c, p.main.data(), p.extra.data(), p.state.data(),
                         p.sequence.data(), f, g, g + 8 * p.l * p.b);
      },
      lstmObjective, lstmGradient);
  made.others = std::move(others);
  return made;
}

std::vector<Problem> lstmProblems() { return {problem(2, 14, 1024), problem(4, 14, 1024)}; }

} // namespace bench
