/* Calls in a workspace give the same bits as others and allocate nothing; what is beside the
 * workspace is not touched, and one that is too small is told. */
#include "allocations.h"
#include "libworkspaces.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 256, OUT = 4096 };
static int failures;

static void check(int right, const char *function, const char *what) {
  if (!right) {
    printf("wrong: %s, %s (%s)\n", function, what, workspaces_last_error());
    ++failures;
  }
}

/* A workspace between guards, begun at an odd address. */
static char *new_workspace(int64_t bytes) {
  char *memory = malloc((size_t)bytes + 2 * GUARD + 1);
  memset(memory, 0x5a, (size_t)bytes + 2 * GUARD + 1);
  return memory + GUARD + 1;
}

static int is_guarded(const char *workspace, int64_t bytes) {
  for (int i = 0; i < GUARD; ++i)
    if (workspace[-1 - i] != 0x5a || workspace[bytes + i] != 0x5a)
      return 0;
  return 1;
}

static double expected[OUT], got[OUT];

/* SIZE, PLAIN and INTO are calls that use `out`, `workspace` and `bytes`. */
#define TRY(name, SIZE, PLAIN, INTO)                                                               \
  do {                                                                                             \
    int64_t needed = SIZE;                                                                         \
    check(needed > 0, name, "size");                                                               \
    double *out = expected;                                                                        \
    memset(expected, 0, sizeof expected);                                                          \
    memset(got, 0, sizeof got);                                                                    \
    check(PLAIN == 0, name, "status");                                                             \
    out = got;                                                                                     \
    int64_t bytes = needed;                                                                        \
    char *workspace = new_workspace(bytes);                                                        \
    allocations = 0;                                                                               \
    check(INTO == 0, name, "status in the workspace");                                             \
    check(allocations == 0, name, "allocations");                                                  \
    check(memcmp(expected, got, sizeof got) == 0, name, "results");                                \
    check(is_guarded(workspace, bytes), name, "guards");                                           \
    free(workspace - GUARD - 1);                                                                   \
    int small = 0;                                                                                 \
    for (bytes = 0; bytes < needed; bytes += 1 + needed / 37) {                                    \
      workspace = new_workspace(bytes);                                                            \
      int status = INTO;                                                                           \
      small += status == WORKSPACES_MEMORY;                                                        \
      check(status == 0 ||                                                                         \
                (status == WORKSPACES_MEMORY && strstr(workspaces_last_error(), "too small")),     \
            name, "a workspace that is too small");                                                \
      check(is_guarded(workspace, bytes), name, "guards of one that is too small");                \
      free(workspace - GUARD - 1);                                                                 \
    }                                                                                              \
    check(small > 0, name, "one that is too small is told");                                       \
    bytes = needed;                                                                                \
    workspace = NULL;                                                                              \
    check(INTO == WORKSPACES_MEMORY, name, "no workspace");                                        \
  } while (0)

static double a[64], m[64], x[1024], w[64], v[256], s[64], b[64];

static void *work(void *given) {
  double *out = given;
  int64_t bytes = steps_grad_workspace(4, 40);
  char *workspace = malloc((size_t)bytes);
  for (int i = 0; i < 50; ++i)
    if (steps_grad_into(4, w, v, 40, out, out + 1, out + 5, workspace, bytes))
      out[0] = -1;
  free(workspace);
  return NULL;
}

int main(void) {
  for (int i = 0; i < 1024; ++i) {
    x[i] = 0.01 * (i % 89) - 0.3;
    if (i < 64) {
      a[i] = 0.1 * (i % 5);
      m[i] = 0.2 * (i % 7) - 0.5;
      w[i] = 0.3 - 0.1 * (i % 4);
      s[i] = (i % 9 == 0) + 0.05 * (i % 11);
      b[i] = i - 2;
    }
    if (i < 256)
      v[i] = 0.1 * (i % 13) - 0.6;
  }

  TRY("mixture", mixture_workspace(5, 3, 100), mixture(5, 3, 100, a, m, x, out),
      mixture_into(5, 3, 100, a, m, x, out, workspace, bytes));
  TRY("mixture_grad", mixture_grad_workspace(5, 3, 100),
      mixture_grad(5, 3, 100, a, m, x, out, out + 1, out + 6, out + 21),
      mixture_grad_into(5, 3, 100, a, m, x, out, out + 1, out + 6, out + 21, workspace, bytes));
  TRY("mixture_grad, one of them", mixture_grad_workspace(5, 3, 100),
      mixture_grad(5, 3, 100, a, m, x, NULL, NULL, out + 6, NULL),
      mixture_grad_into(5, 3, 100, a, m, x, NULL, NULL, out + 6, NULL, workspace, bytes));
  TRY("mixture_hvp", mixture_hvp_workspace(5, 3, 30),
      mixture_hvp(5, 3, 30, a, m, x, a, m, x, out, out + 5, out + 20),
      mixture_hvp_into(5, 3, 30, a, m, x, a, m, x, out, out + 5, out + 20, workspace, bytes));
  for (int64_t n = 1; n < 9; n += 3)
    for (int64_t t = 0; t < 90; t += 13) {
      TRY("steps", steps_workspace(n, t), steps(n, w, v, t, out),
          steps_into(n, w, v, t, out, workspace, bytes));
      TRY("steps_grad", steps_grad_workspace(n, t),
          steps_grad(n, w, v, t, out, out + 1, out + 1 + n),
          steps_grad_into(n, w, v, t, out, out + 1, out + 1 + n, workspace, bytes));
      TRY("steps_hvp", steps_hvp_workspace(n, t), steps_hvp(n, w, v, t, w, v, out, out + n),
          steps_hvp_into(n, w, v, t, w, v, out, out + n, workspace, bytes));
    }
  TRY("triangle", triangle_workspace(50), triangle(50, x, out),
      triangle_into(50, x, out, workspace, bytes));
  TRY("triangle_jacobian", triangle_jacobian_workspace(20), triangle_jacobian(20, x, out, out + 20),
      triangle_jacobian_into(20, x, out, out + 20, workspace, bytes));
  TRY("solved", solved_workspace(8), solved(8, s, b, out),
      solved_into(8, s, b, out, workspace, bytes));
  TRY("solved_jacobian", solved_jacobian_workspace(8),
      solved_jacobian(8, s, b, out, out + 8, out + 8 + 512),
      solved_jacobian_into(8, s, b, out, out + 8, out + 8 + 512, workspace, bytes));
  TRY("root", root_workspace(5), root(5, a, out), root_into(5, a, out, workspace, bytes));

  /* A workspace of each thread's own. */
  static double outs[8][32];
  pthread_t threads[8];
  for (int i = 0; i < 8; ++i)
    pthread_create(&threads[i], NULL, work, outs[i]);
  for (int i = 0; i < 8; ++i)
    pthread_join(threads[i], NULL);
  steps_grad(4, w, v, 40, expected, expected + 1, expected + 5);
  for (int i = 0; i < 8; ++i)
    check(memcmp(outs[i], expected, 21 * sizeof(double)) == 0, "steps_grad_into", "threads");

  /* Sizes that no memory has. */
  check(mixture_workspace(-1, 3, 100) == -1, "mixture_workspace", "a negative size");
  check(strstr(workspaces_last_error(), "negative") != NULL, "mixture_workspace", "message");
  check(mixture_grad_workspace(INT64_MAX / 4, INT64_MAX / 4, 3) == -1, "mixture_grad_workspace",
        "sizes that are too large");
  puts(failures ? "failed" : "right");
  return failures != 0;
}
