#include "libmodel.h"

#include <stdio.h>

static void show(const char *name, const double *values, int count) {
  printf("%s = %s", name, count > 1 ? "[" : "");
  for (int i = 0; i < count; ++i)
    printf("%s%.17g", i ? ", " : "", values[i]);
  puts(count > 1 ? "]" : "");
}

static int fail(void) {
  puts(model_last_error());
  return 1;
}

int main(void) {
  const double w[] = {0.5, -1, 2}, x[] = {1, 2, 0.25}, dw[] = {1, 0, -2};
  double loss, scaled[3], d_loss, d_scaled[3], d_w[3], row[3], block[9], value, hessian[9], hv[3];
  int64_t count;
  if (model_jvp(3, w, x, 2, dw, &loss, &count, scaled, &d_loss, d_scaled))
    return fail();
  show("loss", &loss, 1);
  printf("count = %lld\n", (long long)count);
  show("scaled", scaled, 3);
  show("dloss", &d_loss, 1);
  show("dscaled", d_scaled, 3);
  // Outputs that are not wanted are null.
  if (model_vjp(3, w, x, 2, 1.5, dw, NULL, NULL, NULL, d_w))
    return fail();
  show("d_w", d_w, 3);
  if (model_jacobian(3, w, x, 2, NULL, NULL, NULL, row, block))
    return fail();
  show("dloss/dw", row, 3);
  for (int i = 0; i < 3; ++i)
    show("dscaled/dw", block + 3 * i, 3);
  if (energy_hessian(3, w, &value, hessian) || energy_hvp(3, w, dw, hv))
    return fail();
  show("energy", &value, 1);
  for (int i = 0; i < 3; ++i)
    show("d2energy/dw dw", hessian + 3 * i, 3);
  show("hv_w", hv, 3);
  return 0;
}
