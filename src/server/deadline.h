// SPDX-License-Identifier: ISC
/*
 * server/deadline.h - how long one connection may keep a worker, all in all.
 *
 * SO_RCVTIMEO and SO_SNDTIMEO begin anew with each byte, so a peer that drips
 * would hold a worker for ever.  When the time is over the connection is shut
 * down, and whoever reads or writes it sees its end.  One at a time, by
 * SIGALRM, which must not be blocked.
 */
#ifndef SERVER_DEADLINE_H
#define SERVER_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Call once in a process.  -errno. */
int deadline_init(void);

void deadline_start(int fd, int64_t limit_s);

/* Stops it, if it runs.  Had the time run out? */
bool deadline_stop(void);

#endif
