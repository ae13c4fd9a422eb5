// SPDX-License-Identifier: ISC
/*
 * server/deadline.h - the total time that one connection may hold a worker.
 *
 * SO_RCVTIMEO and SO_SNDTIMEO restart with each byte, so a slow peer could hold a
 * worker for ever.  When the time is over, the connection is shut down, and
 * reads and writes see its end.  There is one deadline at a time, and all have
 * the same limit.  The main thread starts them, and must not block SIGALRM, which
 * may also arrive while no deadline runs.
 */
#ifndef SERVER_DEADLINE_H
#define SERVER_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Call once in a process.  -errno. */
int deadline_init(void);

void deadline_start(int fd, int64_t limit_s);

/* Stops it if it is running.  Had the time run out? */
bool deadline_stop(void);

#endif
