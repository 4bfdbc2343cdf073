/*===- circ_blas.h - Linear algebra by BLAS and LAPACK ---------------------===
 *
 * The functions of circ_linear.h once more, for circuits that are compiled with
 * `--blas`. Each takes the function of Fortran that it may call, `dgemm_` or
 * `sgemm_` for a product; below the sizes where that is faster it does without.
 * Results differ by rounding alone; what they give for a matrix that is singular
 * or not positive definite is the same. Factors are for `circ_blas_lu_solve` only.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_BLAS_H
#define CIRC_BLAS_H

#include "circ_linear.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Some function of BLAS or LAPACK. */
typedef void circ_fortran(void);

void circ_blas_matmul(circ_context *c, int64_t m, int64_t n, int64_t k, const double *a,
                      int64_t a_transposed, const double *b, int64_t b_transposed, double *out,
                      circ_fortran *gemm, const char *file, int64_t line, int64_t column);
int64_t circ_blas_cholesky(circ_context *c, int64_t n, const double *a, double *l,
                           circ_fortran *potrf, const char *file, int64_t line, int64_t column);
void circ_blas_lu(circ_context *c, int64_t n, const double *a, double *packed, int64_t *pivots,
                  circ_fortran *getrf, const char *file, int64_t line, int64_t column);
int64_t circ_blas_lu_solve(circ_context *c, int64_t n, int64_t m, const double *packed,
                           const int64_t *pivots, int64_t transposed, const double *b, double *x,
                           circ_fortran *getrs, const char *file, int64_t line, int64_t column);
void circ_blas_triangular_solve(circ_context *c, int64_t n, int64_t m, const double *l,
                                int64_t transposed, const double *b, double *x, circ_fortran *trsm,
                                const char *file, int64_t line, int64_t column);

void circ_blas_matmulf(circ_context *c, int64_t m, int64_t n, int64_t k, const float *a,
                       int64_t a_transposed, const float *b, int64_t b_transposed, float *out,
                       circ_fortran *gemm, const char *file, int64_t line, int64_t column);
int64_t circ_blas_choleskyf(circ_context *c, int64_t n, const float *a, float *l,
                            circ_fortran *potrf, const char *file, int64_t line, int64_t column);
void circ_blas_luf(circ_context *c, int64_t n, const float *a, float *packed, int64_t *pivots,
                   circ_fortran *getrf, const char *file, int64_t line, int64_t column);
int64_t circ_blas_lu_solvef(circ_context *c, int64_t n, int64_t m, const float *packed,
                            const int64_t *pivots, int64_t transposed, const float *b, float *x,
                            circ_fortran *getrs, const char *file, int64_t line, int64_t column);
void circ_blas_triangular_solvef(circ_context *c, int64_t n, int64_t m, const float *l,
                                 int64_t transposed, const float *b, float *x, circ_fortran *trsm,
                                 const char *file, int64_t line, int64_t column);

#ifdef __cplusplus
}
#endif
#endif
