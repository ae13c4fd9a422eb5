// SPDX-License-Identifier: ISC
/*
 * base/private_file.h - files with a secret, read only if nobody else can.
 */
#ifndef BASE_PRIVATE_FILE_H
#define BASE_PRIVATE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

#define PRIVATE_LINE_MAX 512

/*
 * All of the file into bytes, of size.  -errno, logged: -EPERM if the group may
 * write it or others may read it, or it is neither root's nor ours; -EFBIG if
 * it has more.
 */
int private_file_read(const char *path, void *bytes, size_t size, size_t *len);

/*
 * The one line of the file, of up to PRIVATE_LINE_MAX bytes with its end, as a
 * string in mem without it.  -EINVAL, logged, if it is empty; others as above.
 */
int private_file_read_line(const char *path, struct arena *mem, const char **line);

/*
 * Makes the file, flushed, with mode 0600, or 0640 for the given group unless
 * that is (gid_t)-1.  -EEXIST, not logged, if there is one.
 */
int private_file_make(const char *path, const void *bytes, size_t len, gid_t group);

#endif
