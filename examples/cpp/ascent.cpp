#include <cstdio>
#include <libf.h>
int main() {
  double x = -2, y = 5, z = -4, value, dx, dy, dz;
  for (int step = 0; step < 3; ++step, x += 0.01 * dx, y += 0.01 * dy, z += 0.01 * dz) {
    if (f_grad(x, y, z, &value, &dx, &dy, &dz))
      return std::puts(f_last_error()), 1;
    std::printf("f(%g, %g, %g) = %g\n", x, y, z, value);
  }
}
