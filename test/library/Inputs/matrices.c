#include "libmatrices.h"
#include <stdio.h>

int main(void) {
  enum { n = 40 };
  static double a[n * n], b[n * n], by_a[n * n], by_b[n * n];
  for (int i = 0; i < n * n; ++i) {
    a[i] = (i % 7) * 0.125 + (i % (n + 1) == 0) * 50;
    b[i] = (i % n * (i / n)) % 5 * 0.25 + (i % (n + 1) == 0) * 60;
  }
  double value;
  if (energy_grad(n, a, b, &value, by_a, by_b))
    return puts(matrices_last_error()), 1;
  printf("%.9e %.9e %.9e\n", value, by_a[3], by_b[n * n - 1]);
  return 0;
}
