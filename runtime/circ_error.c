/*===- circ_error.c - Entering a call, and leaving it by an error ----------===*/

#define _GNU_SOURCE
#include "circ_context.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stack that is left to callees that are not ours. */
#define STACK_RESERVE (128 * 1024)
#define MESSAGE_BYTES 1024

volatile int circ_interrupt_flag = 0;
int64_t circ_memory_limit = 0;

static _Thread_local char last_error[MESSAGE_BYTES];
static _Thread_local int64_t last_peak;
static _Thread_local char *thread_stack_limit;

/* The lowest address of this thread's stack that a frame may have. */
static char *stack_limit(void) {
  if (!thread_stack_limit) {
    pthread_attr_t attributes;
    void *lowest;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      pthread_attr_getstack(&attributes, &lowest, &size);
      pthread_attr_destroy(&attributes);
      /* An unlimited main stack still ends somewhere: use 8 MB of it. */
      char *here = (char *)&attributes;
      if (here - (char *)lowest > 64 * 1024 * 1024)
        lowest = here - 8 * 1024 * 1024;
      thread_stack_limit = (char *)lowest + STACK_RESERVE;
    } else {
      thread_stack_limit = (char *)&attributes - 1024 * 1024;
    }
  }
  return thread_stack_limit;
}

static int run(circ_context *c, circ_body body, void **slots, const circ_result_memory *places) {
  if (circ_memory_limit)
    circ_limit_memory(c, circ_memory_limit);
  c->places = places;
  int status = setjmp(c->leave);
  if (status == 0) {
    body(c, slots);
    last_error[0] = 0;
  }
  last_peak = c->peak_bytes;
  return status;
}

int circ_enter(circ_context **context, circ_body body, void **slots) {
  return circ_enter_with_places(context, body, slots, NULL);
}

int circ_enter_with_places(circ_context **context, circ_body body, void **slots,
                           const circ_result_memory *places) {
  circ_context *c = *context = calloc(1, sizeof *c);
  return c ? run(c, body, slots, places) : circ_set_error(CIRC_MEMORY, "no memory");
}

int circ_enter_in_workspace(circ_context **context, circ_body body, void **slots,
                            const circ_result_memory *places, void *workspace, int64_t bytes) {
  const uintptr_t mask = ARENA_ALIGNMENT - 1;
  *context = NULL;
  if (!workspace)
    return circ_set_error(CIRC_MEMORY, "there is no workspace: the pointer is null");
  if (bytes < WORKSPACE_START) {
    snprintf(last_error, sizeof last_error, "the workspace of %lld bytes is too small",
             (long long)bytes);
    return CIRC_MEMORY;
  }
  circ_context *c = *context = (circ_context *)(((uintptr_t)workspace + mask) & ~mask);
  memset(c, 0, sizeof *c);
  c->workspace_bytes = bytes;
  c->top = (char *)(((uintptr_t)(c + 1) + mask) & ~mask);
  c->end = (char *)(((uintptr_t)workspace + (uintptr_t)bytes) & ~mask);
  return run(c, body, slots, places);
}

const char *circ_last_error(void) { return last_error; }
int64_t circ_peak_bytes(void) { return last_peak; }

int circ_set_error(int status, const char *message) {
  snprintf(last_error, sizeof last_error, "%s", message);
  return status;
}

void circ_fail_value_i64(circ_context *c, int64_t value) {
  if (c->values < 8)
    c->value[c->values++] = (failure_value){1, value, 0};
}

void circ_fail_value_f64(circ_context *c, double value) {
  if (c->values < 8)
    c->value[c->values++] = (failure_value){0, 0, value};
}

/* Writes a number with the fewest digits that give it back. */
static int write_real(char *text, size_t room, double value) {
  int written = 0;
  for (int digits = 15; digits <= 17; ++digits) {
    written = snprintf(text, room, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      break;
  }
  return written;
}

/* Writes `file:line:col: message` with {0}, {1}, ... replaced by the values. */
void circ_fail(circ_context *c, int64_t status, const char *message, const char *file, int64_t line,
               int64_t column) {
  size_t at = 0;
  if (line > 0)
    at = (size_t)snprintf(last_error, sizeof last_error, "%s:%lld:%lld: ", file, (long long)line,
                          (long long)column);
  for (const char *p = message; *p && at + 1 < sizeof last_error; ++p) {
    if (p[0] == '{' && p[1] >= '0' && p[1] <= '7' && p[2] == '}' && p[1] - '0' < c->values) {
      failure_value *v = &c->value[p[1] - '0'];
      size_t room = sizeof last_error - at;
      int written = v->is_integer ? snprintf(last_error + at, room, "%lld", (long long)v->integer)
                                  : write_real(last_error + at, room, v->real);
      at += (size_t)written;
      p += 2;
    } else {
      last_error[at++] = *p;
    }
  }
  if (at >= sizeof last_error)
    at = sizeof last_error - 1;
  last_error[at] = 0;
  longjmp(c->leave, (int)status);
}

void circ_fail_again(circ_context *c, int status, const char *message) {
  circ_set_error(status, message);
  longjmp(c->leave, status);
}

void circ_check_stack(circ_context *c, const char *file, int64_t line, int64_t column) {
  char here;
  if (!c->stack_limit)
    c->stack_limit = stack_limit();
  if (&here < c->stack_limit)
    circ_fail(c, CIRC_RECURSION, "the recursion is too deep", file, line, column);
  circ_poll(c, file, line, column);
}

void circ_poll(circ_context *c, const char *file, int64_t line, int64_t column) {
  if (circ_interrupt_flag)
    circ_fail(c, CIRC_INTERRUPTED, "interrupted", file, line, column);
}
