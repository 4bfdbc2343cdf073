/*===- circ_pool.h - Memory that waits for the next call -------------------===*/
#ifndef CIRC_POOL_H
#define CIRC_POOL_H

#include <stddef.h>

/** What malloc gives, or a block of `bytes` that was given back before; null where
 *  there is no memory. */
void *circ_pool_take(size_t bytes);

/** Gives back what `circ_pool_take` gave for as many `bytes`; null is nothing. */
void circ_pool_give(void *memory, size_t bytes);

/** The bytes that wait. */
size_t circ_pool_bytes(void);

/** Gives all that waits back to the system. */
void circ_pool_empty(void);

#endif
