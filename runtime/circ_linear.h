/*===- circ_linear.h - Linear algebra for compiled circuits ----------------===
 *
 * C99, libc and libm only. Matrices are dense and row-major; `f32` functions
 * have the suffix f. The order of sums is fixed by the sizes and by the vector
 * width of the CPU. Working memory comes from the call's arena; file, line and
 * column are the place that errors name.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_LINEAR_H
#define CIRC_LINEAR_H

#include "circ_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most bytes that a function of this header takes while it works on matrices of
 *  these sizes, for products; and what a factorisation takes beside them. */
int64_t circ_linear_work_bytes(int64_t rows, int64_t columns, int64_t depth);
int64_t circ_linear_panel_bytes(int64_t n);

/** out (m x n) = op(a) op(b), where op transposes if its flag is not zero; k is
 *  the size that the sum runs over. */
void circ_matmul(circ_context *c, int64_t m, int64_t n, int64_t k, const double *a,
                 int64_t a_transposed, const double *b, int64_t b_transposed, double *out,
                 const char *file, int64_t line, int64_t column);
void circ_matmulf(circ_context *c, int64_t m, int64_t n, int64_t k, const float *a,
                  int64_t a_transposed, const float *b, int64_t b_transposed, float *out,
                  const char *file, int64_t line, int64_t column);

/** The factors of the n x n matrix a with rows exchanged: below the diagonal of
 *  `packed` the unit lower one, the rest the upper one. Row i was exchanged
 *  with row pivots[i], i = 0, 1, ... A singular matrix has a zero on the
 *  diagonal; it is no error here. */
void circ_lu(circ_context *c, int64_t n, const double *a, double *packed, int64_t *pivots,
             const char *file, int64_t line, int64_t column);
void circ_luf(circ_context *c, int64_t n, const float *a, float *packed, int64_t *pivots,
              const char *file, int64_t line, int64_t column);

/** x (n x m) = op(a)^-1 b from the factors of a. Gives the position of a zero
 *  pivot (then x is not written), or -1. */
int64_t circ_lu_solve(circ_context *c, int64_t n, int64_t m, const double *packed,
                      const int64_t *pivots, int64_t transposed, const double *b, double *x,
                      const char *file, int64_t line, int64_t column);
int64_t circ_lu_solvef(circ_context *c, int64_t n, int64_t m, const float *packed,
                       const int64_t *pivots, int64_t transposed, const float *b, float *x,
                       const char *file, int64_t line, int64_t column);

/** log |det a| from the factors of a; -inf for a singular matrix. */
double circ_lu_logdet(int64_t n, const double *packed);
float circ_lu_logdetf(int64_t n, const float *packed);

/** The lower triangular l with a = l l^T and zeros above its diagonal; reads the
 *  lower triangle of a. Gives the first row whose pivot is not positive, or -1. */
int64_t circ_cholesky(circ_context *c, int64_t n, const double *a, double *l, const char *file,
                      int64_t line, int64_t column);
int64_t circ_choleskyf(circ_context *c, int64_t n, const float *a, float *l, const char *file,
                       int64_t line, int64_t column);

/** The adjoint of the symmetric matrix a = l l^T, given that of l: of both the
 *  lower triangles are read. */
void circ_cholesky_adjoint(circ_context *c, int64_t n, const double *l, const double *seed,
                           double *out, const char *file, int64_t line, int64_t column);
void circ_cholesky_adjointf(circ_context *c, int64_t n, const float *l, const float *seed,
                            float *out, const char *file, int64_t line, int64_t column);

/** x (n x m) = op(l)^-1 b for a lower triangular l; reads the lower triangle. */
void circ_triangular_solve(circ_context *c, int64_t n, int64_t m, const double *l,
                           int64_t transposed, const double *b, double *x, const char *file,
                           int64_t line, int64_t column);
void circ_triangular_solvef(circ_context *c, int64_t n, int64_t m, const float *l,
                            int64_t transposed, const float *b, float *x, const char *file,
                            int64_t line, int64_t column);

#ifdef __cplusplus
}
#endif
#endif
