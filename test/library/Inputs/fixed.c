// The library with fixed sizes against the one whose sizes are free.
#include "libfixed.h"
#include "libfree.h"

#include <stdio.h>
#include <string.h>

int main(void) {
  double x[4 * 3], centre[2 * 4], value[2], dx[2][12], dcentre[2][6];
  for (int i = 0; i < 12; ++i)
    x[i] = 0.3 * i - 1.1;
  for (int i = 0; i < 8; ++i)
    centre[i] = 0.7 * i - 2;
  if (free_fixed_grad(4, 3, 2, x, centre, &value[0], dx[0], dcentre[0]) ||
      fixed_grad(4, 3, 2, x, centre, &value[1], dx[1], dcentre[1]))
    return 1;
  double worst = value[0] - value[1];
  for (int i = 0; i < 12; ++i)
    worst = worst * worst + (dx[0][i] - dx[1][i]) * (dx[0][i] - dx[1][i]);
  for (int i = 0; i < 6; ++i)
    worst += (dcentre[0][i] - dcentre[1][i]) * (dcentre[0][i] - dcentre[1][i]);
  puts(worst < 1e-20 ? "same value and gradient" : "different");
  if (fixed(3, 4, 2, x, centre, value) == 0)
    return 1;
  puts(fixed_last_error());
  return 0;
}
