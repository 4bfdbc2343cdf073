/*===- circ_blas.c - Linear algebra by BLAS and LAPACK ---------------------===
 *
 * What `--blas` calls. Each function does what its namesake of circ_linear.h does,
 * with the Fortran function of BLAS or LAPACK at the sizes where OpenBLAS was
 * measured to be faster (docs/rationale/linear-algebra.md), else by that namesake.
 * The Fortran functions come as arguments: nothing here needs a BLAS to be linked.
 *
 * Fortran's matrices are column-major: it sees each matrix of ours transposed.
 * Behind the arguments come the lengths of the texts among them.
 *
 *===-----------------------------------------------------------------------===*/

#include "circ_blas.h"

#include <limits.h>
#include <string.h>

enum {
  PRODUCT_VOLUME = 512, /* rows times columns times depth, of a product */
  CHOLESKY_SIZE = 900,
  LU_SIZE = 1400, /* factorisation and solutions agree, for the factors differ */
  TRIANGULAR_SIZE = 1000,
  TRIANGULAR_COLUMNS = 64,
  SOLVED_AT_ONCE = 256 /* columns of a right side, which are transposed for Fortran */
};

#define PLACE const char *file, int64_t line, int64_t column
#define BLAS(type, suffix)                                                                         \
  typedef void gemm##suffix(const char *, const char *, const int *, const int *, const int *,     \
                            const type *, const type *, const int *, const type *, const int *,    \
                            const type *, type *, const int *, size_t, size_t);                    \
  typedef void potrf##suffix(const char *, const int *, type *, const int *, int *, size_t);       \
  typedef void getrf##suffix(const int *, const int *, type *, const int *, int *, int *);         \
  typedef void getrs##suffix(const char *, const int *, const int *, const type *, const int *,    \
                             const int *, type *, const int *, int *, size_t);                     \
  typedef void trsm##suffix(const char *, const char *, const char *, const char *, const int *,   \
                            const int *, const type *, const type *, const int *, type *,          \
                            const int *, size_t, size_t, size_t, size_t);                          \
                                                                                                   \
  void circ_blas_matmul##suffix(circ_context *c, int64_t m, int64_t n, int64_t k, const type *a,   \
                                int64_t ta, const type *b, int64_t tb, type *out,                  \
                                circ_fortran *function, PLACE) {                                   \
    int small = m > INT_MAX || n > INT_MAX || k > INT_MAX || m < 2 || n < 2 || k < 2 ||            \
                (double)m * (double)n * (double)k < PRODUCT_VOLUME;                                \
    if (small) {                                                                                   \
      circ_matmul##suffix(c, m, n, k, a, ta, b, tb, out, file, line, column);                      \
      return;                                                                                      \
    }                                                                                              \
    circ_poll(c, file, line, column);                                                              \
    const type one = 1, zero = 0;                                                                  \
    const int rows = (int)m, columns = (int)n, depth = (int)k;                                     \
    ((gemm##suffix *)function)(tb ? "T" : "N", ta ? "T" : "N", &columns, &rows, &depth, &one, b,   \
                               tb ? &depth : &columns, a, ta ? &rows : &depth, &zero, out,         \
                               &columns, 1, 1);                                                    \
  }                                                                                                \
                                                                                                   \
  int64_t circ_blas_cholesky##suffix(circ_context *c, int64_t n, const type *a, type *l,           \
                                     circ_fortran *function, PLACE) {                              \
    if (n < CHOLESKY_SIZE || n > INT_MAX)                                                          \
      return circ_cholesky##suffix(c, n, a, l, file, line, column);                                \
    circ_poll(c, file, line, column);                                                              \
    for (int64_t i = 0; i < n; ++i) {                                                              \
      memcpy(l + i * n, a + i * n, (size_t)(i + 1) * sizeof(type));                                \
      memset(l + i * n + i + 1, 0, (size_t)(n - i - 1) * sizeof(type));                            \
    }                                                                                              \
    const int size = (int)n;                                                                       \
    int bad = 0;                                                                                   \
    ((potrf##suffix *)function)("U", &size, l, &size, &bad, 1);                                    \
    /* Not every LAPACK stops at a NaN. */                                                         \
    for (int64_t i = 0; i < (bad ? bad - 1 : n); ++i)                                              \
      if (!(l[i * n + i] > 0))                                                                     \
        return i;                                                                                  \
    return bad - 1;                                                                                \
  }                                                                                                \
                                                                                                   \
  /* Of the transposed matrix. */                                                                  \
  void circ_blas_lu##suffix(circ_context *c, int64_t n, const type *a, type *packed,               \
                            int64_t *pivots, circ_fortran *function, PLACE) {                      \
    if (n < LU_SIZE || n > INT_MAX) {                                                              \
      circ_lu##suffix(c, n, a, packed, pivots, file, line, column);                                \
      return;                                                                                      \
    }                                                                                              \
    circ_poll(c, file, line, column);                                                              \
    void *mark = circ_mark(c);                                                                     \
    int *exchanged = circ_alloc(c, n, sizeof(int), file, line, column);                            \
    memcpy(packed, a, (size_t)(n * n) * sizeof(type));                                             \
    const int size = (int)n;                                                                       \
    int zero_pivot = 0; /* found again by the solution */                                          \
    ((getrf##suffix *)function)(&size, &size, packed, &size, exchanged, &zero_pivot);              \
    for (int64_t i = 0; i < n; ++i)                                                                \
      pivots[i] = exchanged[i];                                                                    \
    circ_release(c, mark);                                                                         \
  }                                                                                                \
                                                                                                   \
  int64_t circ_blas_lu_solve##suffix(circ_context *c, int64_t n, int64_t m, const type *packed,    \
                                     const int64_t *pivots, int64_t transposed, const type *b,     \
                                     type *x, circ_fortran *function, PLACE) {                     \
    if (n < LU_SIZE || n > INT_MAX)                                                                \
      return circ_lu_solve##suffix(c, n, m, packed, pivots, transposed, b, x, file, line, column); \
    for (int64_t i = 0; i < n; ++i)                                                                \
      if (packed[i * n + i] == 0)                                                                  \
        return i;                                                                                  \
    circ_poll(c, file, line, column);                                                              \
    void *mark = circ_mark(c);                                                                     \
    int *exchanged = circ_alloc(c, n, sizeof(int), file, line, column);                            \
    for (int64_t i = 0; i < n; ++i)                                                                \
      exchanged[i] = (int)pivots[i];                                                               \
    type *columns = circ_alloc(c, n * SOLVED_AT_ONCE, sizeof(type), file, line, column);           \
    for (int64_t j0 = 0; j0 < m; j0 += SOLVED_AT_ONCE) {                                           \
      int64_t count = m - j0 < SOLVED_AT_ONCE ? m - j0 : SOLVED_AT_ONCE;                           \
      for (int64_t i = 0; i < n; ++i)                                                              \
        for (int64_t j = 0; j < count; ++j)                                                        \
          columns[j * n + i] = b[i * m + j0 + j];                                                  \
      const int size = (int)n, right = (int)count;                                                 \
      int wrong = 0; /* only for arguments that make no sense */                                   \
      ((getrs##suffix *)function)(transposed ? "N" : "T", &size, &right, packed, &size, exchanged, \
                                  columns, &size, &wrong, 1);                                      \
      for (int64_t i = 0; i < n; ++i)                                                              \
        for (int64_t j = 0; j < count; ++j)                                                        \
          x[i * m + j0 + j] = columns[j * n + i];                                                  \
    }                                                                                              \
    circ_release(c, mark);                                                                         \
    return -1;                                                                                     \
  }                                                                                                \
                                                                                                   \
  void circ_blas_triangular_solve##suffix(circ_context *c, int64_t n, int64_t m, const type *l,    \
                                          int64_t transposed, const type *b, type *x,              \
                                          circ_fortran *function, PLACE) {                         \
    if (n < TRIANGULAR_SIZE || m < TRIANGULAR_COLUMNS || n > INT_MAX || m > INT_MAX) {             \
      circ_triangular_solve##suffix(c, n, m, l, transposed, b, x, file, line, column);             \
      return;                                                                                      \
    }                                                                                              \
    circ_poll(c, file, line, column);                                                              \
    memcpy(x, b, (size_t)(n * m) * sizeof(type));                                                  \
    const type one = 1;                                                                            \
    const int size = (int)n, right = (int)m;                                                       \
    ((trsm##suffix *)function)("R", "U", transposed ? "T" : "N", "N", &right, &size, &one, l,      \
                               &size, x, &right, 1, 1, 1, 1);                                      \
  }

BLAS(double, )
BLAS(float, f)
