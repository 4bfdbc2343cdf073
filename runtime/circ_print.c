/*===- circ_print.c - The print statement ----------------------------------===*/

#include "circ_runtime.h"

#include <stdio.h>
#include <stdlib.h>

void circ_print_text(const char *text) { fputs(text, stderr); }
void circ_print_i64(int64_t value) { fprintf(stderr, "%lld", (long long)value); }
void circ_print_bool(int64_t value) { fputs(value ? "true" : "false", stderr); }

/* The fewest digits that read back as the same number. */
void circ_print_f64(double value) {
  char text[40];
  for (int digits = 1; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      break;
  }
  fputs(text, stderr);
}
