#include "libone.h"
#include "libtwo.h"

#include <stdio.h>

int main(void) {
  double a[2] = {1, 2}, value;
  int left = first(2, a, 9, &value);
  printf("%s\n", one_last_error());
  int right = second(2, a, 9, &value);
  printf("%s\n%s\n", two_last_error(), one_last_error());
  if (left != ONE_INDEX || right != TWO_ASSERT || first(2, a, 1, &value) != ONE_OK)
    return 1;
  printf("value %g\n", value);
  return 0;
}
