/*===- NloptModule.c - Minimisation by NLopt --------------------------------===*/

#include "compiler/fit/Optimizer.h"

#include <nlopt.h>
#include <string.h>

typedef struct search {
  const circ_minimization *problem;
  nlopt_opt optimizer;
} search;

static double evaluate(unsigned size, const double *point, double *gradient, void *data) {
  const search *now = data;
  double value = 0;
  (void)size;
  if (now->problem->evaluate(now->problem->data, point, &value, gradient))
    nlopt_force_stop(now->optimizer);
  return value;
}

__attribute__((visibility("default"))) int circ_minimize(const circ_minimization *problem) {
  static const struct {
    const char *name;
    nlopt_algorithm algorithm;
  } methods[] = {
      {"lbfgs", NLOPT_LD_LBFGS}, {"slsqp", NLOPT_LD_SLSQP}, {"mma", NLOPT_LD_MMA}, {0, 0}};
  int method = 0;
  while (methods[method].name && strcmp(methods[method].name, problem->method) != 0)
    ++method;
  if (!methods[method].name)
    return CIRC_OPTIMIZER_FAILED;
  search now = {problem, nlopt_create(methods[method].algorithm, (unsigned)problem->unknowns)};
  if (!now.optimizer)
    return CIRC_OPTIMIZER_FAILED;
  nlopt_set_min_objective(now.optimizer, evaluate, &now);
  nlopt_set_lower_bounds(now.optimizer, problem->lower);
  nlopt_set_upper_bounds(now.optimizer, problem->upper);
  nlopt_set_ftol_rel(now.optimizer, problem->value_tolerance);
  double least;
  nlopt_result result = nlopt_optimize(now.optimizer, problem->point, &least);
  nlopt_destroy(now.optimizer);
  switch (result) {
  case NLOPT_FORCED_STOP:
    return CIRC_OPTIMIZER_STOPPED;
  case NLOPT_FAILURE:
  case NLOPT_ROUNDOFF_LIMITED:
    return CIRC_OPTIMIZER_STALLED;
  case NLOPT_INVALID_ARGS:
  case NLOPT_OUT_OF_MEMORY:
    return CIRC_OPTIMIZER_FAILED;
  default:
    return CIRC_OPTIMIZER_CONVERGED;
  }
}
