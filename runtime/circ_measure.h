/*===- circ_measure.h - How much memory a call needs -----------------------===
 *
 * A measuring program is what is left of a circuit's program without its numbers:
 * it takes and gives back the same memory, as far as sizes tell, and says so here
 * (compiler/lowering/MeasureMemory.h).
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_MEASURE_H
#define CIRC_MEASURE_H

#include <stdint.h>

typedef struct circ_measure circ_measure;
typedef struct circ_measured_tape circ_measured_tape;

/** Null when there is no memory. */
circ_measure *circ_measure_new(void);
/** Ends the measurement: the bytes of a workspace that is enough for the call, or -1
 *  and a message where they are too many to count. */
int64_t circ_measure_end(circ_measure *m);

/** An array of so many elements; negative sizes count as none. */
void circ_measure_array(circ_measure *m, int64_t count, int64_t size);
int64_t circ_measure_count(circ_measure *m, int64_t rank, const int64_t *sizes);
int64_t circ_measure_mark(const circ_measure *m);
void circ_measure_release(circ_measure *m, int64_t mark);
/** What `circ_matmul` takes while it works, and factorisations and solutions of an n x n
 *  matrix with so many right sides. */
void circ_measure_product(circ_measure *m, int64_t rows, int64_t columns, int64_t depth);
void circ_measure_factors(circ_measure *m, int64_t n, int64_t columns);

circ_measured_tape *circ_measure_tape(circ_measure *m);
void circ_measure_tape_free(circ_measured_tape *t);
void circ_measure_push(circ_measured_tape *t, int64_t bytes);
void circ_measure_pop(circ_measured_tape *t, int64_t bytes);
/** Sizes of arrays are kept: they say what is taken when the array comes back. */
void circ_measure_push_size(circ_measured_tape *t, int64_t size);
int64_t circ_measure_pop_size(circ_measured_tape *t);

#endif
