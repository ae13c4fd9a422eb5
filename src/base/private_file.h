// SPDX-License-Identifier: ISC
/*
 * base/private_file.h - files with a secret, read only if other users cannot read them.
 */
#ifndef BASE_PRIVATE_FILE_H
#define BASE_PRIVATE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

#define PRIVATE_LINE_MAX 512

/*
 * Reads all of the file into bytes, of size.  -errno, logged: -EPERM if its group
 * may write it, others may read it, or neither root nor we own it; -EINVAL if it is not
 * a regular file; -EFBIG if it is larger.
 */
int private_file_read(const char *path, void *bytes, size_t size, size_t *len);

/*
 * Reads the only line of the file, of up to PRIVATE_LINE_MAX bytes including its
 * end, into a string in mem without it.  -EINVAL, logged, if it is empty; others as above.
 */
int private_file_read_line(const char *path, struct arena *mem, const char **line);

/*
 * Creates the file and flushes it, with mode 0600, or with 0640 for the given
 * group unless that is (gid_t)-1.  -EEXIST, not logged, if there is one.
 */
int private_file_make(const char *path, const void *bytes, size_t len, gid_t group);

/*
 * Gives an existing file other content, with its owner, group and mode: it has the former
 * bytes or the new ones, whatever happens.  path may be a link.  -errno, logged; -EPERM
 * also if it belongs to another user.
 */
int private_file_replace(const char *path, const void *bytes, size_t len);

#endif
