//===- predator_prey.cpp - A fit of an ordinary differential equation -----===//

#include "further/further.h"
#include "libpredator_prey.h"

namespace bench {
namespace {

struct State {
  double prey, predators;
};
State operator+(State a, State b) { return {a.prey + b.prey, a.predators + b.predators}; }
State operator*(double s, State a) { return {s * a.prey, s * a.predators}; }

struct Data {
  int64_t n, substeps;
  double h;
  double rate[4], start[2];
  std::vector<double> seen;
};

State change(State s, const double *r) {
  double met = s.prey * s.predators;
  return {r[0] * s.prey - r[1] * met, r[2] * met - r[3] * s.predators};
}

/// The four slopes of a step are kept where `k` is given.
State step(State s, const double *rate, double h, State *k) {
  k[0] = change(s, rate);
  k[1] = change(s + h / 2 * k[0], rate);
  k[2] = change(s + h / 2 * k[1], rate);
  k[3] = change(s + h * k[2], rate);
  return s + h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3]);
}

/// Adds to `g` what an adjoint of change(s) means for the rates; returns what it means for s.
State changeAdjoint(State s, const double *r, State a, double *g) {
  double met = s.prey * s.predators;
  g[0] += a.prey * s.prey;
  g[1] -= a.prey * met;
  g[2] += a.predators * met;
  g[3] -= a.predators * s.predators;
  double ofMet = a.predators * r[2] - a.prey * r[1];
  return {a.prey * r[0] + ofMet * s.predators, ofMet * s.prey - a.predators * r[3]};
}

double squaredError(const Data &p, State s, int64_t i) {
  double prey = s.prey - p.seen[2 * i], predators = s.predators - p.seen[2 * i + 1];
  return prey * prey + predators * predators;
}

double value(const Data &p) {
  State s{p.start[0], p.start[1]}, k[4];
  double error = 0;
  for (int64_t i = 0; i < p.n; ++i) {
    for (int64_t j = 0; j < p.substeps; ++j)
      s = step(s, p.rate, p.h, k);
    error += squaredError(p, s, i);
  }
  return error;
}

double gradient(const Data &p, double *g) {
  std::vector<State> states(p.n * p.substeps + 1);
  State k[4];
  states[0] = {p.start[0], p.start[1]};
  double error = 0;
  for (int64_t i = 0, t = 0; i < p.n; ++i) {
    for (int64_t j = 0; j < p.substeps; ++j, ++t)
      states[t + 1] = step(states[t], p.rate, p.h, k);
    error += squaredError(p, states[t], i);
  }
  State a{0, 0};
  double h = p.h;
  for (int64_t t = p.n * p.substeps; t > 0; --t) {
    if (t % p.substeps == 0) {
      int64_t i = t / p.substeps - 1;
      a = a + 2 * State{states[t].prey - p.seen[2 * i], states[t].predators - p.seen[2 * i + 1]};
    }
    State s = states[t - 1];
    step(s, p.rate, h, k);
    State a4 = changeAdjoint(s + h * k[2], p.rate, h / 6 * a, g);
    State a3 = changeAdjoint(s + h / 2 * k[1], p.rate, h / 3 * a + h * a4, g);
    State a2 = changeAdjoint(s + h / 2 * k[0], p.rate, h / 3 * a + h / 2 * a3, g);
    State a1 = changeAdjoint(s, p.rate, h / 6 * a + h / 2 * a2, g);
    a = a + a1 + a2 + a3 + a4;
  }
  g[4] = a.prey;
  g[5] = a.predators;
  return error;
}

} // namespace

Problem predatorPrey(int64_t n, int64_t substeps) {
  Random random(5);
  Data p{n, substeps, 0.01, {0.9, 0.4, 0.3, 0.8}, {3, 2}, {}};
  for (int64_t i = 0; i < 2 * n; ++i)
    p.seen.push_back(random.uniform(1, 4));
  return makeProblem(
      "RK4 fit n=" + std::to_string(n) + " substeps=" + std::to_string(substeps), std::move(p), 6,
      double(n * substeps) * 180, predator_prey_last_error,
      [](const Data &p, double *f) {
        return ::predator_prey(p.n, p.rate, p.start, p.seen.data(), p.h, p.substeps, f);
      },
      [](const Data &p, double *f, double *g) {
        return ::predator_prey_grad(p.n, p.rate, p.start, p.seen.data(), p.h, p.substeps, f, g,
                                    g + 4);
      },
      value, gradient);
}

} // namespace bench
