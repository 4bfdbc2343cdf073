//===- lstm_adolc.cpp - LSTM by ADOL-C -----------------------------------===//

#include "others/tape.h"

namespace bench {

static adouble sigmoid(const adouble &x) { return 1 / (1 + exp(-x)); }

static adouble objective(const Lstm &p, const adouble *main, const adouble *extra) {
  int64_t l = p.l, b = p.b, c = p.c;
  std::vector<adouble> hidden(l * b), cell(l * b), z(b), y(b);
  for (int64_t j = 0; j < l; ++j)
    for (int64_t i = 0; i < b; ++i) {
      hidden[j * b + i] = p.state[(2 * j) * b + i];
      cell[j * b + i] = p.state[(2 * j + 1) * b + i];
    }
  adouble total = 0;
  for (int64_t t = 0; t + 1 < c; ++t) {
    for (int64_t i = 0; i < b; ++i)
      z[i] = p.sequence[t * b + i] * extra[i];
    for (int64_t j = 0; j < l; ++j) {
      const adouble *w = &main[j * 8 * b];
      for (int64_t i = 0; i < b; ++i) {
        adouble &h = hidden[j * b + i], &s = cell[j * b + i];
        adouble forget = sigmoid(z[i] * w[i] + w[4 * b + i]);
        adouble input = sigmoid(h * w[b + i] + w[5 * b + i]);
        adouble output = sigmoid(z[i] * w[2 * b + i] + w[6 * b + i]);
        adouble change = tanh(h * w[3 * b + i] + w[7 * b + i]);
        s = s * forget + input * change;
        h = output * tanh(s);
        z[i] = h;
      }
    }
    adouble sum = 2;
    for (int64_t i = 0; i < b; ++i) {
      y[i] = z[i] * extra[b + i] + extra[2 * b + i];
      sum += exp(y[i]);
    }
    adouble lse = log(sum);
    for (int64_t i = 0; i < b; ++i)
      total += p.sequence[(t + 1) * b + i] * (y[i] - lse);
  }
  return -total / double(b * (c - 1));
}

Other lstmByAdolc(const Lstm &p) {
  std::vector<double> x = p.main;
  x.insert(x.end(), p.extra.begin(), p.extra.end());
  return byAdolc(std::move(x),
                 [&](const adouble *v) { return objective(p, v, v + 8 * p.l * p.b); });
}

} // namespace bench
