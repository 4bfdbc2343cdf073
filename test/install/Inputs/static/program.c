#include <libproduct.h>
#include <stdio.h>

int main(void) {
  double value, tangent;
  if (my_product_jvp(3, 5, 1, 0, &value, &tangent))
    return 1;
  printf("product %g, along x %g\n", value, tangent);
  return 0;
}
