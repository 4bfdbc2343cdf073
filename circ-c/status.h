/*===- status.h - What calls of circuits return ----------------------------===*/
#ifndef CIRC_C_STATUS_H
#define CIRC_C_STATUS_H

/** What a call of a circuit returns; the last ones come from libcirc alone. */
enum circ_status {
  CIRC_OK = 0,
  CIRC_INDEX = 1,       /* an index out of bounds */
  CIRC_SHAPE = 2,       /* shapes that do not agree */
  CIRC_ASSERT = 3,      /* a failed assert */
  CIRC_DOMAIN = 4,      /* integer division by zero, NaN to integer, ... */
  CIRC_RECURSION = 5,   /* recursion too deep */
  CIRC_MEMORY = 6,      /* no memory, or an absurd size */
  CIRC_INTERRUPTED = 7, /* the interrupt flag was set */
  CIRC_CPU = 8,         /* made for a CPU with features that this one lacks */
  CIRC_PROGRAM = 16,    /* the text of the program is wrong */
  CIRC_ARGUMENT = 17,   /* an argument is wrong: its kind, its shape, a name */
  CIRC_FILE = 18        /* a file cannot be read */
};

#endif
