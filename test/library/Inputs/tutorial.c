#include "libf.h"

#include <stdio.h>

int main(void) {
  double value, dx, dy, dz;
  int status = f_grad(-2, 5, -4, &value, &dx, &dy, &dz);
  if (status != F_OK) {
    fprintf(stderr, "%s\n", f_last_error());
    return 1;
  }
  printf("f = %g\ndf/dx = %g\ndf/dy = %g\ndf/dz = %g\n", value, dx, dy, dz);
  return 0;
}
