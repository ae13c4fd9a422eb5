// SPDX-License-Identifier: ISC
/*
 * base/allocate.h - disk space for files that are written through a map.
 *
 * A page that gets no block when it is written raises SIGBUS.  So the blocks are
 * allocated first, where a full disk is a result.
 */
#ifndef BASE_ALLOCATE_H
#define BASE_ALLOCATE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Allocates len bytes from offset from on, and extends the file to their end.  Other
 * processes may have it mapped.  -errno: -ENOSPC and the like.  A file system that
 * cannot allocate is not a fault.
 */
int allocate(int fd, off_t from, off_t len);

/*
 * Has a file that is still empty written in place, or those that are created in a
 * directory.  btrfs writes elsewhere by default,
 * and so needs new blocks for blocks that were allocated.
 */
void allocate_in_place(int fd);

/* Is it a file that needs allocate_in_place, and did not get it? */
bool allocate_moves(int fd);

#endif
