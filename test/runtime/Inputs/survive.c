/* A process that goes on after every kind of run-time error, and leaks nothing. */
#include "liberrors.h"

#include <malloc.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int good, const char *what) {
  if (!good) {
    ++failures;
    printf("%s: %s\n", what, errors_last_error());
  }
}

/* One call that fails for each kind of error, and one that succeeds. */
static void round_of_calls(void) {
  double a[] = {1, 2, 3}, value, d[3], d2[3], dx;
  expect(put_grad(3, a, 7, &value, d) == ERRORS_INDEX, "index");
  expect(strstr(errors_last_error(), "errors.circ:5:") != NULL, "message");
  expect(shapes_grad(3, 2, a, a, &value, d, d2) == ERRORS_SHAPE, "shape");
  expect(assertion_grad(-1, &value, &dx) == ERRORS_ASSERT, "assert");
  expect(quotient_grad(INT64_MIN, -1, 1, &value, &dx) == ERRORS_DOMAIN, "overflow");
  expect(deep_grad(1, 100000000, &value, &dx) == ERRORS_RECURSION, "recursion");
  expect(absurd_grad(INT64_C(1000000000000000), 3, 1, &value, &dx) == ERRORS_MEMORY, "memory");
  expect(put_grad(3, a, 1, &value, d) == ERRORS_OK, "success");
  expect(value == 7 && d[0] == 1 && d[1] == 1 && d[2] == 1, "value after errors");
  expect(errors_last_error()[0] == 0, "message after success");
  expect(deep_grad(0.5, 1000, &value, &dx) == ERRORS_OK && isfinite(dx), "recursion in bounds");
}

int main(void) {
  round_of_calls();
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 20; ++i)
    round_of_calls();
  size_t after = mallinfo2().uordblks;
  expect(after <= before + 1024, "memory held after calls");
  printf("%d failures\n", failures);
  return failures != 0;
}
