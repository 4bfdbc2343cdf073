/* Eight threads call the functions of one library, with arguments and errors of their own. */
#include "libmodels.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { threads = 8, calls = 200, size = 40 };

static void *work(void *data) {
  int id = *(int *)data;
  double a[size], gradient[size], tangent[size], value, along, expected = 0, sums[size];
  char message[64];
  snprintf(message, sizeof message, "index %d is out of bounds", size + id);
  for (int i = 0; i < size; ++i) {
    a[i] = 0.01 * (i + 1) * (id + 1);
    tangent[i] = i == id;
    expected += sin(a[i]) * exp(-a[i]);
  }
  for (int call = 0; call < calls; ++call) {
    if (models_wave(size, a, &value) || fabs(value - expected) > 1e-12)
      return "the value is wrong";
    if (models_wave_grad(size, a, &value, gradient))
      return "the gradient fails";
    if (models_wave_jvp(size, a, tangent, &value, &along))
      return "the tangent fails";
    double slope = (cos(a[id]) - sin(a[id])) * exp(-a[id]);
    if (fabs(gradient[id] - slope) > 1e-12 || fabs(along - slope) > 1e-12)
      return "a derivative is wrong";
    if (models_growing(size, a, id + 3, sums) || fabs(sums[0] - (id + 3) * a[0]) > 1e-12)
      return "the loop is wrong";
    if (models_at(size, a, size + id, &value) != MODELS_INDEX ||
        !strstr(models_last_error(), message))
      return "the message is that of another thread";
  }
  return NULL;
}

int main(void) {
  pthread_t all[threads];
  int ids[threads], failed = 0;
  for (int i = 0; i < threads; ++i) {
    ids[i] = i;
    pthread_create(&all[i], NULL, work, &ids[i]);
  }
  for (int i = 0; i < threads; ++i) {
    void *problem;
    pthread_join(all[i], &problem);
    if (problem) {
      printf("thread %d: %s\n", i, (const char *)problem);
      failed = 1;
    }
  }
  if (!failed)
    printf("%d threads agree\n", threads);
  return failed;
}
