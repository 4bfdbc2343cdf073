/*===- circ_measure.c - How much memory a call needs -----------------------===*/

#include "circ_measure.h"

#include "circ_context.h"
#include "circ_linear.h"

#include <stdlib.h>

/* Sizes up to here can be added without overflow. */
#define LARGEST (INT64_MAX / 16)

struct circ_measured_tape {
  circ_measure *measure;
  circ_measured_tape *next, **link;
  int64_t bytes, blocks;
  int64_t *sizes, count, room;
};

struct circ_measure {
  int64_t used, peak, blocks, peak_blocks;
  int failed;
  circ_measured_tape *tapes;
};

circ_measure *circ_measure_new(void) { return calloc(1, sizeof(circ_measure)); }

int64_t circ_measure_end(circ_measure *m) {
  if (!m)
    return circ_set_error(-1, "no memory");
  while (m->tapes)
    circ_measure_tape_free(m->tapes);
  int failed = m->failed || m->peak_blocks > LARGEST / WORKSPACE_BLOCK;
  int64_t bytes = failed ? -1 : WORKSPACE_START + m->peak + WORKSPACE_BLOCK * m->peak_blocks;
  free(m);
  if (failed)
    circ_set_error(-1, "the sizes are too large");
  return bytes;
}

static void take(circ_measure *m, int64_t bytes) {
  m->failed |= bytes > LARGEST - m->used;
  if (m->failed)
    return;
  m->used += (bytes + ARENA_ALIGNMENT - 1) & -(int64_t)ARENA_ALIGNMENT;
  if (m->used > m->peak)
    m->peak = m->used;
}

void circ_measure_array(circ_measure *m, int64_t count, int64_t size) {
  int64_t bytes;
  if (__builtin_mul_overflow(count > 0 ? count : 0, size, &bytes))
    m->failed = 1;
  else
    take(m, bytes);
}

int64_t circ_measure_count(circ_measure *m, int64_t rank, const int64_t *sizes) {
  int64_t count;
  if (circ_product_of_sizes(rank, sizes, &count))
    return count;
  /* The call itself will fail on a negative size, if it comes there. */
  for (int64_t i = 0; i < rank; ++i)
    if (sizes[i] < 0)
      return 0;
  m->failed = 1;
  return 0;
}

int64_t circ_measure_mark(const circ_measure *m) { return m->used; }
void circ_measure_release(circ_measure *m, int64_t mark) { m->used = mark; }

void circ_measure_product(circ_measure *m, int64_t rows, int64_t columns, int64_t depth) {
  int64_t mark = m->used;
  take(m, circ_linear_work_bytes(rows, columns, depth));
  m->used = mark;
}

void circ_measure_factors(circ_measure *m, int64_t n, int64_t columns) {
  int64_t mark = m->used;
  if (n > LARGEST / 1024)
    m->failed = 1; /* the matrix alone is too large */
  else
    take(m, circ_linear_panel_bytes(n));
  circ_measure_product(m, n, n > columns ? n : columns, n);
  m->used = mark;
}

circ_measured_tape *circ_measure_tape(circ_measure *m) {
  circ_measured_tape *t = calloc(1, sizeof *t);
  if (!t) {
    m->failed = 1;
    return NULL;
  }
  t->measure = m;
  t->next = m->tapes;
  t->link = &m->tapes;
  if (t->next)
    t->next->link = &t->next;
  m->tapes = t;
  circ_measure_push(t, 0);
  return t;
}

/* A block for the tape itself, and those that hold what is on it. */
static void hold(circ_measured_tape *t, int64_t bytes) {
  circ_measure *m = t->measure;
  m->failed |= bytes < 0 || bytes > LARGEST;
  if (m->failed)
    return;
  int64_t blocks = 1 + (bytes + WORKSPACE_BLOCK_ROOM - 1) / WORKSPACE_BLOCK_ROOM;
  m->blocks += blocks - t->blocks;
  t->blocks = blocks;
  t->bytes = bytes;
  if (m->blocks > m->peak_blocks)
    m->peak_blocks = m->blocks;
}

void circ_measure_tape_free(circ_measured_tape *t) {
  if (!t)
    return;
  t->measure->blocks -= t->blocks;
  *t->link = t->next;
  if (t->next)
    t->next->link = t->link;
  free(t->sizes);
  free(t);
}

void circ_measure_push(circ_measured_tape *t, int64_t bytes) {
  if (!t)
    return;
  hold(t, t->bytes + (bytes > 0 ? bytes : 0));
}

void circ_measure_pop(circ_measured_tape *t, int64_t bytes) {
  if (t)
    hold(t, t->bytes - (bytes > 0 ? bytes : 0));
}

void circ_measure_push_size(circ_measured_tape *t, int64_t size) {
  if (!t)
    return;
  if (t->count == t->room) {
    int64_t room = t->room ? 2 * t->room : 64;
    int64_t *sizes = realloc(t->sizes, (size_t)room * sizeof *sizes);
    if (!sizes) {
      t->measure->failed = 1;
      return;
    }
    t->sizes = sizes;
    t->room = room;
  }
  t->sizes[t->count++] = size;
  circ_measure_push(t, 8);
}

int64_t circ_measure_pop_size(circ_measured_tape *t) {
  if (!t)
    return 0;
  circ_measure_pop(t, 8);
  if (t->count == 0) {
    t->measure->failed = 1;
    return 0;
  }
  return t->sizes[--t->count];
}
