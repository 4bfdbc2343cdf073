#include "libtotal.h"

#include <stdio.h>
#include <stdlib.h>

/* Says that an array of four numbers has as many as the argument. */
int main(int argc, char **argv) {
  (void)argc;
  double *a = malloc(4 * sizeof *a), value;
  for (int i = 0; i < 4; ++i)
    a[i] = i + 1;
  int status = total(atoi(argv[1]), a, &value);
  printf("total %g\n", value);
  free(a);
  return status;
}
