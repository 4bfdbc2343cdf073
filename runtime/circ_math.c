/*===- circ_math.c - Gates that libm does not have -------------------------===*/

#define _DEFAULT_SOURCE
#include "circ_math.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double circ_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

/* digamma(x) / (x - x0) on [1, 2], where x0 is the positive zero, as a polynomial
 * in t = 2 x - 3: the Chebyshev interpolant. Relative accuracy stays next to x0. */
static double digamma_1_2(double x) {
  static const double zero_high = 1.4616321449683622, zero_low = 9.5499954299656977152e-17;
  static const double c[] = {
      0.95105587603183287972,      -0.21181371064073024812,   0.060135621060196724658,
      -0.018550615381739663822,    0.0059367952783073805508,  -0.0019350666647411182419,
      0.00063688803028168820167,   -0.0002107484128115339864, 0.000069950189262598128565,
      -0.000023258233091317565143, 7.7412287545074177896e-6,  -2.5781318059911772793e-6,
      8.5892682189055014868e-7,    -2.8621901943757877814e-7, 9.5383730938863148555e-8,
      -3.1791003561160776667e-8,   1.0605674558297488132e-8,  -3.5350823838202321515e-9,
      1.165448643374029578e-9,     -3.884771924456137764e-10, 1.4142562117191432482e-10,
      -4.7141645775755810557e-11,  8.5842181663947090085e-12, -2.8613972952571842022e-12,
      3.4336645398440769069e-12,   -1.1445543732120949749e-12};
  double t = 2 * x - 3, sum = 0;
  for (int i = sizeof c / sizeof *c; i-- > 0;)
    sum = sum * t + c[i];
  return ((x - zero_high) - zero_low) * sum;
}

/* pi x is kept in two parts: the rounding of one would cost an ulp or two. */
double circ_cotangent_pi(double x) {
  double rest = 0.5 - fabs(x); /* by the complement where the cotangent is small */
  double y = rest < 0.25 ? rest : fabs(x);
  double high = pi * y, low = fma(pi, y, -high) + 1.2246467991473532e-16 * y;
  double t = tan(high);
  t += low * (1 + t * t);
  return copysign(rest < 0.25 ? t : 1 / t, x);
}

/* The recurrence to [1, 2] (Abramowitz and Stegun, 6.3.5), for large x the
 * asymptotic series with Bernoulli numbers (6.3.18), for negative x the
 * reflection (6.3.7). */
double circ_digamma(double x) {
  if (isnan(x) || x == INFINITY)
    return x;
  if (x <= 0) {
    if (x == floor(x))
      return NAN;
    return circ_digamma(1 - x) - pi * circ_cotangent_pi(x - nearbyint(x));
  }
  if (x < 1)
    return digamma_1_2(x + 1) - 1 / x;
  if (x >= 10) {
    double w = 1 / (x * x);
    double series =
        w * (1.0 / 12 -
             w * (1.0 / 120 -
                  w * (1.0 / 252 -
                       w * (1.0 / 240 - w * (1.0 / 132 - w * (691.0 / 32760 - w * (1.0 / 12)))))));
    return log(x) - (0.5 / x + series);
  }
  /* 1 / (y + 1) + ... + 1 / (x - 1), the small terms first; then 1 / y. */
  double sum = 0;
  while (x > 2) {
    x -= 1;
    sum += 1 / x;
  }
  return digamma_1_2(x) + sum;
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
  /* The small terms first. */
  int steps = x < 12 ? (int)(12 - x) + 1 : 0;
  double y = x + steps, w = 1 / (y * y);
  double series =
      w *
      (1.0 / 6 -
       w * (1.0 / 30 -
            w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66 - w * (691.0 / 2730 - w * (7.0 / 6)))))));
  double sum = series / y + 0.5 * w + 1 / y;
  while (steps-- > 0) {
    y = x + steps;
    sum += 1 / (y * y);
  }
  return sum;
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
