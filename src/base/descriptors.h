// SPDX-License-Identifier: ISC
/*
 * base/descriptors.h - the descriptors that a program is started with, and writing to one.
 *
 * A caller may have closed descriptors 0, 1 and 2.  The next file that the
 * program opens would then become its standard output or standard error, and
 * what the program prints would overwrite that file.
 */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>

/*
 * Occupies each of descriptors 0, 1 and 2 that is closed.  Reading from such a
 * standard input and writing to such an output fail with EBADF, as they did
 * while it was closed.  main calls it before anything else.  -errno.
 */
int descriptors_fill(void);

/* Closes every descriptor above 2 except these two, which may be -1. */
void descriptors_close_others(int keep, int keep_too);

/*
 * Flushes and closes standard output; nothing can be printed afterwards.
 * -errno if something that was printed got lost.
 */
int descriptors_end_output(void);

/* All of bytes, in as many calls as it takes.  -errno. */
int descriptors_write(int fd, const void *bytes, size_t len);

#endif
