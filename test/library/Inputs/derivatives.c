#include "libmodel.h"

#include <stdio.h>

static void show(const char *name, const double *values, int count) {
  printf("%s = ", name);
  for (int i = 0; i < count; ++i)
    printf("%s%.17g%s", i ? ", " : count > 1 ? "[" : "", values[i], count > 1 && i == count - 1 ? "]" : "");
  printf("\n");
}

int main(void) {
  const double w[] = {0.5, -1, 2}, x[] = {1, 2, 0.25}, dw[] = {1, 0, -2};
  double loss, scaled[3], d_loss, d_scaled[3];
  int64_t count;
  if (model_jvp(3, w, x, 2, dw, &loss, &count, scaled, &d_loss, d_scaled) != 0) {
    puts(model_last_error());
    return 1;
  }
  show("loss", &loss, 1);
  printf("count = %lld\n", (long long)count);
  show("scaled", scaled, 3);
  show("dloss", &d_loss, 1);
  show("dscaled", d_scaled, 3);
  return 0;
}
