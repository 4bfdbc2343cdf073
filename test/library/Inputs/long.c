/* Two libraries whose long code is compiled apart from the rest: gradients against differences of
 * the values. */
#include "libone.h"
#include "libtwo.h"
#include <math.h>
#include <stdio.h>

typedef int (*value_function)(double x, double y, double *value);
typedef int (*gradient_function)(double x, double y, double *value, double *dx, double *dy);

static int is_near(double a, double b) { return fabs(a - b) <= 1e-6 * (1 + fabs(a)); }

static void compare(const char *name, value_function f, gradient_function gradient) {
  const double x = 0.5, y = 0.75, h = 1e-6;
  double value, dx, dy, v[5];
  int failures = gradient(x, y, &value, &dx, &dy) + f(x, y, &v[0]) + f(x + h, y, &v[1]) +
                 f(x - h, y, &v[2]) + f(x, y + h, &v[3]) + f(x, y - h, &v[4]);
  int right = !failures && is_near(value, v[0]) && is_near(dx, (v[1] - v[2]) / (2 * h)) &&
              is_near(dy, (v[3] - v[4]) / (2 * h));
  printf("%s %s: %.12g %.12g %.12g\n", name, right ? "right" : "wrong", value, dx, dy);
}

int main(void) {
  compare("one", one, one_grad);
  compare("two", two, two_grad);
  return 0;
}
