/*===- circ_math.c - Gates that libm does not have -------------------------===*/

#define _DEFAULT_SOURCE
#include "circ_math.h"
#include "circ_pair.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Below, x is reflected: the recurrence would take many steps. */
enum { SMALLEST_RECURRED = -20 };

/* One Newton step from libm's root, its residual r^3 - x in twice the precision. */
double circ_cbrt(double x) {
  if (x == 0 || !isfinite(x))
    return x;
  if (fabs(x) < 0x1p-900)
    return circ_cbrt(x * 0x1p300) * 0x1p-100;
  double r = cbrt(x), square = r * r, low = fma(r, r, -square);
  return r - (fma(square, r, -x) + low * r) / (3 * square);
}

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

/* The recurrence to [1, 2] (Abramowitz and Stegun, 6.3.5), its sum in twice the
 * precision since it cancels next to zeros; for large x the asymptotic series with
 * Bernoulli numbers (6.3.18), for large negative x the reflection (6.3.7). */
double circ_digamma(double x) {
  if (isnan(x) || x == INFINITY)
    return x;
  if (x <= 0 && x == floor(x))
    return NAN;
  if (x < SMALLEST_RECURRED)
    return circ_digamma(1 - x) - pi * circ_cotangent_pi(x - nearbyint(x));
  if (x >= 10) {
    double w = 1 / (x * x);
    double series =
        w * (1.0 / 12 -
             w * (1.0 / 120 -
                  w * (1.0 / 252 -
                       w * (1.0 / 240 - w * (1.0 / 132 - w * (691.0 / 32760 - w * (1.0 / 12)))))));
    return log(x) - (0.5 / x + series);
  }
  circ_pair sum = {0, 0};
  for (; x > 2; x -= 1)
    sum = circ_pair_add(sum, circ_pair_reciprocal((circ_pair){x - 1, 0}, 1));
  /* Beyond -1 the sum x + i may round. */
  int steps = x < 1 ? (int)(1 - floor(x)) : 0;
  for (int i = 0; i < steps; ++i) {
    circ_pair term = circ_pair_reciprocal(circ_two_sum(x, i), 1);
    sum = circ_pair_add(sum, (circ_pair){-term.high, -term.low});
    if (isinf(term.high))
      return -term.high;
  }
  circ_pair y = circ_two_sum(x, steps);
  double slope = 1 / y.high * (1 + 1 / y.high * (0.5 + 1 / (6 * y.high)));
  sum = circ_pair_add(sum, (circ_pair){digamma_1_2(y.high), y.low * slope});
  return sum.high + sum.low;
}

/* Abramowitz and Stegun 6.4.6, 6.4.7 and 6.4.12. */
double circ_trigamma(double x) {
  if (isnan(x))
    return x;
  if (x == INFINITY)
    return 0;
  if (x <= 0 && x == floor(x))
    return INFINITY;
  if (x < SMALLEST_RECURRED) {
    double s = sin(pi * (x - nearbyint(x)));
    return pi * pi / (s * s) - circ_trigamma(1 - x);
  }
  int steps = x < 12 ? (int)(12 - x) + 1 : 0;
  circ_pair y = circ_two_sum(x, steps);
  double w = 1 / (y.high * y.high);
  double series =
      w *
      (1.0 / 6 -
       w * (1.0 / 30 -
            w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66 - w * (691.0 / 2730 - w * (7.0 / 6)))))));
  circ_pair sum = circ_pair_reciprocal(y, 1);
  sum = circ_pair_add(sum, (circ_pair){series / y.high + 0.5 * w, 0});
  while (steps-- > 0)
    sum = circ_pair_add(sum, circ_pair_reciprocal(circ_two_sum(x, steps), 2));
  return isinf(sum.high) || isnan(sum.high) ? INFINITY : sum.high + sum.low;
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

float circ_cbrtf(float x) { return (float)circ_cbrt(x); }
float circ_lgammaf(float x) { return (float)circ_lgamma(x); }
float circ_digammaf(float x) { return (float)circ_digamma(x); }
float circ_trigammaf(float x) { return (float)circ_trigamma(x); }
float circ_remf(float x, float y) { return (float)circ_rem(x, y); }
float circ_powif(float x, int64_t k) { return (float)circ_powi(x, k); }
