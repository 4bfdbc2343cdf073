#include "libtotal.h"

#include <pthread.h>
#include <stdlib.h>

enum { SIZE = 100000 };
static double input[SIZE], outputs[2][SIZE];
static int same;

/* Threads that write one result (argument 1) or one each (argument 0). */
static void *work(void *which) {
  double value;
  for (int i = 0; i < 20; ++i) {
    total(SIZE, input, &value);
    twice(SIZE, input, outputs[same ? 0 : *(int *)which]);
  }
  return NULL;
}

int main(int argc, char **argv) {
  (void)argc;
  same = atoi(argv[1]);
  pthread_t threads[2];
  int numbers[2] = {0, 1};
  for (int i = 0; i < 2; ++i)
    pthread_create(&threads[i], NULL, work, &numbers[i]);
  for (int i = 0; i < 2; ++i)
    pthread_join(threads[i], NULL);
  return 0;
}
