/*===- circ_sort.c - Stable sorting by merging ------------------------------===*/

#include "circ_sort.h"

#include <string.h>

/* Runs of this length are sorted by insertion. */
enum { RUN = 16 };

/* Whether x comes strictly after y: NaN after every number, not after NaN. */
#define AFTER_REAL(x, y) ((x) > (y) || ((x) != (x) && (y) == (y)))
#define AFTER_INTEGER(x, y) ((x) > (y))

#define SORT(name, type, AFTER)                                                                    \
  void name(circ_context *c, int64_t n, const type *a, int64_t *order, const char *file,           \
            int64_t line, int64_t column) {                                                        \
    void *mark = circ_mark(c);                                                                     \
    int64_t *from = order, *to = circ_alloc(c, n, sizeof *to, file, line, column);                 \
    for (int64_t i = 0; i < n; ++i) {                                                              \
      int64_t place = i, start = i - i % RUN;                                                      \
      for (; place > start && AFTER(a[from[place - 1]], a[i]); --place)                            \
        from[place] = from[place - 1];                                                             \
      from[place] = i;                                                                             \
    }                                                                                              \
    for (int64_t width = RUN; width < n; width *= 2) {                                             \
      circ_poll(c, file, line, column);                                                            \
      for (int64_t low = 0; low < n; low += 2 * width) {                                           \
        int64_t middle = low + width < n ? low + width : n;                                        \
        int64_t high = low + 2 * width < n ? low + 2 * width : n;                                  \
        int64_t left = low, right = middle;                                                        \
        for (int64_t i = low; i < high; ++i)                                                       \
          to[i] = right == high || (left < middle && !AFTER(a[from[left]], a[from[right]]))        \
                      ? from[left++]                                                               \
                      : from[right++];                                                             \
      }                                                                                            \
      int64_t *sorted = to;                                                                        \
      to = from;                                                                                   \
      from = sorted;                                                                               \
    }                                                                                              \
    if (from != order)                                                                             \
      memcpy(order, from, (size_t)n * sizeof *order);                                              \
    circ_release(c, mark);                                                                         \
  }
SORT(circ_sort_order, double, AFTER_REAL)
SORT(circ_sort_orderf, float, AFTER_REAL)
SORT(circ_sort_order_i64, int64_t, AFTER_INTEGER)
