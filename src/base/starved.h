// SPDX-License-Identifier: ISC
/*
 * base/starved.h - did a library run out of memory?
 *
 * Some libraries answer then as if they could not read what they were given, which
 * would refuse a client for a fault of ours.  malloc(3) leaves ENOMEM in errno.
 */
#ifndef BASE_STARVED_H
#define BASE_STARVED_H

#include <errno.h>
#include <stdbool.h>

/* Before the call. */
static inline void
starved_watch(void)
{
	errno = 0;
}

/* After it: whatever it answered is of no use then. */
static inline bool
starved(void)
{
	return errno == ENOMEM;
}

#endif
