#include "libf.h"
#include <stdio.h>

int main(void) {
  double value, dx, dy, dz;
  if (f_grad(-2, 5, -4, &value, &dx, &dy, &dz) != F_OK) {
    fprintf(stderr, "%s\n", f_last_error());
    return 1;
  }
  printf("f = %g, df/dx = %g, df/dy = %g, df/dz = %g\n", value, dx, dy, dz);
  return 0;
}
