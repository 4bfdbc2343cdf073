/*===- circ_blocks.c - Blocks of iterations on several threads -------------===
 *
 * Threads take blocks in their order, one at a time. Each thread has a context of
 * its own, for its memory and for errors. After an error no further blocks are
 * taken; those before it were taken earlier and go on to their end, so that the
 * error of the first block that has one is always found.
 *
 * Blocks are taken under a lock: a block takes thousands of times as long, and
 * ThreadSanitizer sees by it what happens before what, whichever library makes
 * the threads.
 *
 *===-----------------------------------------------------------------------===*/

#include "circ_context.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_BYTES 1024

static _Thread_local int thread_count;

void circ_use_threads(int threads) { thread_count = threads; }

int circ_environment_threads(void) {
  const char *text = getenv("CIRC_NUM_THREADS");
  char *end;
  long count = text && *text ? strtol(text, &end, 10) : 0;
  return text && *text && !*end && count > 0 && count <= 4096 ? (int)count : 0;
}

typedef struct blocks_in_work {
  circ_context *call;
  circ_block body;
  void *frame;
  int64_t count, next;
  int64_t failed; /* the first block that is known to have failed; or `count` */
  int status;
  char message[MESSAGE_BYTES];
} blocks_in_work;

/* One for all calls: to make and to destroy one would be a race in the eyes of
 * ThreadSanitizer, for threads that were there before. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The next block; -1 when there is none to be taken. */
static int64_t take_block(blocks_in_work *w) {
  pthread_mutex_lock(&lock);
  int64_t block = w->next < w->count && w->failed == w->count ? w->next++ : -1;
  pthread_mutex_unlock(&lock);
  return block;
}

static void note_failure(blocks_in_work *w, int64_t block, int status) {
  pthread_mutex_lock(&lock);
  if (block < w->failed) {
    w->failed = block;
    w->status = status;
    strncpy(w->message, circ_last_error(), sizeof w->message - 1);
  }
  pthread_mutex_unlock(&lock);
}

/* Not inlined: no local variable lives across setjmp. */
__attribute__((noinline)) static int run_block(blocks_in_work *w, circ_context *c, int64_t block) {
  int status = setjmp(c->leave);
  if (status == 0)
    w->body(c, block, w->frame);
  return status;
}

static void work(void *data) {
  blocks_in_work *w = data;
  circ_context *c = calloc(1, sizeof *c);
  if (!c)
    return; /* the others do it */
  c->parent = w->call;
  for (int64_t block; (block = take_block(w)) >= 0;) {
    void *mark = circ_mark(c);
    int status = run_block(w, c, block);
    if (status)
      note_failure(w, block, status);
    else
      circ_release(c, mark);
  }
  circ_leave(c);
}

static void run_in_order(circ_context *c, int64_t begin, int64_t end, circ_block body,
                         void *frame) {
  for (int64_t block = begin; block < end; ++block) {
    void *mark = circ_mark(c);
    body(c, block, frame);
    circ_release(c, mark);
  }
}

void circ_run_blocks(circ_context *c, int64_t blocks, circ_block body, void *frame,
                     circ_team team) {
  int threads = thread_count ? thread_count : circ_environment_threads();
  /* Blocks within blocks, and calls that take no memory, are on one thread. */
  if (blocks < 2 || threads == 1 || c->parent || c->workspace_bytes) {
    run_in_order(c, 0, blocks, body, frame);
    return;
  }
  blocks_in_work w = {.call = c, .body = body, .frame = frame, .count = blocks, .failed = blocks};
  /* The threads see what was written before, and this one what they wrote. */
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
  if (threads > blocks)
    threads = (int)blocks;
  team(work, &w, (unsigned)threads, 0);
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
  if (w.failed < blocks)
    circ_fail_again(c, w.status, w.message);
  run_in_order(c, w.next, blocks, body, frame); /* where no thread had memory to begin */
}

void circ_keep_result(void *place, const void *made, int64_t bytes) {
  if (place != made)
    memcpy(place, made, (size_t)bytes);
}
