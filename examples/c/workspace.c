/* Gradient descent that allocates nothing once it has begun. */
#include "liblogistic.h"
#include <stdio.h>
#include <stdlib.h>

enum { FLOWERS = 6 };

int main(void) {
  double x[FLOWERS] = {1.4, 1.3, 4.7, 4.5, 6.0, 5.1}, y[FLOWERS] = {0, 0, 0, 0, 1, 1};
  double w = 0, b = 0, value, dw, db;

  int64_t bytes = logistic_grad_workspace(1, FLOWERS);
  void *workspace = bytes < 0 ? NULL : malloc(bytes);
  for (int step = 0; step < 1000; ++step) {
    if (logistic_grad_into(1, FLOWERS, &w, b, x, y, &value, &dw, &db, workspace, bytes)) {
      fprintf(stderr, "%s\n", logistic_last_error());
      return 1;
    }
    w -= 0.1 * dw;
    b -= 0.1 * db;
  }
  printf("loss %.4f, virginica beyond %.1f cm\n", value, -b / w);
  free(workspace);
  return 0;
}
