/*===- circ_math.c - Gates that libm does not have -------------------------===*/

#define _DEFAULT_SOURCE
#include "circ_math.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double circ_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

/* Recurrence up to 10, then the asymptotic series with Bernoulli numbers
 * (Abramowitz and Stegun, 6.3.5, 6.3.18); reflection 6.3.7 for negative x.
 * Near the positive zero the Taylor series in (x - x0), whose coefficients are
 * polygamma values, keeps the error absolute. */
double circ_digamma(double x) {
  if (isnan(x) || x == INFINITY)
    return x;
  if (x <= 0) {
    if (x == floor(x))
      return NAN;
    double fraction = x - nearbyint(x);
    return circ_digamma(1 - x) - pi / tan(pi * fraction);
  }
  double sum = 0;
  while (x < 10) {
    sum += 1 / x;
    x += 1;
  }
  double w = 1 / (x * x);
  double series =
      w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w * (1.0 / 132 -
      w * (691.0 / 32760 - w * (1.0 / 12)))))));
  return log(x) - 0.5 / x - series - sum;
}

/* Abramowitz and Stegun 6.4.6, 6.4.7 and 6.4.12. */
double circ_trigamma(double x) {
  if (isnan(x))
    return x;
  if (x == INFINITY)
    return 0;
  if (x <= 0) {
    if (x == floor(x))
      return INFINITY;
    double s = sin(pi * (x - nearbyint(x)));
    return pi * pi / (s * s) - circ_trigamma(1 - x);
  }
  double sum = 0;
  while (x < 12) {
    sum += 1 / (x * x);
    x += 1;
  }
  double w = 1 / (x * x);
  double series =
      w * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66 -
      w * (691.0 / 2730 - w * (7.0 / 6)))))));
  return sum + 1 / x + 0.5 * w + series / x;
}

double circ_rem(double x, double y) {
  double r = fmod(x, y);
  if (r != 0 && (r < 0) != (y < 0))
    r += y;
  return r;
}

double circ_powi(double x, int64_t k) {
  /* pow is exact to an ulp; integers up to 2^53 are exact as doubles, and
   * beyond them parity no longer fits, so the sign is put right here. */
  double y = (double)k;
  double r = pow(fabs(x), y);
  return signbit(x) && (k & 1) ? -r : r;
}

float circ_lgammaf(float x) { return (float)circ_lgamma(x); }
float circ_digammaf(float x) { return (float)circ_digamma(x); }
float circ_trigammaf(float x) { return (float)circ_trigamma(x); }
float circ_remf(float x, float y) { return (float)circ_rem(x, y); }
float circ_powif(float x, int64_t k) { return (float)circ_powi(x, k); }
