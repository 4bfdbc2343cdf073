/*===- circ_polygamma.c - Derivatives of digamma of any order --------------===*/

#include "circ_math.h"
#include "circ_pair.h"

#include <math.h>

/* Beyond, n! overflows long before anybody takes so many derivatives. */
enum { LARGEST_ORDER = 128 };
/* Up to here powers of what is added do not overflow; below this x is reflected. */
enum { LARGEST_PAIRED = 8, SMALLEST_RECURRED = -20 };

static const double pi = 3.14159265358979323846;

/* The n-th derivative of pi cot(pi x) over pi^(n + 1): a polynomial in the
 * cotangent c, from d c / d x = -pi (1 + c^2). */
static double cotangent_derivative(int n, double c) {
  double p[LARGEST_ORDER + 2] = {0, 1};
  for (int k = 0; k < n; ++k) {
    double next[LARGEST_ORDER + 2] = {0};
    for (int i = 1; i <= k + 1; ++i) {
      next[i - 1] -= i * p[i];
      next[i + 1] -= i * p[i];
    }
    for (int i = 0; i <= k + 2; ++i)
      p[i] = next[i];
  }
  double sum = 0;
  for (int i = n + 1; i >= 0; --i)
    sum = sum * c + p[i];
  return sum;
}

/* The same from x on alone, by Euler and Maclaurin's formula (Abramowitz and
 * Stegun 6.4.11), for a large x. */
static double rest_of_sum(int n, double x) {
  /* B(2 k) / (2 k)! */
  static const double c[] = {1.0 / 12,           -1.0 / 720,     1.0 / 30240,
                             -1.0 / 1209600,     1.0 / 47900160, -691.0 / 1307674368000.0,
                             1.0 / 74724249600.0};
  double factor = (n + 1) / x, series = 0, terms[7];
  for (int k = 0; k < 7; ++k) {
    terms[k] = c[k] * factor;
    factor *= (n + 2 * k + 2) / x * ((n + 2 * k + 3) / x);
  }
  for (int k = 7; k-- > 0;)
    series += terms[k];
  return pow(x, -n) * (1.0 / n + (0.5 + series) / x);
}

/* The sum over k >= 0 of 1 / (x + k)^(n + 1) (Abramowitz and Stegun 6.4.10): terms
 * up to a large x + k, the small ones first. Where terms of both signs cancel, they
 * are added in twice the precision. */
static double power_sum(int n, double x) {
  double bound = 14 + 1.5 * n;
  int steps = x < bound ? (int)(bound - x) + 1 : 0;
  double rest = rest_of_sum(n, x + steps);
  if (n > LARGEST_PAIRED) {
    while (steps-- > 0)
      rest += pow(x + steps, -n - 1);
    return rest;
  }
  circ_pair sum = {rest, 0};
  while (steps-- > 0) {
    circ_pair term = circ_pair_reciprocal(circ_two_sum(x, steps), n + 1);
    if (isinf(term.high))
      return term.high;
    sum = circ_pair_add(sum, term);
  }
  return sum.high + sum.low;
}

double circ_polygamma(double x, double y) {
  int n = (int)y;
  if (isnan(x) || !(y >= 1 && y <= LARGEST_ORDER) || n != y)
    return NAN;
  double sign = n % 2 ? 1 : -1;
  if (x == INFINITY)
    return sign * 0.0;
  if (x <= 0 && x == floor(x))
    return n % 2 ? INFINITY : NAN;
  if (x < (n > LARGEST_PAIRED ? 0 : SMALLEST_RECURRED)) {
    /* Reflection (6.4.7). */
    double c = circ_cotangent_pi(x - nearbyint(x));
    double reflected = pow(pi, n + 1) * cotangent_derivative(n, c);
    return -sign * circ_polygamma(1 - x, y) - reflected;
  }
  return sign * tgamma(n + 1.0) * power_sum(n, x);
}

float circ_polygammaf(float x, float y) { return (float)circ_polygamma(x, y); }
