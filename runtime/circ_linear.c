/*===- circ_linear.c - Linear algebra: choice of the instruction set -------===*/

#include "circ_linear.h"

#include <float.h>
#include <math.h>
#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Blocks of a product: what is packed fits the second-level cache. */
enum { ROW_BLOCK = 96, COLUMN_BLOCK = 512, DEPTH_BLOCK = 192 };
/* The width of the part of a factorisation that is not a product. */
enum { PANEL = 32 };

/* The call that everything is done for: its memory, and its place in the
 * program for errors. */
typedef struct caller {
  circ_context *context;
  const char *file;
  int64_t line, column;
} caller;

int64_t circ_linear_work_bytes(int64_t rows, int64_t columns, int64_t depth) {
  /* The panel of a factorisation may stand for each size; tiles are at most so high
   * and wide. */
  enum { TILE = 64 };
  int64_t height = rows < ROW_BLOCK ? rows : ROW_BLOCK;
  int64_t width = columns < COLUMN_BLOCK ? columns : COLUMN_BLOCK;
  int64_t length = depth < DEPTH_BLOCK ? depth : DEPTH_BLOCK;
  return (length + PANEL) * (height + width + 2 * (PANEL + TILE)) * (int64_t)sizeof(double);
}

int64_t circ_linear_panel_bytes(int64_t n) { return PANEL * (n + PANEL) * (int64_t)sizeof(double); }

static void *take_work(const caller *c, int64_t count, int64_t size) {
  return circ_alloc(c->context, count, size, c->file, c->line, c->column);
}

/* Defines the functions of one type for one instruction set. */
#define TABLE_OF(type, name)                                                                       \
  typedef struct name {                                                                            \
    void (*matmul)(const caller *, int64_t, int64_t, int64_t, const type *, int64_t, const type *, \
                   int64_t, type *);                                                               \
    void (*lu)(const caller *, int64_t, const type *, type *, int64_t *);                          \
    int64_t (*lu_solve)(const caller *, int64_t, int64_t, const type *, const int64_t *, int64_t,  \
                        const type *, type *);                                                     \
    int64_t (*cholesky)(const caller *, int64_t, const type *, type *);                            \
    void (*cholesky_adjoint)(const caller *, int64_t, const type *, const type *, type *);         \
    void (*triangular_solve)(const caller *, int64_t, int64_t, const type *, int64_t,              \
                             const type *, type *);                                                \
  } name
TABLE_OF(double, f64_functions);
TABLE_OF(float, f32_functions);

#define REAL double
#define TABLE f64_functions
#define MAGNITUDE fabs
#define SQUARE_ROOT sqrt
#define LARGEST DBL_MAX
#define NAME(x) f64_##x##_16
#define BYTES 16
#define ROWS 4
#define VECTORS 2
#define TARGET
#include "circ_linear_body.h"
#if defined(__x86_64__)
#define NAME(x) f64_##x##_32
#define BYTES 32
#define ROWS 6
#define VECTORS 2
#define TARGET __attribute__((target("avx2,fma")))
#include "circ_linear_body.h"
#define NAME(x) f64_##x##_64
#define BYTES 64
#define ROWS 8
#define VECTORS 3
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#include "circ_linear_body.h"
#endif
#undef REAL
#undef TABLE
#undef MAGNITUDE
#undef SQUARE_ROOT
#undef LARGEST

#define REAL float
#define TABLE f32_functions
#define MAGNITUDE fabsf
#define SQUARE_ROOT sqrtf
#define LARGEST FLT_MAX
#define NAME(x) f32_##x##_16
#define BYTES 16
#define ROWS 4
#define VECTORS 2
#define TARGET
#include "circ_linear_body.h"
#if defined(__x86_64__)
#define NAME(x) f32_##x##_32
#define BYTES 32
#define ROWS 6
#define VECTORS 2
#define TARGET __attribute__((target("avx2,fma")))
#include "circ_linear_body.h"
#define NAME(x) f32_##x##_64
#define BYTES 64
#define ROWS 8
#define VECTORS 3
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#include "circ_linear_body.h"
#endif

/* The vector width in bytes that this CPU takes. */
static int vector_bytes(void) {
  static int known;
  int bytes = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (!bytes) {
    bytes = circ_cpu_supports("avx512f,avx2,fma") ? 64 : circ_cpu_supports("avx2,fma") ? 32 : 16;
    __atomic_store_n(&known, bytes, __ATOMIC_RELAXED);
  }
  return bytes;
}

static const f64_functions *f64(void) {
#if defined(__x86_64__)
  int bytes = vector_bytes();
  return bytes == 64 ? &f64_table_64 : bytes == 32 ? &f64_table_32 : &f64_table_16;
#else
  return &f64_table_16;
#endif
}

static const f32_functions *f32(void) {
#if defined(__x86_64__)
  int bytes = vector_bytes();
  return bytes == 64 ? &f32_table_64 : bytes == 32 ? &f32_table_32 : &f32_table_16;
#else
  return &f32_table_16;
#endif
}

/* The public functions of one type. */
#define PLACE const char *file, int64_t line, int64_t column
#define CALLER                                                                                     \
  &(caller) { context, file, line, column }
#define PUBLIC(type, suffix, chosen, logarithm, magnitude)                                         \
  void circ_matmul##suffix(circ_context *context, int64_t m, int64_t n, int64_t k, const type *a,  \
                           int64_t ta, const type *b, int64_t tb, type *out, PLACE) {              \
    chosen()->matmul(CALLER, m, n, k, a, ta, b, tb, out);                                          \
  }                                                                                                \
  void circ_lu##suffix(circ_context *context, int64_t n, const type *a, type *packed,              \
                       int64_t *pivots, PLACE) {                                                   \
    chosen()->lu(CALLER, n, a, packed, pivots);                                                    \
  }                                                                                                \
  int64_t circ_lu_solve##suffix(circ_context *context, int64_t n, int64_t m, const type *packed,   \
                                const int64_t *pivots, int64_t transposed, const type *b, type *x, \
                                PLACE) {                                                           \
    return chosen()->lu_solve(CALLER, n, m, packed, pivots, transposed, b, x);                     \
  }                                                                                                \
  type circ_lu_logdet##suffix(int64_t n, const type *packed) {                                     \
    type sum = 0;                                                                                  \
    for (int64_t i = 0; i < n; ++i)                                                                \
      sum += logarithm(magnitude(packed[i * n + i]));                                              \
    return sum;                                                                                    \
  }                                                                                                \
  int64_t circ_cholesky##suffix(circ_context *context, int64_t n, const type *a, type *l, PLACE) { \
    return chosen()->cholesky(CALLER, n, a, l);                                                    \
  }                                                                                                \
  void circ_cholesky_adjoint##suffix(circ_context *context, int64_t n, const type *l,              \
                                     const type *seed, type *out, PLACE) {                         \
    chosen()->cholesky_adjoint(CALLER, n, l, seed, out);                                           \
  }                                                                                                \
  void circ_triangular_solve##suffix(circ_context *context, int64_t n, int64_t m, const type *l,   \
                                     int64_t transposed, const type *b, type *x, PLACE) {          \
    chosen()->triangular_solve(CALLER, n, m, l, transposed, b, x);                                 \
  }
PUBLIC(double, , f64, log, fabs)
PUBLIC(float, f, f32, logf, fabsf)
