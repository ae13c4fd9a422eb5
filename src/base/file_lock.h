// SPDX-License-Identifier: ISC
/*
 * base/file_lock.h - locks on bytes of an open file (fcntl(2), F_OFD_SETLK).
 *
 * They belong to the open file, so that no other close in this process drops
 * them, and the kernel drops them with the process, even on kill -9.  A process
 * that inherited the open file with fork shares them: open it anew.
 */
#ifndef BASE_FILE_LOCK_H
#define BASE_FILE_LOCK_H

#include <fcntl.h>
#include <stdbool.h>

/* Locks or unlocks len bytes, 0 for all, as type says.  -EAGAIN: another open file holds them. */
int file_lock(int fd, short type, off_t at, off_t len);

/* Locks the first byte below count that no other open file holds: its offset; -EAGAIN: none. */
int file_lock_first(int fd, int count);

/* The same as file_lock, but waits until they are free. */
int file_lock_wait(int fd, short type, off_t at, off_t len);

/*
 * Locks the file for this process and what it executes, not for its children: a child
 * that lives on, or was stopped before it could close fd, holds nothing.  The kernel drops
 * this lock when the process closes any descriptor of the file.  -EAGAIN: another holds it.
 */
int file_lock_process(int fd);

/*
 * Waits until no other open directory fd has this lock, and takes it.  It is one of its own
 * (flock(2)), because the others need a file that is open for writing.
 */
int file_lock_directory(int fd);

/* Could this one lock len bytes?  What it holds itself does not show. */
bool file_lock_is_free(int fd, off_t at, off_t len);

#endif
