/*===- circ_memory.c - The arena and the tapes of a call -------------------===*/

#include "circ_context.h"
#include "circ_pool.h"

#include <stdlib.h>
#include <string.h>

/* Memory limits ----------------------------------------------------------- */

/* Contexts of blocks take memory on the account of their call, at once. */
static circ_context *account(circ_context *c) { return c->parent ? c->parent : c; }

static int64_t hold(circ_context *c, int64_t bytes) {
  if (c->parent)
    c->held_bytes += bytes;
  return __atomic_add_fetch(&account(c)->held_bytes, bytes, __ATOMIC_RELAXED);
}

static void raise_peak(circ_context *c, int64_t held) {
  int64_t peak = __atomic_load_n(&c->peak_bytes, __ATOMIC_RELAXED);
  while (held > peak && !__atomic_compare_exchange_n(&c->peak_bytes, &peak, held, 1,
                                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    ;
}

void *circ_take_memory(circ_context *c, size_t bytes, const char *file, int64_t line,
                       int64_t column) {
  int64_t limit = account(c)->limit_bytes;
  int64_t held = hold(c, (int64_t)bytes);
  if (limit && held > limit) {
    hold(c, -(int64_t)bytes);
    circ_fail_value_i64(c, limit);
    circ_fail(c, CIRC_MEMORY, "more memory is needed than the limit of {0} bytes", file, line,
              column);
  }
  void *memory = circ_pool_take(bytes);
  if (!memory) {
    hold(c, -(int64_t)bytes);
    circ_fail_value_i64(c, (int64_t)bytes);
    circ_fail(c, CIRC_MEMORY, "no memory for {0} bytes", file, line, column);
  }
  raise_peak(account(c), held);
  return memory;
}

void circ_limit_memory(circ_context *c, int64_t bytes) {
  if (!c->limit_bytes || bytes < c->limit_bytes)
    c->limit_bytes = bytes;
  /* Nothing waits for the next call beside what a limit allows. */
  circ_pool_empty();
}

static void give(circ_context *c, void *memory, size_t bytes) {
  if (account(c)->limit_bytes)
    free(memory);
  else
    circ_pool_give(memory, bytes);
}

void circ_give_memory(circ_context *c, void *memory, size_t bytes) {
  hold(c, -(int64_t)bytes);
  give(c, memory, bytes);
}

/* The arena --------------------------------------------------------------- */

#define FIRST_CHUNK (16 * 1024)
#define LARGEST_STEP (1024 * 1024)

static char *aligned(char *p) {
  return (char *)(((uintptr_t)p + ARENA_ALIGNMENT - 1) & ~(uintptr_t)(ARENA_ALIGNMENT - 1));
}

CIRC_NORETURN static void workspace_is_full(circ_context *c, const char *file, int64_t line,
                                            int64_t column) {
  circ_fail_value_i64(c, c->workspace_bytes);
  circ_fail(c, CIRC_MEMORY, "the workspace of {0} bytes is too small", file, line, column);
}

static size_t chunk_size(const arena_chunk *chunk) {
  return (size_t)(chunk->end - (const char *)chunk);
}

/* Keeps the largest of the emptied chunks of usual size. */
static void keep_or_give(circ_context *c, arena_chunk *chunk) {
  arena_chunk *given = chunk;
  size_t size = chunk_size(chunk);
  if (size <= LARGEST_STEP && (!c->spare || chunk_size(c->spare) < size)) {
    given = c->spare;
    c->spare = chunk;
  }
  if (given)
    circ_give_memory(c, given, chunk_size(given));
}

static void grow(circ_context *c, size_t bytes, const char *file, int64_t line, int64_t column) {
  if (c->workspace_bytes)
    workspace_is_full(c, file, line, column);
  size_t size = FIRST_CHUNK;
  if (c->chunk) {
    size = 2 * chunk_size(c->chunk);
    if (size > LARGEST_STEP)
      size = LARGEST_STEP;
  }
  size_t needed = bytes + sizeof(arena_chunk) + ARENA_ALIGNMENT;
  if (size < needed)
    size = needed;
  arena_chunk *chunk = c->spare;
  c->spare = NULL;
  if (chunk && chunk_size(chunk) < needed) {
    circ_give_memory(c, chunk, chunk_size(chunk));
    chunk = NULL;
  }
  if (!chunk) {
    chunk = circ_take_memory(c, size, file, line, column);
    chunk->end = (char *)chunk + size;
  }
  chunk->previous = c->chunk;
  c->chunk = chunk;
  c->top = aligned((char *)(chunk + 1));
  c->end = chunk->end;
}

void *circ_alloc(circ_context *c, int64_t count, int64_t size, const char *file, int64_t line,
                 int64_t column) {
  int64_t bytes;
  if (count < 0 || __builtin_mul_overflow(count, size, &bytes) || bytes > INT64_MAX / 4) {
    circ_fail_value_i64(c, count);
    circ_fail(c, CIRC_MEMORY, "an array of {0} elements is too large", file, line, column);
  }
  bytes = (bytes + ARENA_ALIGNMENT - 1) & -(int64_t)ARENA_ALIGNMENT;
  if (!c->top || c->end - c->top < bytes)
    grow(c, (size_t)bytes, file, line, column);
  char *memory = c->top;
  c->top += bytes;
  return memory;
}

const circ_result_memory *circ_result_place(const circ_context *c, int64_t array) {
  static const circ_result_memory none = {NULL, 0};
  return c->places ? &c->places[array] : &none;
}

void *circ_alloc_result(circ_context *c, void *place, int64_t place_bytes, int64_t count,
                        int64_t size, const char *file, int64_t line, int64_t column) {
  int64_t bytes;
  if (place && !__builtin_mul_overflow(count, size, &bytes) && bytes == place_bytes)
    return place;
  return circ_alloc(c, count, size, file, line, column);
}

int circ_product_of_sizes(int64_t rank, const int64_t *sizes, int64_t *count) {
  int overflow = 0, empty = 0;
  *count = 1;
  for (int64_t i = 0; i < rank; ++i) {
    if (sizes[i] < 0)
      return 0;
    empty |= sizes[i] == 0;
    overflow |= __builtin_mul_overflow(*count, sizes[i], count);
  }
  if (empty)
    *count = 0;
  return empty || !overflow;
}

int64_t circ_count(circ_context *c, int64_t rank, const int64_t *sizes, const char *file,
                   int64_t line, int64_t column) {
  int64_t count;
  if (!circ_product_of_sizes(rank, sizes, &count)) {
    for (int64_t i = 0; i < rank; ++i)
      if (sizes[i] < 0) {
        circ_fail_value_i64(c, sizes[i]);
        circ_fail(c, CIRC_SHAPE, "an array cannot have the negative size {0}", file, line, column);
      }
    circ_fail_value_i64(c, sizes[0]);
    circ_fail_value_i64(c, sizes[1]);
    circ_fail(c, CIRC_MEMORY,
              rank == 2 ? "an array of {0} by {1} elements is too large"
                        : "an array of {0} by {1} by more elements is too large",
              file, line, column);
  }
  return count;
}

void *circ_mark(circ_context *c) { return c->top; }

void circ_release(circ_context *c, void *mark) {
  char *top = mark;
  while (c->chunk && !(top > (char *)c->chunk && top <= c->chunk->end)) {
    arena_chunk *previous = c->chunk->previous;
    /* The first chunk stays: the mark of an empty arena is null. */
    if (!previous && !top) {
      c->top = aligned((char *)(c->chunk + 1));
      return;
    }
    keep_or_give(c, c->chunk);
    c->chunk = previous;
    c->end = previous ? previous->end : NULL;
  }
  c->top = top;
}

/* Tapes ------------------------------------------------------------------- */

typedef struct tape_chunk {
  struct tape_chunk *previous;
  char *top; /* where it was full; of chunks that are not the last */
  char *end;
} tape_chunk;

struct circ_tape {
  char *top, *begin, *end; /* of the last chunk; compiled code knows them (TapeAccess.cpp) */
  tape_chunk *chunk;
  tape_chunk *spare; /* one emptied chunk, so that a boundary does not thrash */
  circ_context *context;
  circ_tape *next, **link;
};

#define FIRST_TAPE_CHUNK 4096
#define LARGEST_TAPE_CHUNK (256 * 1024)

/* A block of the workspace, which tapes give back in any order. */
static void *take_block(circ_context *c) {
  void *block = c->free_blocks;
  if (block) {
    memcpy(&c->free_blocks, block, sizeof c->free_blocks);
    return block;
  }
  if (c->end - c->top < WORKSPACE_BLOCK)
    workspace_is_full(c, "", 0, 0);
  return c->end -= WORKSPACE_BLOCK;
}

static void give_block(circ_context *c, void *block) {
  memcpy(block, &c->free_blocks, sizeof c->free_blocks);
  c->free_blocks = block;
}

circ_tape *circ_tape_new(circ_context *c) {
  circ_tape *t = c->workspace_bytes ? take_block(c) : circ_take_memory(c, sizeof *t, "", 0, 0);
  memset(t, 0, sizeof *t);
  t->context = c;
  t->next = c->tapes;
  t->link = &c->tapes;
  if (t->next)
    t->next->link = &t->next;
  c->tapes = t;
  return t;
}

static void give_chunk(circ_tape *t, tape_chunk *chunk) {
  if (chunk && t->context->workspace_bytes)
    give_block(t->context, chunk);
  else if (chunk)
    circ_give_memory(t->context, chunk, (size_t)(chunk->end - (char *)chunk));
}

void circ_tape_free(circ_tape *t) {
  give_chunk(t, t->spare);
  while (t->chunk) {
    tape_chunk *previous = t->chunk->previous;
    give_chunk(t, t->chunk);
    t->chunk = previous;
  }
  *t->link = t->next;
  if (t->next)
    t->next->link = t->link;
  if (t->context->workspace_bytes)
    give_block(t->context, t);
  else
    circ_give_memory(t->context, t, sizeof *t);
}

static void enter_chunk(circ_tape *t, tape_chunk *chunk) {
  t->chunk = chunk;
  t->begin = chunk ? (char *)(chunk + 1) : NULL;
  t->end = chunk ? chunk->end : NULL;
  t->top = t->begin;
}

/* Makes room for `bytes` in one piece; in a workspace for some of them. */
static void extend(circ_tape *t, size_t bytes) {
  if (t->chunk)
    t->chunk->top = t->top;
  tape_chunk *chunk = t->spare;
  t->spare = NULL;
  if (t->context->workspace_bytes) {
    chunk = take_block(t->context);
    chunk->end = (char *)chunk + WORKSPACE_BLOCK;
  } else if (chunk && (size_t)(chunk->end - (char *)(chunk + 1)) < bytes) {
    give_chunk(t, chunk);
    chunk = NULL;
  }
  if (!chunk) {
    size_t size = t->chunk ? 2 * (size_t)(t->chunk->end - (char *)t->chunk) : FIRST_TAPE_CHUNK;
    if (size > LARGEST_TAPE_CHUNK)
      size = LARGEST_TAPE_CHUNK;
    if (size < bytes + sizeof *chunk)
      size = bytes + sizeof *chunk;
    chunk = circ_take_memory(t->context, size, "", 0, 0);
    chunk->end = (char *)chunk + size;
  }
  chunk->previous = t->chunk;
  enter_chunk(t, chunk);
}

/* Goes back to the chunk before the emptied last one. */
static void retreat(circ_tape *t) {
  tape_chunk *emptied = t->chunk;
  enter_chunk(t, emptied->previous);
  if (t->chunk)
    t->top = t->chunk->top;
  give_chunk(t, t->spare);
  t->spare = NULL;
  if (t->context->workspace_bytes)
    give_chunk(t, emptied);
  else
    t->spare = emptied;
}

static void *place(circ_tape *t, size_t bytes) {
  if ((size_t)(t->end - t->top) < bytes)
    extend(t, bytes);
  char *memory = t->top;
  t->top += bytes;
  return memory;
}

static void *last(circ_tape *t, size_t bytes) {
  while (t->top == t->begin)
    retreat(t);
  t->top -= bytes;
  return t->top;
}

void circ_push_f64(circ_tape *t, double value) {
  memcpy(place(t, sizeof value), &value, sizeof value);
}
void circ_push_i64(circ_tape *t, int64_t value) {
  memcpy(place(t, sizeof value), &value, sizeof value);
}

double circ_pop_f64(circ_tape *t) {
  double value;
  memcpy(&value, last(t, sizeof value), sizeof value);
  return value;
}

int64_t circ_pop_i64(circ_tape *t) {
  int64_t value;
  memcpy(&value, last(t, sizeof value), sizeof value);
  return value;
}

void circ_push_size(circ_tape *t, int64_t size) { circ_push_i64(t, size); }
int64_t circ_pop_size(circ_tape *t) { return circ_pop_i64(t); }

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

void circ_push_bytes(circ_tape *t, const void *data, int64_t bytes) {
  const char *from = data;
  size_t left = (size_t)bytes;
  /* Blocks of a workspace are filled one after the other. */
  while (left) {
    if (t->top == t->end)
      extend(t, left);
    size_t piece = t->context->workspace_bytes ? least(left, (size_t)(t->end - t->top)) : left;
    memcpy(place(t, piece), from, piece);
    from += piece;
    left -= piece;
  }
}

void circ_pop_bytes(circ_tape *t, void *data, int64_t bytes) {
  size_t left = (size_t)bytes;
  while (left) {
    while (t->top == t->begin)
      retreat(t);
    /* It may have been pushed in several parts. */
    size_t piece = least(left, (size_t)(t->top - t->begin));
    left -= piece;
    memcpy((char *)data + left, last(t, piece), piece);
  }
}

void circ_leave(circ_context *c) {
  if (!c)
    return;
  if (c->workspace_bytes)
    return;
  while (c->tapes)
    circ_tape_free(c->tapes);
  if (c->parent)
    __atomic_sub_fetch(&c->parent->held_bytes, c->held_bytes, __ATOMIC_RELAXED);
  if (c->spare)
    give(c, c->spare, chunk_size(c->spare));
  while (c->chunk) {
    arena_chunk *previous = c->chunk->previous;
    give(c, c->chunk, chunk_size(c->chunk));
    c->chunk = previous;
  }
  free(c);
}
