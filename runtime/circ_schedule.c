/*===- circ_schedule.c - Binomial checkpointing of loops -------------------===
 *
 * With s snapshots, that of the first state among them, and each iteration run
 * again at most r times, a loop of up to binomial(s + r, s) iterations can be
 * reversed. A. Griewank, "Achieving logarithmic growth of temporal and spatial
 * complexity in reverse automatic differentiation", Optimization Methods and
 * Software 1(1), 1992; A. Griewank and A. Walther, "Algorithm 799: revolve",
 * ACM TOMS 26(1), 2000, equation (3) for where the snapshot goes.
 *
 *===-----------------------------------------------------------------------===*/

#include "circ_context.h"

/* A segment that is reversed after what follows it. */
typedef struct segment {
  int64_t begin, end, free;
} segment;

struct circ_schedule {
  segment now;      /* what is being reversed; its first state is the last snapshot */
  int64_t at;       /* the iteration before which the state stands; -1: no longer of use */
  int64_t store_at; /* a snapshot is due here; 0: none */
  int started, dropped;
  int64_t depth;
  segment *waiting;
};

static int64_t cube_root(int64_t n) {
  int64_t root = 1;
  while (root * root * root < n)
    ++root;
  return root;
}

circ_schedule *circ_schedule_new(circ_context *c, int64_t steps, int64_t state, int64_t budget,
                                 const char *file, int64_t line, int64_t column) {
  int64_t snapshots = budget ? budget / (state > 0 ? state : 1) : 4 * cube_root(steps);
  if (snapshots > steps)
    snapshots = steps;
  if (snapshots < 1)
    snapshots = 1;
  circ_schedule *s = circ_alloc(c, 1, sizeof *s, file, line, column);
  s->now.begin = 0;
  s->now.end = steps;
  s->now.free = snapshots - 1;
  s->at = 0;
  s->store_at = 0;
  s->started = s->dropped = 0;
  s->depth = 0;
  s->waiting = circ_alloc(c, snapshots, sizeof *s->waiting, file, line, column);
  return s;
}

/* Where in `length` iterations the next snapshot goes, when `free` are left. */
static int64_t split(int64_t length, int64_t free) {
  /* binomial(s + r - 1, s) and binomial(s + r, s) for the least r that does, in
   * doubles, which are exact as far as they are smaller than any length. */
  double s = 1 + (double)free, r = 1, before = 1, reach = 1 + s;
  while (reach < (double)length) {
    r += 1;
    before = reach;
    reach = reach * (s + r) / r;
  }
  double right = before * s / (s + r - 1); /* binomial(s - 1 + r - 1, s - 1) */
  double middle = (double)length - right;
  int64_t m = (int64_t)(middle < before ? middle : before);
  return m < 1 ? 1 : m >= length ? length - 1 : m;
}

int64_t circ_schedule_next(circ_schedule *s, int64_t *range) {
  range[0] = range[1] = 0;
  if (!s->started) {
    s->started = 1;
    return s->now.end > 0 ? CIRC_STORE : CIRC_DONE;
  }
  if (s->store_at) {
    s->waiting[s->depth].begin = s->now.begin;
    s->waiting[s->depth].end = s->store_at;
    s->waiting[s->depth++].free = s->now.free;
    s->now.begin = s->store_at;
    s->now.free -= 1;
    s->store_at = 0;
    return CIRC_STORE;
  }
  if (s->now.begin == s->now.end) {
    if (!s->dropped) {
      s->dropped = 1;
      return CIRC_DROP;
    }
    if (s->depth == 0)
      return CIRC_DONE;
    s->now = s->waiting[--s->depth];
    s->at = -1;
    s->dropped = 0;
  }
  int64_t length = s->now.end - s->now.begin, last = s->now.end - 1;
  if (s->at == last) {
    range[0] = last;
    s->now.end = last;
    return CIRC_REVERSE;
  }
  if (s->at != s->now.begin) {
    s->at = s->now.begin;
    return CIRC_RESTORE;
  }
  int64_t to = last;
  if (s->now.free > 0)
    s->store_at = to = s->now.begin + split(length, s->now.free);
  range[0] = s->now.begin;
  range[1] = s->at = to;
  return CIRC_ADVANCE;
}
