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

/* y += factors[0] x + factors[1] (x + ldx) + ..., a sum of four rows */
TARGET static inline void NAME(add_four)(int64_t n, const REAL *factors, const REAL *x, int64_t ldx,
                                         REAL *restrict y) {
  const REAL *x0 = x, *x1 = x + ldx, *x2 = x + 2 * ldx, *x3 = x + 3 * ldx;
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    NAME(vector) sum = *(NAME(vector) *)(y + i);
    sum += factors[0] * *(const NAME(vector) *)(x0 + i);
    sum += factors[1] * *(const NAME(vector) *)(x1 + i);
    sum += factors[2] * *(const NAME(vector) *)(x2 + i);
    sum += factors[3] * *(const NAME(vector) *)(x3 + i);
    *(NAME(vector) *)(y + i) = sum;
  }
  for (; i < n; ++i)
    y[i] += factors[0] * x0[i] + factors[1] * x1[i] + factors[2] * x2[i] + factors[3] * x3[i];
}

/* y -= the sum of `count` rows x, x + ldx, ..., row p times t[p * step]; with few
 * loads and stores of y. */
TARGET static inline void NAME(subtract_rows)(int64_t n, int64_t count, const REAL *t, int64_t step,
                                              const REAL *x, int64_t ldx, REAL *y) {
  int64_t p = 0;
  for (; p + 4 <= count; p += 4) {
    REAL factors[4] = {-t[p * step], -t[(p + 1) * step], -t[(p + 2) * step], -t[(p + 3) * step]};
    NAME(add_four)(n, factors, x + p * ldx, ldx, y);
  }
  for (; p < count; ++p)
    NAME(add_multiple)(n, -t[p * step], x + p * ldx, y);
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
      int64_t known = lower ? first : i + 1; /* the first of `step` rows that are solved */
      NAME(subtract_rows)(m, step, t + i * across + known * down, down, x + known * ldx, ldx,
                          x + i * ldx);
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

TARGET static void NAME(transpose)(int64_t rows, int64_t columns, const REAL *from, int64_t ldf,
                                   REAL *to, int64_t ldt) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      to[j * ldt + i] = from[i * ldf + j];
}

/* Panels of columns of l, transposed so that their rows are long. */
TARGET static int64_t NAME(cholesky)(const caller *c, int64_t n, const REAL *a, REAL *l) {
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(PANEL, n, n) + PANEL * n, sizeof(REAL));
  REAL *panel = work + NAME(work_elements)(PANEL, n, n);
  for (int64_t s = 0; s < n; s += PANEL) {
    int64_t size = n - s < PANEL ? n - s : PANEL, length = n - s;
    NAME(transpose)(length, size, a + s * n + s, n, panel, length);
    NAME(add_product)(c, size, length, s, -1, l + s * n, n, 0, l + s * n, n, 1, panel, length,
                      work);
    for (int64_t i = 0; i < size; ++i) {
      REAL *row = panel + i * length + i;
      NAME(subtract_rows)(length - i, i, panel + i, length, panel + i, length, row);
      if (!(row[0] > 0))
        return s + i;
      REAL pivot = SQUARE_ROOT(row[0]), inverse = 1 / pivot;
      row[0] = pivot;
      for (int64_t j = 1; j < length - i; ++j)
        row[j] *= inverse;
    }
    for (int64_t i = 0; i < length; ++i) {
      REAL *row = l + (s + i) * n + s;
      for (int64_t j = 0; j < size; ++j)
        row[j] = j <= i ? panel[j * length + i] : 0;
      if (i < size)
        memset(row + size, 0, (size_t)(length - size) * sizeof(REAL));
    }
  }
  circ_release(c->context, mark);
  return -1;
}

/* The adjoint of the lower triangle of a small matrix from that of its factor d. */
TARGET static void NAME(small_cholesky_adjoint)(int64_t n, const REAL *d, int64_t ldd,
                                                REAL *adjoint, int64_t lda) {
  for (int64_t i = n; i-- > 0;)
    for (int64_t j = i + 1; j-- > 0;) {
      const REAL *row_i = d + i * ldd, *row_j = d + j * ldd;
      REAL seed = adjoint[i * lda + j] / row_j[j];
      if (i == j)
        seed /= 2;
      else
        adjoint[j * lda + j] -= seed * row_i[j];
      adjoint[i * lda + j] = seed;
      NAME(add_multiple)(j, -seed, row_j, adjoint + i * lda);
      NAME(add_multiple)(j, -seed, row_i, adjoint + j * lda);
    }
}

/* Goes back through blocked factorisation, a panel of columns after the other
 * (Murray, "Differentiation of the Cholesky decomposition", 2016, section 4.2). With
 * the parts of l beside and below the diagonal block D: R to its left, C below it, B to
 * the left of C. */
TARGET static void NAME(cholesky_adjoint)(const caller *c, int64_t n, const REAL *l,
                                          const REAL *seed, REAL *out) {
  for (int64_t i = 0; i < n; ++i)
    memcpy(out + i * n, seed + i * n, (size_t)(i + 1) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  int64_t product = NAME(work_elements)(n, n, n);
  REAL *work = take_work(c, product + PANEL * n + PANEL * PANEL, sizeof(REAL));
  REAL *below = work + product, *square = below + PANEL * n;
  for (int64_t e = n, size; e > 0; e -= size) {
    size = e % PANEL ? e % PANEL : PANEL;
    int64_t s = e - size, rest = n - e;
    const REAL *left = l + s * n, *diagonal = left + s;
    REAL *adjoint = out + s * n + s;
    /* The adjoint of C, transposed, through C = (...) D^-T. */
    NAME(transpose)(rest, size, out + e * n + s, n, below, rest);
    NAME(solve_triangle)(c, size, rest, diagonal, n, 1, 0, 0, below, rest, work);
    NAME(transpose)(size, rest, below, rest, out + e * n + s, n);
    /* D loses below C; its upper triangle is not used. */
    NAME(add_product)(c, size, size, rest, -1, below, rest, 0, l + e * n + s, n, 0, adjoint, n,
                      work);
    NAME(small_cholesky_adjoint)(size, diagonal, n, adjoint, n);
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j <= i; ++j)
        square[i * size + j] = adjoint[i * n + j] * (i == j ? 2 : 1),
                          square[j * size + i] = square[i * size + j];
    NAME(add_product)(c, rest, s, size, -1, below, rest, 1, left, n, 0, out + e * n, n, work);
    NAME(add_product)(c, size, s, rest, -1, below, rest, 0, l + e * n, n, 0, out + s * n, n, work);
    NAME(add_product)(c, size, s, size, -1, square, size, 0, left, n, 0, out + s * n, n, work);
  }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < i; ++j)
      out[i * n + j] = out[j * n + i] = out[i * n + j] / 2;
  circ_release(c->context, mark);
}

TARGET static void NAME(triangular_solve)(const caller *c, int64_t n, int64_t m, const REAL *l,
                                          int64_t transposed, const REAL *b, REAL *x) {
  memcpy(x, b, (size_t)(n * m) * sizeof(REAL));
  void *mark = circ_mark(c->context);
  REAL *work = take_work(c, NAME(work_elements)(n, m, PANEL), sizeof(REAL));
  NAME(solve_triangle)(c, n, m, l, n, transposed != 0, !transposed, 0, x, m, work);
  circ_release(c->context, mark);
}

static const TABLE NAME(table) = {NAME(matmul),           NAME(lu),
                                  NAME(lu_solve),         NAME(cholesky),
                                  NAME(cholesky_adjoint), NAME(triangular_solve)};

#undef LANES
#undef COLUMNS
#undef NAME
#undef BYTES
#undef TARGET
#undef ROWS
#undef VECTORS
