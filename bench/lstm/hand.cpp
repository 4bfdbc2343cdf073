//===- hand.cpp - Long short-term memory network by hand ------------------===//

#include "lstm/lstm.h"

#include <cmath>

namespace bench {

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double lstmObjective(const Lstm &p) {
  int64_t l = p.l, b = p.b, c = p.c;
  std::vector<double> hidden(l * b), cell(l * b), z(b), y(b);
  for (int64_t j = 0; j < l; ++j)
    for (int64_t i = 0; i < b; ++i) {
      hidden[j * b + i] = p.state[(2 * j) * b + i];
      cell[j * b + i] = p.state[(2 * j + 1) * b + i];
    }
  double total = 0;
  for (int64_t t = 0; t + 1 < c; ++t) {
    for (int64_t i = 0; i < b; ++i)
      z[i] = p.sequence[t * b + i] * p.extra[i];
    for (int64_t j = 0; j < l; ++j) {
      const double *w = &p.main[j * 8 * b];
      double *h = &hidden[j * b], *s = &cell[j * b];
      for (int64_t i = 0; i < b; ++i) {
        double forget = sigmoid(z[i] * w[i] + w[4 * b + i]);
        double input = sigmoid(h[i] * w[b + i] + w[5 * b + i]);
        double output = sigmoid(z[i] * w[2 * b + i] + w[6 * b + i]);
        double change = std::tanh(h[i] * w[3 * b + i] + w[7 * b + i]);
        s[i] = s[i] * forget + input * change;
        h[i] = output * std::tanh(s[i]);
        z[i] = h[i];
      }
    }
    double sum = 2;
    for (int64_t i = 0; i < b; ++i) {
      y[i] = z[i] * p.extra[b + i] + p.extra[2 * b + i];
      sum += std::exp(y[i]);
    }
    double lse = std::log(sum);
    for (int64_t i = 0; i < b; ++i)
      total += p.sequence[(t + 1) * b + i] * (y[i] - lse);
  }
  return -total / double(b * (c - 1));
}

namespace {

/// What the reverse sweep needs of one cell at one step.
struct Kept {
  double z, hidden, cell, forget, input, output, change, squashed;
};

} // namespace

double lstmGradient(const Lstm &p, double *gradient) {
  int64_t l = p.l, b = p.b, c = p.c, steps = c - 1;
  std::vector<double> hidden(l * b), cell(l * b), z(b), probability(steps * b), last(steps * b);
  std::vector<Kept> kept(steps * l * b);
  for (int64_t j = 0; j < l; ++j)
    for (int64_t i = 0; i < b; ++i) {
      hidden[j * b + i] = p.state[(2 * j) * b + i];
      cell[j * b + i] = p.state[(2 * j + 1) * b + i];
    }
  double total = 0;
  std::vector<double> y(b);
  for (int64_t t = 0; t < steps; ++t) {
    for (int64_t i = 0; i < b; ++i)
      z[i] = p.sequence[t * b + i] * p.extra[i];
    for (int64_t j = 0; j < l; ++j) {
      const double *w = &p.main[j * 8 * b];
      double *h = &hidden[j * b], *s = &cell[j * b];
      Kept *k = &kept[(t * l + j) * b];
      for (int64_t i = 0; i < b; ++i) {
        double forget = sigmoid(z[i] * w[i] + w[4 * b + i]);
        double input = sigmoid(h[i] * w[b + i] + w[5 * b + i]);
        double output = sigmoid(z[i] * w[2 * b + i] + w[6 * b + i]);
        double change = std::tanh(h[i] * w[3 * b + i] + w[7 * b + i]);
        double next = s[i] * forget + input * change, squashed = std::tanh(next);
        k[i] = {z[i], h[i], s[i], forget, input, output, change, squashed};
        s[i] = next;
        h[i] = output * squashed;
        z[i] = h[i];
      }
    }
    double sum = 2;
    for (int64_t i = 0; i < b; ++i) {
      last[t * b + i] = z[i];
      y[i] = z[i] * p.extra[b + i] + p.extra[2 * b + i];
      probability[t * b + i] = std::exp(y[i]);
      sum += probability[t * b + i];
    }
    double lse = std::log(sum), inverse = 1 / sum;
    for (int64_t i = 0; i < b; ++i) {
      probability[t * b + i] *= inverse;
      total += p.sequence[(t + 1) * b + i] * (y[i] - lse);
    }
  }

  double scale = -1 / double(b * steps);
  double *dMain = gradient, *dExtra = dMain + 8 * l * b;
  std::vector<double> dHidden(l * b, 0), dCell(l * b, 0), dz(b);
  for (int64_t t = steps; t-- > 0;) {
    const double *x = &p.sequence[(t + 1) * b];
    double targets = 0;
    for (int64_t i = 0; i < b; ++i)
      targets += x[i];
    for (int64_t i = 0; i < b; ++i) {
      double dy = scale * (x[i] - targets * probability[t * b + i]);
      dExtra[b + i] += dy * last[t * b + i];
      dExtra[2 * b + i] += dy;
      dz[i] = dy * p.extra[b + i];
    }
    for (int64_t j = l; j-- > 0;) {
      const double *w = &p.main[j * 8 * b];
      double *dw = &dMain[j * 8 * b], *dh = &dHidden[j * b], *ds = &dCell[j * b];
      const Kept *k = &kept[(t * l + j) * b];
      for (int64_t i = 0; i < b; ++i) {
        double g = dh[i] + dz[i];
        double dOutput = g * k[i].squashed * k[i].output * (1 - k[i].output);
        double d = ds[i] + g * k[i].output * (1 - k[i].squashed * k[i].squashed);
        double dForget = d * k[i].cell * k[i].forget * (1 - k[i].forget);
        double dInput = d * k[i].change * k[i].input * (1 - k[i].input);
        double dChange = d * k[i].input * (1 - k[i].change * k[i].change);
        ds[i] = d * k[i].forget;
        dh[i] = dInput * w[b + i] + dChange * w[3 * b + i];
        dz[i] = dForget * w[i] + dOutput * w[2 * b + i];
        dw[i] += dForget * k[i].z;
        dw[b + i] += dInput * k[i].hidden;
        dw[2 * b + i] += dOutput * k[i].z;
        dw[3 * b + i] += dChange * k[i].hidden;
        dw[4 * b + i] += dForget;
        dw[5 * b + i] += dInput;
        dw[6 * b + i] += dOutput;
        dw[7 * b + i] += dChange;
      }
    }
    for (int64_t i = 0; i < b; ++i)
      dExtra[i] += dz[i] * p.sequence[t * b + i];
  }
  return total * scale;
}

} // namespace bench
