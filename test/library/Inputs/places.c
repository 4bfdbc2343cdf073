/* Results are made in the caller's memory, which is aligned as doubles are and ends where they
 * end; each output that is not wanted leaves the others as they are. */
#include "allocations.h"
#include "libplaces.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 200000 };
static const double canary = 12345.678;
static int failures;

static void check(int right, const char *what) {
  if (!right) {
    printf("wrong: %s (%s)\n", what, places_last_error());
    ++failures;
  }
}

/* Memory for `count` numbers between canaries, not aligned to more than 8 bytes. */
static double *guarded(size_t count) {
  double *memory = malloc((count + 10) * sizeof *memory);
  for (size_t i = 0; i < count + 10; ++i)
    memory[i] = canary;
  return memory + 5;
}

static int is_guarded(const double *memory, size_t count) {
  for (size_t i = 0; i < 5; ++i)
    if (memory[-1 - (long)i] != canary || memory[count + i] != canary)
      return 0;
  return 1;
}

int main(void) {
  double *a = guarded(N), *b = guarded(2 * N), *first = guarded(N), *second = guarded(N),
         *third = guarded(N), *whole = guarded(2 * N), few[3], value;
  for (int i = 0; i < N; ++i) {
    a[i] = 0.5 * i - 3;
    b[2 * i] = 1 + i % 7;
    b[2 * i + 1] = 2 - i % 3;
  }

  /* What the call takes itself does not grow with the result. */
  allocated_bytes = 0;
  check(scaled(N, a, 2, first) == 0, "status");
  check(allocated_bytes < 64 * 1024, "the result is made in place");
  int right = is_guarded(first, N);
  for (int i = 0; i < N; ++i)
    right &= first[i] == 2 * a[i];
  check(right, "scaled");

  for (int k = 0; k < 3; ++k) {
    check(chosen(N, a, k, first) == 0, "status");
    right = is_guarded(first, N);
    for (int i = 0; i < N; ++i)
      right &= first[i] == (k == 0 ? a[i] : k == 1 ? a[N - 1 - i] : 3 * a[i]);
    check(right, "chosen");
  }

  allocated_bytes = 0;
  check(sums(N, a, first) == 0, "status");
  check(allocated_bytes < 64 * 1024, "the sums are made in place");
  double sum = 0;
  right = is_guarded(first, N);
  for (int i = 0; i < N; ++i)
    right &= first[i] == (sum += a[i]);
  check(right, "sums");

  /* Every choice of outputs. */
  for (int wanted = 0; wanted < 32; ++wanted) {
    for (int i = 0; i < N; ++i)
      first[i] = second[i] = third[i] = whole[i] = whole[N + i] = canary;
    memset(few, 0, sizeof few);
    check(several(N, a, 2, wanted & 1 ? first : NULL, wanted & 2 ? second : NULL,
                  wanted & 4 ? third : NULL, wanted & 8 ? whole : NULL,
                  wanted & 16 ? few : NULL) == 0,
          "status");
    right = is_guarded(first, N) && is_guarded(second, N) && is_guarded(third, N) &&
            is_guarded(whole, 2 * N);
    for (int i = 0; i < N; ++i) {
      right &= first[i] == (wanted & 1 ? 2 * a[N - 1 - i] : canary);
      right &= second[i] == (wanted & 2 ? 2 * a[i] : canary);
      right &= third[i] == (wanted & 4 ? 2 * a[N - 1 - i] : canary);
      right &= whole[2 * i] == (wanted & 8 ? 0 : canary);
      right &= whole[2 * i + 1] == (wanted & 8 ? 2 * a[i] : canary);
    }
    right &= wanted & 16 ? few[0] == 2 && few[1] == 4 && few[2] == 2 * a[0] : few[1] == 0;
    check(right, "several");
  }

  /* Gradients are written over what is there; those that are not wanted change nothing. */
  allocated_bytes = 0;
  check(energy_grad(N, a, b, 2, &value, first, whole, NULL) == 0, "status");
  check(allocated_bytes < 64 * 1024, "gradients are made in place");
  check(energy_grad(N, a, b, 2, NULL, second, NULL, NULL) == 0, "status");
  right = is_guarded(first, N) && is_guarded(second, N) && is_guarded(whole, 2 * N);
  for (int i = 0; i < N; ++i) {
    double x = b[2 * i], y = b[2 * i + 1];
    right &= first[i] == 2 * x * x * y && second[i] == first[i];
    right &= whole[2 * i] == 4 * a[i] * x * y && whole[2 * i + 1] == 2 * a[i] * x * x;
  }
  check(right, "energy_grad");

  /* Blocks of a Jacobian. */
  double *block = guarded(9 * 9);
  check(sums_jacobian(9, a, second, block) == 0, "status");
  right = is_guarded(block, 81);
  for (int i = 0; i < 9; ++i)
    for (int j = 0; j < 9; ++j)
      right &= block[9 * i + j] == (j <= i);
  check(right, "sums_jacobian");

  /* No elements at all. */
  check(scaled(0, a, 2, first) == 0 && is_guarded(first, N), "no elements");
  puts(failures ? "failed" : "right");
  return failures != 0;
}
