/*===- Optimizer.h - Between circ fit and the modules that optimise --------===
 *
 * The optimisers are libraries that are loaded only when they are asked for, so
 * that no other command pays for them. A module is C on its outside: it may hold
 * another C++ library than circ does.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_FIT_OPTIMIZER_H
#define CIRC_FIT_OPTIMIZER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How an optimisation ended. */
enum circ_optimizer_end {
  CIRC_OPTIMIZER_CONVERGED = 0, /* by the method's own criterion */
  CIRC_OPTIMIZER_STALLED = 1,   /* no step makes the value better */
  CIRC_OPTIMIZER_STOPPED = 2,   /* `evaluate` asked for it */
  CIRC_OPTIMIZER_FAILED = 3     /* no memory, or a request without sense */
};

/** A real function of several unknowns within bounds. */
typedef struct circ_minimization {
  int64_t unknowns;
  double *point;               /* the start */
  const double *lower, *upper; /* infinite where there is no bound */
  const char *method;          /* "lbfgs", "slsqp" or "mma" */
  double value_tolerance;      /* converged when the value changes relatively by less */
  /** Value (infinite outside the domain) and gradient (unless null) at a point; not
   *  0: stop. */
  int (*evaluate)(void *data, const double *point, double *value, double *gradient);
  void *data;
} circ_minimization;

/** A sum of squares of residuals, whose Jacobian is known to be sparse. */
typedef struct circ_least_squares {
  int64_t residuals, unknowns;
  /* Row i of the Jacobian has the columns columns[k], in ascending order, for k
   * from row_pointers[i] up to row_pointers[i + 1]. */
  const int64_t *row_pointers, *columns;
  double *point;
  const double *lower, *upper;
  double gradient_tolerance, value_tolerance;
  int64_t max_iterations;
  /** Residuals and the values of the Jacobian at a point; 1: the
   *  point is outside the domain; 2: stop. */
  int (*evaluate)(void *data, const double *point, double *residuals, double *jacobian);
  void *data;
} circ_least_squares;

/* What the modules define: an end. */
typedef int circ_minimize_function(const circ_minimization *problem);
typedef int circ_solve_least_squares_function(const circ_least_squares *problem);

#ifdef __cplusplus
}
#endif
#endif
