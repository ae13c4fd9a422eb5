// SPDX-License-Identifier: ISC
/* server/landlock.h - restricts which files a process can still open, by landlock(7). */
#ifndef SERVER_LANDLOCK_H
#define SERVER_LANDLOCK_H

/*
 * For good, for this thread and those that it creates: files can be opened only in the
 * directory of path, which may be a link, and only for reading.  Open files stay usable.
 * -errno, not logged: nothing is restricted, such as by a kernel without Landlock.
 */
int landlock_enter(const char *path);

#endif
