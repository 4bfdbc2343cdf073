/*===- circ_polygamma.c - Derivatives of digamma of any order --------------===*/

#include "circ_math.h"

#include <math.h>

/* Beyond, n! overflows long before anybody takes so many derivatives. */
enum { LARGEST_ORDER = 128 };

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

/* The sum over k >= 0 of 1 / (x + k)^(n + 1) for x > 0: terms up to a large x,
 * from there Euler and Maclaurin's formula (Abramowitz and Stegun 6.4.10 and
 * 6.4.11). The small terms are added first. */
static double power_sum(int n, double x) {
  /* B(2 k) / (2 k)! */
  static const double c[] = {1.0 / 12,           -1.0 / 720,     1.0 / 30240,
                             -1.0 / 1209600,     1.0 / 47900160, -691.0 / 1307674368000.0,
                             1.0 / 74724249600.0};
  double bound = 14 + 1.5 * n;
  int steps = x < bound ? (int)(bound - x) + 1 : 0;
  double y = x + steps, power = pow(y, -n), factor = (n + 1) / y, series = 0, terms[7];
  for (int k = 0; k < 7; ++k) {
    terms[k] = c[k] * factor;
    factor *= (n + 2 * k + 2) / y * ((n + 2 * k + 3) / y);
  }
  for (int k = 7; k-- > 0;)
    series += terms[k];
  double sum = power * (1.0 / n + (0.5 + series) / y);
  while (steps-- > 0)
    sum += pow(x + steps, -n - 1);
  return sum;
}

double circ_polygamma(double x, double y) {
  int n = (int)y;
  if (isnan(x) || !(y >= 1 && y <= LARGEST_ORDER) || n != y)
    return NAN;
  double sign = n % 2 ? 1 : -1;
  if (x == INFINITY)
    return sign * 0.0;
  if (x <= 0) {
    if (x == floor(x))
      return n % 2 ? INFINITY : NAN;
    /* Reflection (6.4.7). */
    double c = circ_cotangent_pi(x - nearbyint(x));
    double reflected = pow(pi, n + 1) * cotangent_derivative(n, c);
    return -sign * circ_polygamma(1 - x, y) - reflected;
  }
  return sign * tgamma(n + 1.0) * power_sum(n, x);
}

float circ_polygammaf(float x, float y) { return (float)circ_polygamma(x, y); }
