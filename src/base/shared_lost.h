// SPDX-License-Identifier: ISC
/*
 * base/shared_lost.h - pages of shared memory that are lost while they are mapped.
 *
 * A file that is cut off, or a disk that fails, takes pages from below a process that has
 * them mapped, and the next access is SIGBUS.  In memory that is watched here, such a page
 * is replaced by one of zeros that only this process has, and the access is repeated.  What
 * shared memory keeps may be lost, and its users take zeros for nothing; but from then on
 * this process does not see what others write there, nor they what it writes.  So it has
 * to open the file again, which makes it whole, or to end soon.
 */
#ifndef BASE_SHARED_LOST_H
#define BASE_SHARED_LOST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * From here on, until it is forgotten: the map of the file at path, which is copied for the
 * log.  What is over SHARED_WATCHED_MAX is not watched.
 */
#define SHARED_WATCHED_MAX 32
void shared_watch(void *at, size_t size, const char *path);
void shared_forget(const void *at);

/*
 * Replaces the page at an address.  False: it is not in memory that is watched, or cannot
 * be replaced.  Async-signal-safe; for handlers of SIGBUS that are set after ours.
 */
bool shared_replace(void *address);

/* The path of a file of which a page was replaced; NULL: none was. */
const char *shared_lost(void);

/* The path that was given for the map at that address; "" if it is not watched. */
const char *shared_path(const void *at);

#endif
