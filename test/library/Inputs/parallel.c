/* Calls of a library for several threads, with blocks of its iterations counted by who runs them.
 */
#include "libparallel.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { n = 6000, d = 12 };

static double x[n * d], w[d], dx[n * d], dw[d], residual[2 * n];
static int64_t place[n];

static unsigned long long hash(const void *data, size_t bytes, unsigned long long h) {
  const unsigned char *p = data;
  for (size_t i = 0; i < bytes; ++i)
    h = (h ^ p[i]) * 1099511628211ull;
  return h;
}

#ifdef COUNT
/* In the place of the library of threads: as many threads as are asked for. */
static int teams, largest;
void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags) {
  (void)flags;
  pthread_t others[64];
  ++teams;
  if ((int)threads > largest)
    largest = (int)threads;
  for (unsigned i = 1; i < threads; ++i)
    if (pthread_create(&others[i], NULL, (void *(*)(void *))work, data))
      abort();
  work(data);
  for (unsigned i = 1; i < threads; ++i)
    pthread_join(others[i], NULL);
}
#endif

int main(void) {
  double value;
  unsigned long long h = 14695981039346656037ull;
  for (int i = 0; i < n * d; ++i)
    x[i] = (i * 7919 % 1000) / 1000.0 - 0.5;
  for (int j = 0; j < d; ++j)
    w[j] = 0.1 * j - 0.4;
  for (int i = 0; i < n; ++i)
    place[i] = i % d;
  for (int again = 0; again < 3; ++again) {
    if (residuals(n, d, x, w, place, residual) || loss_grad(n, d, x, w, place, &value, dx, dw)) {
      puts(parallel_last_error());
      return 1;
    }
    h = hash(residual, sizeof residual,
             hash(dx, sizeof dx, hash(dw, sizeof dw, hash(&value, 8, h))));
  }
  printf("bits %llx\n", h);
  place[5990] = d + 1;
  place[700] = d;
  printf("status %d: %s\n", residuals(n, d, x, w, place, residual), parallel_last_error());
  printf("status %d: %s\n", loss_grad(n, d, x, w, place, &value, dx, dw), parallel_last_error());
#ifdef COUNT
  printf("%s, at most %d threads\n", teams ? "teams" : "no teams", largest);
#endif
  return 0;
}
