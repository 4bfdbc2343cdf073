/*===- circ_math.h - Gates that libm does not have -------------------------===
 *
 * C99. Used by compiled circuits and, for constant folding, by the compiler.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_MATH_H
#define CIRC_MATH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The cube root to one unit in the last place, where libm's may be four off. */
double circ_cbrt(double x);
float circ_cbrtf(float x);
/** log |gamma(x)|, without lgamma's global sign. */
double circ_lgamma(double x);
float circ_lgammaf(float x);
/** The derivative of log |gamma(x)|: NaN at 0, -1, -2, ... */
double circ_digamma(double x);
float circ_digammaf(float x);
/** The derivative of digamma. */
double circ_trigamma(double x);
float circ_trigammaf(float x);
/** The derivative of digamma of order y = 1, 2, ...; NaN for any other y. */
double circ_polygamma(double x, double y);
float circ_polygammaf(float x, float y);
/** cot(pi x) for -0.5 <= x <= 0.5. */
double circ_cotangent_pi(double x);
/** x - floor(x / y) * y with the sign of y, exact as fmod is. */
double circ_rem(double x, double y);
float circ_remf(float x, float y);
/** x to an integer power; 1 for k = 0 and any x. */
double circ_powi(double x, int64_t k);
float circ_powif(float x, int64_t k);

#ifdef __cplusplus
}
#endif
#endif
