/*===- circ_runtime.h - What compiled circuits call ------------------------===
 *
 * C99, libc only. One `circ_context` lives for one call of a circuit: its
 * arena, its tapes, its error. A run-time error records itself and leaves the
 * call by longjmp; the process goes on.
 *
 *===-----------------------------------------------------------------------===*/
#ifndef CIRC_RUNTIME_H
#define CIRC_RUNTIME_H

#include "circ-c/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define CIRC_NORETURN [[noreturn]]
#else
#define CIRC_NORETURN __attribute__((noreturn))
#endif

typedef struct circ_context circ_context;
typedef struct circ_tape circ_tape;
/** A compiled circuit: takes its inputs from and puts its outputs in `slots`. */
typedef void (*circ_body)(circ_context *, void **slots);

/** Runs a circuit. On success its array results lie in the context's memory
 *  until `circ_leave`, which must follow in every case. */
int circ_enter(circ_context **context, circ_body body, void **slots);
/** Memory of the caller, for exactly so many bytes. */
typedef struct circ_result_memory {
  void *memory;
  int64_t bytes;
} circ_result_memory;
/** The same with places for the results that are arrays, one each; null
 *  memory stands for none. A result that has just these bytes is made there,
 *  and its data is then this memory. A call that fails may have written there. */
int circ_enter_with_places(circ_context **context, circ_body body, void **slots,
                           const circ_result_memory *places);
/** The same in memory of the caller, of so many bytes: nothing is allocated. */
int circ_enter_in_workspace(circ_context **context, circ_body body, void **slots,
                            const circ_result_memory *places, void *workspace, int64_t bytes);
/** Frees everything that a call took. */
void circ_leave(circ_context *context);
/** The message of the last error in this thread; "" when there was none. */
const char *circ_last_error(void);
/** Records an error of the calling wrapper itself; returns `status`. */
int circ_set_error(int status, const char *message);
/** While not zero, running circuits stop with CIRC_INTERRUPTED. */
extern volatile int circ_interrupt_flag;
/** The most bytes that one call may hold beyond inputs and outputs; 0: no
 *  limit. Read when a call begins. */
extern int64_t circ_memory_limit;
/** The most bytes that the last call of this thread held at once. */
int64_t circ_peak_bytes(void);

/** Whether this CPU, and the operating system where registers are concerned,
 *  has all features of a list with commas ("avx2,fma"). A name that is not
 *  known counts as a feature that is missing. */
int circ_cpu_supports(const char *features);

/* For compiled code ------------------------------------------------------- */

/** Memory for `count` elements; sizes are checked for sign and overflow. The
 *  place is named when there is no memory. */
void *circ_alloc(circ_context *c, int64_t count, int64_t size, const char *file, int64_t line,
                 int64_t column);
/** The place of a result, counted among the arrays; empty when the call has none. */
const circ_result_memory *circ_result_place(const circ_context *c, int64_t array);
/** As `circ_alloc`, but the given place if it has just these bytes. */
void *circ_alloc_result(circ_context *c, void *place, int64_t place_bytes, int64_t count,
                        int64_t size, const char *file, int64_t line, int64_t column);
/** The number of elements of an array of these sizes, checked. */
int64_t circ_count(circ_context *c, int64_t rank, const int64_t *sizes, const char *file,
                   int64_t line, int64_t column);
void *circ_mark(circ_context *c);
void circ_release(circ_context *c, void *mark);

circ_tape *circ_tape_new(circ_context *c);
void circ_tape_free(circ_tape *t);
void circ_push_f64(circ_tape *t, double value);
void circ_push_i64(circ_tape *t, int64_t value);
/** The size of an array that was pushed. */
void circ_push_size(circ_tape *t, int64_t size);
void circ_push_bytes(circ_tape *t, const void *data, int64_t bytes);
double circ_pop_f64(circ_tape *t);
int64_t circ_pop_i64(circ_tape *t);
int64_t circ_pop_size(circ_tape *t);
void circ_pop_bytes(circ_tape *t, void *data, int64_t bytes);

/** The call fails where it would hold more bytes than this, or than before. */
void circ_limit_memory(circ_context *c, int64_t bytes);

/** What a checkpointed loop does next (compiler/dialect/CircOps.td). */
enum circ_action {
  CIRC_DONE = 0,
  CIRC_ADVANCE = 1,
  CIRC_STORE = 2,
  CIRC_RESTORE = 3,
  CIRC_DROP = 4,
  CIRC_REVERSE = 5
};
typedef struct circ_schedule circ_schedule;
/** A schedule in the arena; `budget` 0 chooses the number of snapshots by `steps`. */
circ_schedule *circ_schedule_new(circ_context *c, int64_t steps, int64_t state, int64_t budget,
                                 const char *file, int64_t line, int64_t column);
/** The next action; `range` gets the iterations that it is about. */
int64_t circ_schedule_next(circ_schedule *s, int64_t *range);

/** What a function computes for the block of this number; `frame` holds what
 *  the caller passes to all of them. */
typedef void (*circ_block)(circ_context *, int64_t block, void *frame);
/** Starts a team of threads, each of which calls `work` with `data`, and waits
 *  for them: GOMP_parallel of OpenMP's libraries. `threads` 0 leaves their
 *  number to the library. */
typedef void (*circ_team)(void (*work)(void *), void *data, unsigned threads, unsigned flags);
/** Calls `body` for blocks 0 to `blocks` - 1. An error of the first block that has
 *  one leaves the call. */
void circ_run_blocks(circ_context *c, int64_t blocks, circ_block body, void *frame, circ_team team);
/** Puts what a block has made in its place, unless it was made there. */
void circ_keep_result(void *place, const void *made, int64_t bytes);
/** How many threads the calls of this thread may use. 0, as at first: as many as
 *  the environment's CIRC_NUM_THREADS says, or else the library of threads. */
void circ_use_threads(int threads);
/** What the environment's CIRC_NUM_THREADS says; 0 if it is no number above 0. */
int circ_environment_threads(void);

void circ_check_stack(circ_context *c, const char *file, int64_t line, int64_t column);
/** Stops the call when the interrupt flag is set. */
void circ_poll(circ_context *c, const char *file, int64_t line, int64_t column);

/** Values for the message of the failure that follows. */
void circ_fail_value_i64(circ_context *c, int64_t value);
void circ_fail_value_f64(circ_context *c, double value);
CIRC_NORETURN void circ_fail(circ_context *c, int64_t status, const char *message, const char *file,
                             int64_t line, int64_t column);

void circ_print_text(const char *text);
void circ_print_f64(double value);
void circ_print_i64(int64_t value);
void circ_print_bool(int64_t value);

#ifdef __cplusplus
}
#endif
#endif
