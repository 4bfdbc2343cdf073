/*===- circ_pool.c - Memory that waits for the next call -------------------===
 *
 * A call that is made again and again takes the same blocks each time. Given back
 * with `free`, those at the end of the heap go back to the system, which maps them
 * anew page by page: a gradient with a tape of a few megabytes spends half of its
 * time on that. So blocks wait here, in lists by the power of two that they reach,
 * the last one first, up to a total.
 *
 * Nobody waits for the pool: a thread that finds it in use goes to malloc and free.
 *
 *===-----------------------------------------------------------------------===*/

#define _DEFAULT_SOURCE /* madvise */

#include "circ_pool.h"

#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

/* Memory of several of these is asked for in pages of this size: the system maps
 * new memory page by page, which takes longer than writing it. */
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)
/* Smaller blocks are left to malloc. */
#define LEAST ((size_t)16 * 1024)
/* What may wait in all. */
#define MOST ((size_t)64 * 1024 * 1024)
#define LISTS 32

typedef struct waiting_block {
  struct waiting_block *next;
  size_t bytes;
} waiting_block;

static struct {
  int in_use;
  size_t bytes;
  waiting_block *list[LISTS];
} pool;

static int enter(void) { return !__atomic_exchange_n(&pool.in_use, 1, __ATOMIC_ACQUIRE); }
static void leave(void) { __atomic_store_n(&pool.in_use, 0, __ATOMIC_RELEASE); }

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_BLOCK_ANEW
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define EACH_BLOCK_ANEW
#endif

/* AddressSanitizer sees the use of a block that was given back only if it is freed. */
static int may_wait(size_t bytes) {
#ifdef EACH_BLOCK_ANEW
  (void)bytes;
  return 0;
#else
  return bytes >= LEAST && bytes <= MOST;
#endif
}

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

/* Frees blocks until `bytes` more may wait: those of other sizes before those of this one. */
static void make_room(size_t bytes) {
  for (int own = 0; own < 2; ++own)
    for (waiting_block **list = pool.list; list != pool.list + LISTS; ++list)
      while (*list && (list == list_of(bytes)) == own && pool.bytes + bytes > MOST)
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
  if (may_wait(bytes) && enter()) {
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
  if (!memory || !may_wait(bytes) || !enter()) {
    free(memory);
    return;
  }
  make_room(bytes);
  waiting_block *block = memory, **list = list_of(bytes);
  *block = (waiting_block){.next = *list, .bytes = bytes};
  *list = block;
  pool.bytes += bytes;
  leave();
}

/* A library that is unloaded leaves nothing behind. */
__attribute__((destructor)) void circ_pool_empty(void) {
  if (!__atomic_load_n(&pool.bytes, __ATOMIC_RELAXED) || !enter())
    return;
  make_room(MOST);
  leave();
}
