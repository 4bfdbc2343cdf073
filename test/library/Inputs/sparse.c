/* The sparse Jacobian and Hessian of a library against the dense ones. */
#include "libbundle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { C = 3, P = 5, M = 9, ROWS = 2 * M + C, COLUMNS = 6 * C + 3 * P };

static int failures = 0;
static void check(int right, const char *what) {
  if (!right) {
    printf("wrong: %s (%s)\n", what, bundle_last_error());
    ++failures;
  }
}

/* Spreads compressed rows; counts how many elements are stored. */
static void spread(int rows, int columns, const int64_t *pointers, const int64_t *indices,
                   const double *values, double *full) {
  memset(full, 0, sizeof *full * (size_t)(rows * columns));
  for (int i = 0; i < rows; ++i)
    for (int64_t k = pointers[i]; k < pointers[i + 1]; ++k) {
      check(k == pointers[i] || indices[k] > indices[k - 1], "columns ascend");
      full[i * columns + indices[k]] = values[k];
    }
}

static int same(int count, const double *a, const double *b) {
  for (int i = 0; i < count; ++i)
    if (!(fabs(a[i] - b[i]) <= 1e-13 * (1 + fabs(b[i]))))
      return 0;
  return 1;
}

static void jacobian(int turn) {
  double cameras[C * 6], points[P * 3], seen[M * 2];
  int64_t camera[M], point[M];
  for (int i = 0; i < C * 6; ++i)
    cameras[i] = 0.3 + 0.1 * ((7 * i + turn) % 11);
  /* Some points are behind the camera in some turns, so that both branches are taken. */
  for (int i = 0; i < P * 3; ++i)
    points[i] = (i % 3 == 2 && (i + turn) % 2) ? -3 - 0.1 * i : 1 + 0.2 * ((5 * i + turn) % 7);
  for (int i = 0; i < M * 2; ++i)
    seen[i] = 0.1 * i;
  for (int k = 0; k < M; ++k) {
    camera[k] = (k * (turn + 1)) % C;
    point[k] = (2 * k + turn) % P;
  }
  int64_t pointers[ROWS + 1], count[ROWS + 1], *columns;
  check(!bundle_jacobian_pattern(C, P, M, camera, point, pointers, NULL), "rows of the pattern");
  columns = malloc(sizeof *columns * (size_t)pointers[ROWS]);
  double *values = malloc(sizeof *values * (size_t)pointers[ROWS]);
  check(!bundle_jacobian_pattern(C, P, M, camera, point, count, columns), "pattern");
  check(!memcmp(pointers, count, sizeof count), "the pattern is the same again");
  /* A residual sees one camera (the sixth and first three numbers, and one of the others)
   * and one point; a camera's own row sees three numbers. */
  check(pointers[ROWS] == M * 2 * (5 + 3) + C * 3, "size of the pattern");
  double error[M * 2], moved[C], error2[M * 2], moved2[C];
  check(!bundle_jacobian_values(C, P, M, cameras, points, seen, camera, point, pointers, columns,
                                error, moved, values),
        "values");
  double errorCameras[2 * M * 6 * C], errorPoints[2 * M * 3 * P], movedCameras[C * 6 * C],
      movedPoints[C * 3 * P];
  check(!bundle_jacobian(C, P, M, cameras, points, seen, camera, point, error2, moved2,
                         errorCameras, errorPoints, movedCameras, movedPoints),
        "dense");
  check(same(M * 2, error, error2) && same(C, moved, moved2), "results");
  static double full[ROWS * COLUMNS], dense[ROWS * COLUMNS];
  for (int i = 0; i < ROWS; ++i) {
    const double *left = i < 2 * M ? errorCameras + i * 6 * C : movedCameras + (i - 2 * M) * 6 * C;
    const double *right = i < 2 * M ? errorPoints + i * 3 * P : movedPoints + (i - 2 * M) * 3 * P;
    memcpy(dense + i * COLUMNS, left, sizeof *left * 6 * C);
    memcpy(dense + i * COLUMNS + 6 * C, right, sizeof *right * 3 * P);
  }
  spread(ROWS, COLUMNS, pointers, columns, values, full);
  check(same(ROWS * COLUMNS, full, dense), "sparse against dense");
  /* What is no pattern of this matrix is refused, and so is an index out of bounds. */
  if (pointers[ROWS] > 0) {
    columns[0] = COLUMNS;
    check(bundle_jacobian_values(C, P, M, cameras, points, seen, camera, point, pointers, columns,
                                 NULL, NULL, values) == BUNDLE_SHAPE,
          "a column that is none");
  }
  camera[2] = C;
  check(bundle_jacobian_pattern(C, P, M, camera, point, pointers, NULL) == BUNDLE_INDEX,
        "a camera that is none");
  free(columns);
  free(values);
}

static void hessian(int turn) {
  enum { N = 12 };
  double x[N], value, value2, dense[N * N], full[N * N];
  int64_t k[4], pointers[N + 1];
  for (int i = 0; i < N; ++i)
    x[i] = 0.1 * ((5 * i + 3 * turn) % 12) - 0.2;
  for (int j = 0; j < 4; ++j)
    k[j] = (3 * j + turn) % N;
  check(!energy_hessian_pattern(N, 4, k, pointers, NULL), "Hessian rows");
  int64_t *columns = malloc(sizeof *columns * (size_t)pointers[N]);
  double *values = malloc(sizeof *values * (size_t)pointers[N]);
  check(!energy_hessian_pattern(N, 4, k, NULL, columns), "Hessian pattern");
  check(pointers[N] == 4 * 3, "size of the Hessian's pattern");
  check(!energy_hessian_values(N, 4, x, k, pointers, columns, &value, values), "Hessian values");
  check(!energy_hessian(N, 4, x, k, &value2, dense), "dense Hessian");
  spread(N, N, pointers, columns, values, full);
  check(value == value2 && same(N * N, full, dense), "sparse against dense Hessian");
  free(columns);
  free(values);
}

int main(void) {
  for (int turn = 0; turn < 6; ++turn) {
    jacobian(turn);
    hessian(turn);
  }
  check(bundle_jacobian_pattern(-1, P, M, NULL, NULL, NULL, NULL) == BUNDLE_SHAPE, "no size");
  puts(failures ? "failed" : "right");
  return failures != 0;
}
