/*===- circ_sparse.h - Sparse matrices of derivatives -----------------------===
 *
 * A sparse Jacobian or Hessian in compressed rows: row i has the columns
 * columns[k] in ascending order for k from row_pointers[i] up to
 * row_pointers[i + 1]. Rows are the elements of the outputs of a program, one
 * array after the other, columns those of its active inputs.
 *
 * Columns that have no row in common can be computed by one directional
 * derivative: each row of the result belongs to one of them. Such groups are the
 * colours of the graph that joins columns with a common row. (Curtis, Powell and
 * Reid, "On the estimation of sparse Jacobian matrices", IMA J. Appl. Math. 13,
 * 1974; Coleman and More, SIAM J. Numer. Anal. 20, 1983.)
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_SPARSE_H
#define CIRC_SPARSE_H

#include "circ_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A scalar or array among the slots of a program. */
typedef struct circ_place {
  int64_t slot;   /* its first slot */
  int64_t rank;   /* 0: a scalar */
  int64_t bytes;  /* of an element: 8 (double, or a set as an int64_t) or 4 (float) */
  int64_t active; /* of an input: whether its elements are columns */
} circ_place;

/** A compiled program, its slots, and what of them the sparse drivers fill and read.
 *  The slots of the inputs' sizes and all other slots are filled before. */
typedef struct circ_sweep {
  circ_body body;
  void **slots;
  int64_t input_count, output_count;
  const circ_place *inputs, *outputs;
} circ_sweep;

/** Where the matrix may have elements that are not zero, by calls of the
 *  dependence program with 64 columns each. `row_pointers` has one more element
 *  than there are rows; `columns` may be null, else it has room for as many as the
 *  last row pointer says. A `circ_status`. */
int circ_sparse_pattern(const circ_sweep *program, int64_t *row_pointers, int64_t *columns);

/** The elements of the matrix, by calls of `forward` for groups of columns or of
 *  `reverse` (null: there is none) for groups of rows, whichever are fewer; the
 *  number of calls goes to `calls` (negative: of rows) if it is not null. The
 *  pattern is checked for sense. A `circ_status`. */
int circ_sparse_values(const circ_sweep *forward, const circ_sweep *reverse,
                       const int64_t *row_pointers, const int64_t *columns, double *values,
                       int64_t *calls);

/** A colour for each column, from 0: greedily the first that no column with a common
 *  row has. Returns the number of colours, or -1 when there is no memory. */
int64_t circ_colour_columns(int64_t rows, int64_t columns, const int64_t *row_pointers,
                            const int64_t *column_indices, int64_t *colour_of_column);

#ifdef __cplusplus
}
#endif
#endif
