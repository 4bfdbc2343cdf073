/*===- circ_pair.h - Sums in twice the precision ---------------------------===
 *
 * A pair stands for high + low (Dekker, Numerische Mathematik 18, 1971). For the
 * gates alone, which add up reciprocals that cancel or are many.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_PAIR_H
#define CIRC_PAIR_H

#include <math.h>

typedef struct {
  double high, low;
} circ_pair;

/* a + b without rounding. */
static inline circ_pair circ_two_sum(double a, double b) {
  double sum = a + b, rest = sum - a;
  circ_pair made = {sum, (a - (sum - rest)) + (b - rest)};
  return made;
}

static inline circ_pair circ_pair_add(circ_pair a, circ_pair b) {
  circ_pair sum = circ_two_sum(a.high, b.high);
  return circ_two_sum(sum.high, sum.low + (a.low + b.low));
}

static inline circ_pair circ_pair_multiply(circ_pair a, circ_pair b) {
  double high = a.high * b.high;
  circ_pair made = {high, fma(a.high, b.high, -high) + (a.high * b.low + a.low * b.high)};
  return made;
}

/* 1 / a^power, for which a^power must not overflow; infinite where it vanishes. */
static inline circ_pair circ_pair_reciprocal(circ_pair a, int power) {
  circ_pair p = a;
  for (int i = 1; i < power; ++i)
    p = circ_pair_multiply(p, a);
  double high = 1 / p.high;
  circ_pair made = {high, isinf(high) ? 0 : -high * (fma(high, p.high, -1) + high * p.low)};
  return made;
}

#endif
