/* Counts what each thread allocates. Link with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=posix_memalign. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stddef.h>

static __thread long allocations;
static __thread size_t allocated_bytes;

static void count_allocation(size_t bytes) {
  ++allocations;
  allocated_bytes += bytes;
}

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes) {
  count_allocation(bytes);
  return __real_malloc(bytes);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size) {
  count_allocation(count * size);
  return __real_calloc(count, size);
}

int __real_posix_memalign(void **memory, size_t alignment, size_t bytes);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes) {
  count_allocation(bytes);
  return __real_posix_memalign(memory, alignment, bytes);
}

#endif
