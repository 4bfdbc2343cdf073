/*===- circ_sort.h - Sorting for compiled circuits -------------------------===*/
#ifndef CIRC_SORT_H
#define CIRC_SORT_H

#include "circ_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The permutation that sorts n numbers in ascending order: stable, NaNs last.
 *  Working memory comes from the call's arena; file, line and column are the
 *  place that errors name. */
void circ_sort_order(circ_context *c, int64_t n, const double *a, int64_t *order, const char *file,
                     int64_t line, int64_t column);
void circ_sort_orderf(circ_context *c, int64_t n, const float *a, int64_t *order, const char *file,
                      int64_t line, int64_t column);
void circ_sort_order_i64(circ_context *c, int64_t n, const int64_t *a, int64_t *order,
                         const char *file, int64_t line, int64_t column);

#ifdef __cplusplus
}
#endif
#endif
