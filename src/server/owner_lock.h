// SPDX-License-Identifier: ISC
/*
 * server/owner_lock.h - which master owns a socket: the one that locks the file beside it.
 *
 * A socket on which somebody answers tells little: workers of a dead master answer too,
 * and of two masters that start at once both find that nobody does.  The lock goes with
 * the master, and with the program that it executes; its workers must close it.
 */
#ifndef SERVER_OWNER_LOCK_H
#define SERVER_OWNER_LOCK_H

#include <stdbool.h>

/*
 * Locks the file of the socket at path.  *known: it was there before, so that who has the
 * socket without it is dead.  -errno, logged; -EADDRINUSE: another process owns it.
 */
int owner_lock_take(const char *path, int *fd, bool *known);

/* Is the file that fd has open still under its name? */
bool owner_lock_is_there(const char *path, int fd);

#endif
