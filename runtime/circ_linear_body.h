/*===- circ_linear_body.h - Linear algebra for one type and vector width ---===
 *
 * No include guard: circ_linear.c includes it once for each element type and
 * instruction set, with these macros defined, which it undefines at its end:
 *   REAL     the element type           NAME(x)  the name of a function here
 *   BYTES    of a vector                TARGET   the attribute of functions
 *   ROWS     of a tile of a product     VECTORS  in a row of a tile
 *
 * The product packs blocks of its operands so that the innermost loop reads
 * both in order and keeps a tile of sums in registers (Goto and van de Geijn,
 * "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008).
 * The factorisations and solves do all but a narrow part of their work by it.
 *
 *===-----------------------------------------------------------------------===*/

#define LANES (BYTES / (int64_t)sizeof(REAL))
#define COLUMNS (VECTORS * LANES)

typedef REAL NAME(vector) __attribute__((vector_size(BYTES), aligned(sizeof(REAL)), may_alias));

TARGET static inline REAL NAME(dot)(int64_t n, const REAL *x, const REAL *y) {
  NAME(vector) sums[2] = {{0}, {0}};
  int64_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES)
    for (int64_t v = 0; v < 2; ++v)
      sums[v] +=
          *(const NAME(vector) *)(x + i + v * LANES) * *(const NAME(vector) *)(y + i + v * LANES);
  REAL sum = 0;
  sums[0] += sums[1];
  for (int64_t lane = 0; lane < LANES; ++lane)
    sum += sums[0][lane];
  for (; i < n; ++i)
    sum += x[i] * y[i];
  return sum;
}

/* y += factor x */
TARGET static inline void NAME(add_multiple)(int64_t n, REAL factor, const REAL *restrict x,
                                             REAL *restrict y) {
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES)
    *(NAME(vector) *)(y + i) += factor * *(const NAME(vector) *)(x + i);
  for (; i < n; ++i)
    y[i] += factor * x[i];
}

/* clang-format does not know that UNROLL belongs to a loop. */
/* clang-format off */
/* tile (ROWS x COLUMNS) = the product of two packed panels */
TARGET static inline void NAME(tile_product)(int64_t k, const REAL *restrict a,
                                             const REAL *restrict b, REAL *restrict tile) {
  NAME(vector) sums[ROWS][VECTORS] = {{{0}}};
  for (int64_t p = 0; p < k; ++p) {
    UNROLL for (int i = 0; i < ROWS; ++i) {
      REAL factor = a[p * ROWS + i];
      UNROLL for (int v = 0; v < VECTORS; ++v)
        sums[i][v] += factor * *(const NAME(vector) *)(b + p * COLUMNS + v * LANES);
    }
  }
  UNROLL for (int i = 0; i < ROWS; ++i)
    UNROLL for (int v = 0; v < VECTORS; ++v)
      *(NAME(vector) *)(tile + i * COLUMNS + v * LANES) = sums[i][v];
}
/* clang-format on */

/* Panels of `width` lines: for p = 0..k the elements p of the lines of a panel,
 * filled up with zeros. Line l has its element p at from[l * line + p * step]. */
TARGET static void NAME(pack)(int64_t lines, int64_t k, int64_t width, const REAL *from,
                              int64_t line, int64_t step, REAL *to) {
  for (int64_t l = 0; l < lines; l += width, to += width * k) {
    int64_t filled = lines - l < width ? lines - l : width;
    const REAL *panel = from + l * line;
    if (filled < width)
      memset(to, 0, (size_t)(width * k) * sizeof(REAL));
    if (line == 1) {
      for (int64_t p = 0; p < k; ++p)
        memcpy(to + p * width, panel + p * step, (size_t)filled * sizeof(REAL));
    } else {
      for (int64_t i = 0; i < filled; ++i)
        for (int64_t p = 0; p < k; ++p)
          to[p * width + i] = panel[i * line + p * step];
    }
  }
}

static int64_t NAME(work_elements)(int64_t m, int64_t n, int64_t k) {
  int64_t rows = m < ROW_BLOCK ? m : ROW_BLOCK, columns = n < COLUMN_BLOCK ? n : COLUMN_BLOCK;
  int64_t depth = k < DEPTH_BLOCK ? k : DEPTH_BLOCK;
  return depth * (rows + ROWS + columns + COLUMNS);
}

/* out += factor op(a) op(b): plain loops for what is too narrow to be packed. */
TARGET static void NAME(add_narrow_product)(int64_t m, int64_t n, int64_t k, REAL factor,
                                            const REAL *a, int64_t lda, int64_t ta, const REAL *b,
                                            int64_t ldb, int64_t tb, REAL *out, int64_t ldo) {
  if (n == 1 && !ta && (tb || ldb == 1)) { /* rows times a contiguous vector */
    for (int64_t i = 0; i < m; ++i)
      out[i * ldo] += factor * NAME(dot)(k, a + i * lda, b);
    return;
  }
  if (n == 1 && ta && ldo == 1) { /* a sum of rows */
    for (int64_t p = 0; p < k; ++p)
      NAME(add_multiple)(m, factor * b[tb ? p : p * ldb], a + p * lda, out);
    return;
  }
  for (int64_t i = 0; i < m; ++i)
    for (int64_t p = 0; p < k; ++p) {
      REAL x = factor * (ta ? a[p * lda + i] : a[i * lda + p]);
      if (!tb)
        NAME(add_multiple)(n, x, b + p * ldb, out + i * ldo);
      else
        for (int64_t j = 0; j < n; ++j)
          out[i * ldo + j] += x * b[j * ldb + p];
    }
}

/* out (m x n) += factor op(a) op(b); `work` has room for work_elements. */
TARGET static void NAME(add_product)(const caller *c, int64_t m, int64_t n, int64_t k, REAL factor,
                                     const REAL *a, int64_t lda, int64_t ta, const REAL *b,
                                     int64_t ldb, int64_t tb, REAL *out, int64_t ldo, REAL *work) {
  if (m < 2 || n < 4 || k < 2 || m * n <= 16) {
    NAME(add_narrow_product)(m, n, k, factor, a, lda, ta, b, ldb, tb, out, ldo);
    return;
  }
  REAL tile[ROWS * COLUMNS];
  for (int64_t j0 = 0; j0 < n; j0 += COLUMN_BLOCK) {
    int64_t columns = n - j0 < COLUMN_BLOCK ? n - j0 : COLUMN_BLOCK;
    for (int64_t p0 = 0; p0 < k; p0 += DEPTH_BLOCK) {
      int64_t depth = k - p0 < DEPTH_BLOCK ? k - p0 : DEPTH_BLOCK;
      REAL *packed_b = work,
           *packed_a = work + depth * ((columns + COLUMNS - 1) / COLUMNS * COLUMNS);
      NAME(pack)(columns, depth, COLUMNS, tb ? b + j0 * ldb + p0 : b + p0 * ldb + j0, tb ? ldb : 1,
                 tb ? 1 : ldb, packed_b);
      for (int64_t i0 = 0; i0 < m; i0 += ROW_BLOCK) {
        int64_t rows = m - i0 < ROW_BLOCK ? m - i0 : ROW_BLOCK;
        circ_poll(c->context, c->file, c->line, c->column);
        NAME(pack)(rows, depth, ROWS, ta ? a + p0 * lda + i0 : a + i0 * lda + p0, ta ? 1 : lda,
                   ta ? lda : 1, packed_a);
        for (int64_t j = 0; j < columns; j += COLUMNS)
          for (int64_t i = 0; i < rows; i += ROWS) {
            NAME(tile_product)(depth, packed_a + i * depth, packed_b + j * depth, tile);
            int64_t height = rows - i < ROWS ? rows - i : ROWS;
            int64_t width = columns - j < COLUMNS ? columns - j : COLUMNS;
            REAL *place = out + (i0 + i) * ldo + j0 + j;
            for (int64_t row = 0; row < height; ++row)
              NAME(add_multiple)(width, factor, tile + row * COLUMNS, place + row * ldo);
          }
      }
    }
  }
}

TARGET static void NAME(matmul)(const caller *c, int64_t m, int64_t n, int64_t k, const REAL *a,
                                int64_t ta, const REAL *b, int64_t tb, REAL *out) {
  memset(out, 0, (size_t)(m * n) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(m, n, k), sizeof(REAL));
  NAME(add_product)(c, m, n, k, 1, a, ta ? m : k, ta, b, tb ? k : n, tb, out, n, work);
  circ_release(c->context, mark);
}

/* x (n x m) = op(t)^-1 x, where op(t) is lower triangular if `lower` else upper,
 * with a diagonal of ones if `unit`. */
TARGET static void NAME(solve_triangle)(const caller *c, int64_t n, int64_t m, const REAL *t,
                                        int64_t ldt, int transposed, int lower, int unit, REAL *x,
                                        int64_t ldx, REAL *work) {
  int64_t down = transposed ? ldt : 1, across = transposed ? 1 : ldt; /* strides of op(t) */
  for (int64_t done = 0; done < n; done += PANEL) {
    int64_t size = n - done < PANEL ? n - done : PANEL;
    int64_t first = lower ? done : n - done - size;
    for (int64_t step = 0; step < size; ++step) {
      int64_t i = lower ? first + step : first + size - 1 - step;
      for (int64_t before = 0; before < step; ++before) {
        int64_t p = lower ? first + before : first + size - 1 - before;
        NAME(add_multiple)(m, -t[i * across + p * down], x + p * ldx, x + i * ldx);
      }
      if (!unit)
        for (int64_t j = 0; j < m; ++j)
          x[i * ldx + j] /= t[i * across + i * down];
    }
    int64_t rest = n - done - size, start = lower ? first + size : 0;
    NAME(add_product)(c, rest, m, size, -1, t + start * across + first * down, ldt, transposed,
                      x + first * ldx, ldx, 0, x + start * ldx, ldx, work);
  }
}

/* Factors the rows x size panel at a; exchanges whole rows, of `width` elements
 * from `row0` on. */
TARGET static void NAME(factor_panel)(int64_t rows, int64_t size, REAL *a, int64_t lda, REAL *row0,
                                      int64_t width, int64_t *pivots) {
  for (int64_t j = 0; j < size; ++j) {
    int64_t pivot = j;
    for (int64_t i = j + 1; i < rows; ++i)
      if (MAGNITUDE(a[i * lda + j]) > MAGNITUDE(a[pivot * lda + j]))
        pivot = i;
    pivots[j] = pivot;
    if (pivot != j)
      for (int64_t i = 0; i < width; ++i) {
        REAL kept = row0[j * lda + i];
        row0[j * lda + i] = row0[pivot * lda + i];
        row0[pivot * lda + i] = kept;
      }
    REAL top = a[j * lda + j];
    if (top == 0)
      continue; /* the column is zero */
    int invertible = MAGNITUDE(1 / top) <= LARGEST;
    for (int64_t i = j + 1; i < rows; ++i) {
      REAL factor = invertible ? a[i * lda + j] * (1 / top) : a[i * lda + j] / top;
      a[i * lda + j] = factor;
      NAME(add_multiple)(size - j - 1, -factor, a + j * lda + j + 1, a + i * lda + j + 1);
    }
  }
}

TARGET static void NAME(lu)(const caller *c, int64_t n, const REAL *a, REAL *packed,
                            int64_t *pivots) {
  memcpy(packed, a, (size_t)(n * n) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(n, n, PANEL), sizeof(REAL));
  for (int64_t s = 0; s < n; s += PANEL) {
    int64_t size = n - s < PANEL ? n - s : PANEL, e = s + size;
    REAL *corner = packed + s * n;
    NAME(factor_panel)(n - s, size, corner + s, n, corner, n, pivots + s);
    for (int64_t j = s; j < e; ++j)
      pivots[j] += s;
    if (e == n)
      break;
    NAME(solve_triangle)(c, size, n - e, corner + s, n, 0, 1, 1, corner + e, n, work);
    NAME(add_product)(c, n - e, n - e, size, -1, packed + e * n + s, n, 0, corner + e, n, 0,
                      packed + e * n + e, n, work);
  }
  circ_release(c->context, mark);
}

TARGET static void NAME(exchange)(int64_t m, REAL *x, int64_t i, int64_t j) {
  for (int64_t p = 0; i != j && p < m; ++p) {
    REAL kept = x[i * m + p];
    x[i * m + p] = x[j * m + p];
    x[j * m + p] = kept;
  }
}

TARGET static int64_t NAME(lu_solve)(const caller *c, int64_t n, int64_t m, const REAL *packed,
                                     const int64_t *pivots, int64_t transposed, const REAL *b,
                                     REAL *x) {
  for (int64_t i = 0; i < n; ++i)
    if (packed[i * n + i] == 0)
      return i;
  memcpy(x, b, (size_t)(n * m) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(n, m, PANEL), sizeof(REAL));
  if (!transposed) {
    for (int64_t i = 0; i < n; ++i)
      NAME(exchange)(m, x, i, pivots[i]);
    NAME(solve_triangle)(c, n, m, packed, n, 0, 1, 1, x, m, work);
    NAME(solve_triangle)(c, n, m, packed, n, 0, 0, 0, x, m, work);
  } else {
    NAME(solve_triangle)(c, n, m, packed, n, 1, 1, 0, x, m, work);
    NAME(solve_triangle)(c, n, m, packed, n, 1, 0, 1, x, m, work);
    for (int64_t i = n; i-- > 0;)
      NAME(exchange)(m, x, i, pivots[i]);
  }
  circ_release(c->context, mark);
  return -1;
}

TARGET static int64_t NAME(cholesky)(const caller *c, int64_t n, const REAL *a, REAL *l) {
  for (int64_t i = 0; i < n; ++i) {
    memcpy(l + i * n, a + i * n, (size_t)(i + 1) * sizeof(REAL));
    memset(l + i * n + i + 1, 0, (size_t)(n - i - 1) * sizeof(REAL));
  }
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(n, PANEL, n), sizeof(REAL));
  for (int64_t s = 0; s < n; s += PANEL) {
    int64_t size = n - s < PANEL ? n - s : PANEL;
    REAL *block = l + s * n;
    NAME(add_product)(c, n - s, size, s, -1, block, n, 0, block, n, 1, block + s, n, work);
    for (int64_t i = 0; i < n - s; ++i) {
      REAL *row = block + i * n + s;
      for (int64_t j = 0; j < size && j <= i; ++j) {
        REAL left = row[j] - NAME(dot)(j, row, block + j * n + s);
        if (i == j && !(left > 0))
          return s + i;
        row[j] = i == j ? SQUARE_ROOT(left) : left / block[j * n + s + j];
      }
      if (i < size) /* what the product has put above the diagonal */
        memset(row + i + 1, 0, (size_t)(size - i - 1) * sizeof(REAL));
    }
  }
  circ_release(c->context, mark);
  return -1;
}

TARGET static void NAME(triangular_solve)(const caller *c, int64_t n, int64_t m, const REAL *l,
                                          int64_t transposed, const REAL *b, REAL *x) {
  memcpy(x, b, (size_t)(n * m) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(n, m, PANEL), sizeof(REAL));
  NAME(solve_triangle)(c, n, m, l, n, transposed != 0, !transposed, 0, x, m, work);
  circ_release(c->context, mark);
}

static const TABLE NAME(table) = {NAME(matmul), NAME(lu), NAME(lu_solve), NAME(cholesky),
                                  NAME(triangular_solve)};

#undef LANES
#undef COLUMNS
#undef NAME
#undef BYTES
#undef TARGET
#undef ROWS
#undef VECTORS
