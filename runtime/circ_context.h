/*===- circ_context.h - The inside of a call's context ---------------------===*/
#ifndef CIRC_CONTEXT_H
#define CIRC_CONTEXT_H

#include "circ_runtime.h"

#include <setjmp.h>

/** A block of the arena; its memory follows the header. */
typedef struct arena_chunk {
  struct arena_chunk *previous;
  char *end;
} arena_chunk;

typedef struct failure_value {
  int is_integer;
  int64_t integer;
  double real;
} failure_value;

/** Arrays begin at multiples of this. */
#define ARENA_ALIGNMENT 64
/** In a workspace arrays grow from its beginning, and tapes take blocks from its
 *  end. A block holds at least so many bytes of a tape. */
#define WORKSPACE_BLOCK 1024
#define WORKSPACE_BLOCK_ROOM (WORKSPACE_BLOCK - 32)
/** What the context itself takes at the beginning of a workspace, at most. */
#define WORKSPACE_START ((int64_t)sizeof(circ_context) + 3 * ARENA_ALIGNMENT)

struct circ_context {
  char *top;               /* where the next allocation begins */
  char *end;               /* of the current chunk */
  int64_t workspace_bytes; /* 0: memory is taken from the system, in chunks */
  void *free_blocks;       /* of the workspace */
  arena_chunk *chunk;      /* the current chunk */

  arena_chunk *spare; /* an emptied one, so that a loop does not take it anew each time */
  circ_tape *tapes;   /* all tapes of the call */
  const circ_result_memory *places; /* of results that are arrays; may be null */
  char *stack_limit;                /* a frame below this is too deep; null until it is asked for */
  int64_t held_bytes, peak_bytes, limit_bytes;
  circ_context *parent; /* of a context for blocks of iterations: that of the call */
  int values;
  failure_value value[8];
  jmp_buf leave;
};

/** malloc that counts, and fails the call where there is no memory; the place
 *  is that of the array that needs it, or line 0. */
void *circ_take_memory(circ_context *c, size_t bytes, const char *file, int64_t line,
                       int64_t column);
void circ_give_memory(circ_context *c, void *memory, size_t bytes);

/** Leaves the call with a status and a message that are there already. */
CIRC_NORETURN void circ_fail_again(circ_context *c, int status, const char *message);

/** The number of elements of an array; 0 if a size is negative or there is none. */
int circ_product_of_sizes(int64_t rank, const int64_t *sizes, int64_t *count);

#endif
