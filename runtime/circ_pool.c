/*===- circ_pool.c - Memory that waits for the next call -------------------===
 *
 * A call that is made again and again takes the same blocks each time. Given back
 * with `free`, those at the end of the heap go back to the system, which maps them
 * anew page by page: a gradient with a tape of a few megabytes spends half of its
 * time on that. So blocks wait here, in lists by the power of two that they reach,
 * the last one first, up to a total.
 *
 * Nobody waits for the pool: a thread that finds it in use goes to malloc and free. What
 * guards it is a mutex, since ThreadSanitizer sees by it that one thread has a block
 * after another, whatever this file is compiled with.
 *
 *===-----------------------------------------------------------------------===*/

#define _DEFAULT_SOURCE /* madvise */

#include "circ_pool.h"

#include <pthread.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

/* Memory of several of these is asked for in pages of this size: the system maps
 * new memory page by page, which takes longer than writing it. */
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)
/* Smaller blocks are left to malloc. */
#define LEAST ((size_t)16 * 1024)
/* What may wait in all, unless CIRC_KEPT_BYTES says otherwise. */
#define MOST ((size_t)64 * 1024 * 1024)
#define LISTS 64

typedef struct waiting_block {
  struct waiting_block *next;
  size_t bytes;
} waiting_block;

static struct {
  int is_ready;
  size_t bytes, most;
  waiting_block *list[LISTS];
} pool;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void get_ready(void) {
  const char *text = getenv("CIRC_KEPT_BYTES");
  char *end;
  long long most = text && *text ? strtoll(text, &end, 10) : -1;
  pool.most = most >= 0 && !*end ? (size_t)most : MOST;
  pool.is_ready = 1;
}

static int enter(void) {
  if (pthread_mutex_trylock(&lock))
    return 0;
  if (!pool.is_ready)
    get_ready();
  return 1;
}

static void leave(void) { pthread_mutex_unlock(&lock); }

static waiting_block **list_of(size_t bytes) {
  int power = 0;
  while (bytes >>= 1)
    ++power;
  return &pool.list[power];
}

static waiting_block *unlink_block(waiting_block **place) {
  waiting_block *block = *place;
  *place = block->next;
  pool.bytes -= block->bytes;
  return block;
}

/* Frees blocks until no more than `left` bytes wait: those in the list `last` come last. */
static void make_room(size_t left, waiting_block **last) {
  for (int own = 0; own < 2; ++own)
    for (waiting_block **list = pool.list; list != pool.list + LISTS; ++list)
      while (*list && (list == last) == own && pool.bytes > left)
        free(unlink_block(list));
}

static void *new_block(size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  void *memory;
  if (bytes >= 2 * HUGE_PAGE && posix_memalign(&memory, HUGE_PAGE, bytes) == 0) {
    madvise(memory, bytes & ~(HUGE_PAGE - 1), MADV_HUGEPAGE);
    return memory;
  }
#endif
  return malloc(bytes);
}

void *circ_pool_take(size_t bytes) {
  waiting_block *found = NULL;
  if (bytes >= LEAST && enter()) {
    waiting_block **place = list_of(bytes);
    while (*place && (*place)->bytes != bytes)
      place = &(*place)->next;
    if (*place)
      found = unlink_block(place);
    leave();
  }
  return found ? found : new_block(bytes);
}

void circ_pool_give(void *memory, size_t bytes) {
  waiting_block *block = memory;
  if (block && bytes >= LEAST && enter()) {
    if (bytes <= pool.most) {
      waiting_block **list = list_of(bytes);
      make_room(pool.most - bytes, list);
      *block = (waiting_block){.next = *list, .bytes = bytes};
      *list = block;
      pool.bytes += bytes;
      block = NULL;
    }
    leave();
  }
  free(block);
}

size_t circ_pool_bytes(void) {
  pthread_mutex_lock(&lock);
  size_t bytes = pool.bytes;
  pthread_mutex_unlock(&lock);
  return bytes;
}

/* A library that is unloaded leaves nothing behind. */
__attribute__((destructor)) void circ_pool_empty(void) {
  if (!enter())
    return;
  make_room(0, NULL);
  leave();
}
