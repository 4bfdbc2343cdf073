/*===- circ_sparse.c - Sparse matrices of derivatives -----------------------===*/

#include "circ_sparse.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(void) { return circ_set_error(CIRC_MEMORY, "no memory for a sparse matrix"); }

/* Room for `count` elements, never null for none. */
static void *room(int64_t count, size_t size) {
  return calloc((size_t)(count > 0 ? count : 1), size);
}

/* Places ------------------------------------------------------------------ */

/* The number of elements of an input, whose size slots point to sizes; -1 when it
 * is none. */
static int64_t input_count(const circ_sweep *p, const circ_place *place) {
  int64_t count = 1;
  int negative = 0;
  for (int64_t d = 0; d < place->rank; ++d) {
    int64_t size = *(const int64_t *)p->slots[place->slot + 1 + d];
    negative |= size < 0;
    if (__builtin_mul_overflow(count, size, &count))
      return -1;
  }
  return negative || count > INT64_MAX / 16 ? -1 : count;
}

/* The number of elements of an output after a call. */
static int64_t output_count(const circ_sweep *p, const circ_place *place) {
  int64_t count = 1;
  const int64_t *sizes = (const int64_t *)p->slots[place->slot] + 1;
  for (int64_t d = 0; d < place->rank; ++d)
    count *= sizes[d];
  return count;
}

static const char *output_data(const circ_sweep *p, const circ_place *place) {
  const void *where = p->slots[place->slot];
  return place->rank ? *(const char *const *)where : where;
}

/* Memory for all inputs, zero, and the slots that point to it; null without memory
 * or with a status. */
static char *make_inputs(const circ_sweep *p, int64_t *columns, int *status) {
  int64_t bytes = 0;
  *columns = 0;
  for (int64_t i = 0; i < p->input_count; ++i) {
    int64_t count = input_count(p, &p->inputs[i]);
    if (count < 0) {
      *status = circ_set_error(CIRC_SHAPE, "a dimension is negative or too large");
      return NULL;
    }
    bytes += 8 * count;
    if (p->inputs[i].active)
      *columns += count;
  }
  char *memory = room(bytes, 1), *next = memory;
  if (!memory) {
    *status = no_memory();
    return NULL;
  }
  for (int64_t i = 0; i < p->input_count; ++i) {
    p->slots[p->inputs[i].slot] = next;
    next += 8 * input_count(p, &p->inputs[i]);
  }
  return memory;
}

/* Patterns ---------------------------------------------------------------- */

/* The columns of one row among 64. */
typedef struct piece {
  int64_t row, first;
  uint64_t set;
} piece;

typedef struct pieces {
  piece *list;
  int64_t count, room;
} pieces;

static int add_piece(pieces *all, int64_t row, int64_t first, uint64_t set) {
  if (all->count == all->room) {
    int64_t more = all->room ? 2 * all->room : 256;
    piece *list = realloc(all->list, (size_t)more * sizeof *list);
    if (!list)
      return no_memory();
    all->list = list;
    all->room = more;
  }
  piece *added = &all->list[all->count++];
  added->row = row;
  added->first = first;
  added->set = set;
  return CIRC_OK;
}

/* Puts the columns from `first` to `first + 63` into their sets, or takes them out. */
static void set_bits(const circ_sweep *p, int64_t first, int put) {
  int64_t start = 0;
  for (int64_t i = 0; i < p->input_count; ++i) {
    if (!p->inputs[i].active)
      continue;
    int64_t count = input_count(p, &p->inputs[i]);
    uint64_t *sets = p->slots[p->inputs[i].slot];
    int64_t from = first > start ? first - start : 0;
    for (int64_t k = from; k < count && start + k < first + 64; ++k)
      sets[k] = put ? (uint64_t)1 << (start + k - first) : 0;
    start += count;
  }
}

static int collect(const circ_sweep *p, int64_t first, pieces *all, int64_t *rows) {
  circ_context *context = NULL;
  int status = circ_enter(&context, p->body, p->slots);
  int64_t row = 0;
  for (int64_t i = 0; i < p->output_count && status == CIRC_OK; ++i) {
    int64_t count = output_count(p, &p->outputs[i]);
    const uint64_t *sets = (const uint64_t *)output_data(p, &p->outputs[i]);
    for (int64_t k = 0; k < count && status == CIRC_OK; ++k, ++row)
      if (sets[k])
        status = add_piece(all, row, first, sets[k]);
  }
  *rows = row;
  circ_leave(context);
  return status;
}

int circ_sparse_pattern(const circ_sweep *p, int64_t *row_pointers, int64_t *columns) {
  int64_t width, rows = 0;
  int status = CIRC_OK;
  char *inputs = make_inputs(p, &width, &status);
  if (!inputs)
    return status;
  pieces all = {NULL, 0, 0};
  /* One call at least, for the shapes of the outputs. */
  for (int64_t first = 0; status == CIRC_OK && (first == 0 || first < width); first += 64) {
    set_bits(p, first, 1);
    status = collect(p, first, &all, &rows);
    set_bits(p, first, 0);
  }
  free(inputs);
  int64_t *next = status == CIRC_OK ? room(rows + 1, sizeof *next) : NULL;
  if (status == CIRC_OK && !next)
    status = no_memory();
  if (status == CIRC_OK) {
    for (int64_t k = 0; k < all.count; ++k)
      next[all.list[k].row + 1] += __builtin_popcountll(all.list[k].set);
    for (int64_t row = 0; row < rows; ++row)
      next[row + 1] += next[row];
    if (row_pointers)
      memcpy(row_pointers, next, (size_t)(rows + 1) * sizeof *next);
    /* The pieces of a row come in ascending order of their columns. */
    for (int64_t k = 0; columns && k < all.count; ++k)
      for (uint64_t set = all.list[k].set; set; set &= set - 1)
        columns[next[all.list[k].row]++] = all.list[k].first + __builtin_ctzll(set);
  }
  free(next);
  free(all.list);
  return status;
}

/* Colours ----------------------------------------------------------------- */

/* The transpose of a pattern, in one block of memory; null without. */
static int64_t *transpose(int64_t rows, int64_t columns, const int64_t *row_pointers,
                          const int64_t *column_indices, int64_t **row_indices) {
  int64_t count = row_pointers[rows];
  int64_t *pointers = room(columns + 2 + count, sizeof *pointers);
  if (!pointers)
    return NULL;
  *row_indices = pointers + columns + 2;
  for (int64_t k = 0; k < count; ++k)
    ++pointers[column_indices[k] + 2];
  for (int64_t j = 0; j < columns; ++j)
    pointers[j + 2] += pointers[j + 1];
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t k = row_pointers[row]; k < row_pointers[row + 1]; ++k)
      (*row_indices)[pointers[column_indices[k] + 1]++] = row;
  return pointers;
}

int64_t circ_colour_columns(int64_t rows, int64_t columns, const int64_t *row_pointers,
                            const int64_t *column_indices, int64_t *colour_of_column) {
  int64_t *row_indices, colours = 0;
  int64_t *column_pointers = transpose(rows, columns, row_pointers, column_indices, &row_indices);
  /* The last column that a colour was forbidden for. */
  int64_t *forbidden = room(columns, sizeof *forbidden);
  if (!column_pointers || !forbidden)
    colours = -1;
  for (int64_t j = 0; j < columns && colours >= 0; ++j)
    colour_of_column[j] = -1;
  for (int64_t j = 0; j < columns && colours >= 0; ++j) {
    for (int64_t r = column_pointers[j]; r < column_pointers[j + 1]; ++r)
      for (int64_t k = row_pointers[row_indices[r]]; k < row_pointers[row_indices[r] + 1]; ++k) {
        int64_t other = colour_of_column[column_indices[k]];
        if (other >= 0)
          forbidden[other] = j + 1;
      }
    int64_t colour = 0;
    while (colour < colours && forbidden[colour] == j + 1)
      ++colour;
    colours += colour == colours;
    colour_of_column[j] = colour;
  }
  free(column_pointers);
  free(forbidden);
  return colours;
}

/* Values ------------------------------------------------------------------ */

static void store(char *array, int64_t bytes, int64_t k, double value) {
  if (bytes == 4)
    ((float *)array)[k] = (float)value;
  else
    ((double *)array)[k] = value;
}

/* Seeds the inputs of one colour with `value`. */
static void seed(const circ_sweep *p, const int64_t *colour_of, int64_t colour, double value) {
  int64_t start = 0;
  for (int64_t i = 0; i < p->input_count; ++i) {
    int64_t count = input_count(p, &p->inputs[i]);
    for (int64_t k = 0; k < count; ++k)
      if (colour_of[start + k] == colour)
        store(p->slots[p->inputs[i].slot], p->inputs[i].bytes, k, value);
    start += count;
  }
}

/* All outputs of one call, one after the other; there must be `expected`. */
static int call(const circ_sweep *p, int64_t expected, double *flat) {
  circ_context *context = NULL;
  int status = circ_enter(&context, p->body, p->slots);
  int64_t at = 0;
  for (int64_t i = 0; i < p->output_count && status == CIRC_OK; ++i) {
    int64_t count = output_count(p, &p->outputs[i]);
    const char *data = output_data(p, &p->outputs[i]);
    for (int64_t k = 0; k < count && at < expected; ++k)
      flat[at++] = p->outputs[i].bytes == 4 ? ((const float *)data)[k] : ((const double *)data)[k];
  }
  circ_leave(context);
  return status;
}

/* Whether a pattern makes sense for a matrix of this many rows and columns. */
static int is_pattern(int64_t rows, int64_t columns, const int64_t *row_pointers,
                      const int64_t *column_indices) {
  if (row_pointers[0] != 0)
    return 0;
  for (int64_t row = 0; row < rows; ++row) {
    if (row_pointers[row + 1] < row_pointers[row])
      return 0;
    for (int64_t k = row_pointers[row]; k < row_pointers[row + 1]; ++k)
      if (column_indices[k] < 0 || column_indices[k] >= columns ||
          (k > row_pointers[row] && column_indices[k] <= column_indices[k - 1]))
        return 0;
  }
  return 1;
}

/* The number of rows, by one call along no direction: only the outputs know. */
static int count_rows(const circ_sweep *p, int64_t *rows) {
  circ_context *context = NULL;
  int status = circ_enter(&context, p->body, p->slots);
  *rows = 0;
  for (int64_t i = 0; i < p->output_count && status == CIRC_OK; ++i)
    *rows += output_count(p, &p->outputs[i]);
  circ_leave(context);
  return status;
}

/* One call for each colour of `width` inputs; where the matrix has elements of that
 * colour they are found in the `height` outputs. */
static int compress(const circ_sweep *p, const int64_t *colour_of, int64_t colours, int by_rows,
                    int64_t rows, int64_t height, const int64_t *row_pointers,
                    const int64_t *columns, double *values) {
  double *flat = room(height, sizeof *flat);
  int status = flat ? CIRC_OK : no_memory();
  for (int64_t colour = 0; colour < colours && status == CIRC_OK; ++colour) {
    seed(p, colour_of, colour, 1);
    status = call(p, height, flat);
    seed(p, colour_of, colour, 0);
    for (int64_t row = 0; row < rows && status == CIRC_OK; ++row)
      for (int64_t k = row_pointers[row]; k < row_pointers[row + 1]; ++k)
        if (colour_of[by_rows ? row : columns[k]] == colour)
          values[k] = flat[by_rows ? columns[k] : row];
  }
  free(flat);
  return status;
}

int circ_sparse_values(const circ_sweep *forward, const circ_sweep *reverse,
                       const int64_t *row_pointers, const int64_t *columns, double *values,
                       int64_t *calls) {
  int64_t width, height = 0, rows, *colour_of_column = NULL, *colour_of_row = NULL;
  int status = CIRC_OK;
  char *tangents = make_inputs(forward, &width, &status), *seeds = NULL;
  if (tangents && reverse)
    seeds = make_inputs(reverse, &height, &status);
  rows = height;
  if (status == CIRC_OK && !reverse)
    status = count_rows(forward, &rows);
  if (status == CIRC_OK && !is_pattern(rows, width, row_pointers, columns))
    status = circ_set_error(CIRC_SHAPE, "the pattern is not one of this matrix");
  int64_t by_columns = 0, by_rows = 0, *row_indices, *transposed = NULL;
  if (status == CIRC_OK) {
    colour_of_column = room(width, sizeof *colour_of_column);
    by_columns = colour_of_column
                     ? circ_colour_columns(rows, width, row_pointers, columns, colour_of_column)
                     : -1;
    if (reverse) {
      colour_of_row = room(rows, sizeof *colour_of_row);
      transposed = transpose(rows, width, row_pointers, columns, &row_indices);
      /* After `transpose` pointer j stands at the place of column j. */
      by_rows = colour_of_row && transposed
                    ? circ_colour_columns(width, rows, transposed, row_indices, colour_of_row)
                    : -1;
    }
    if (by_columns < 0 || by_rows < 0)
      status = no_memory();
  }
  if (status == CIRC_OK) {
    int use_rows = reverse && by_rows < by_columns;
    status = use_rows ? compress(reverse, colour_of_row, by_rows, 1, rows, width, row_pointers,
                                 columns, values)
                      : compress(forward, colour_of_column, by_columns, 0, rows, rows, row_pointers,
                                 columns, values);
    if (calls)
      *calls = use_rows ? -by_rows : by_columns;
  }
  free(transposed);
  free(colour_of_row);
  free(colour_of_column);
  free(seeds);
  free(tangents);
  return status;
}
