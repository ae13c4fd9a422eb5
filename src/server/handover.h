// SPDX-License-Identifier: ISC
/*
 * server/handover.h - what a master passes to the program that replaces it.
 *
 * A reload executes the program again in the same process: the listening socket
 * remains open, and the workers remain its children.  A variable of the
 * environment names them; it is valid only for the process that it names, and
 * only for pids that are its children.
 */
#ifndef SERVER_HANDOVER_H
#define SERVER_HANDOVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/listen.h"

/* A worker that must leave. */
struct leaver {
	pid_t pid;			/* 0: it is gone */
	int64_t kill_ms;		/* when to kill it; 0: not told yet */
};

struct handover {
	struct listener socket;
	struct leaver *leavers;		/* handover_drop frees them */
	size_t leaver_count;
};

/* Stores it in the environment, and keeps the socket open on exec.  -errno, logged. */
int handover_leave(const struct handover *h);

/* Undoes handover_leave, if exec failed. */
void handover_undo(const struct handover *h);

/*
 * Takes it from the environment.  V_NOT_FOUND if there is none, or it is for
 * another process; -EINVAL, logged, if it cannot be used.
 */
int handover_take(struct handover *h);

void handover_drop(struct handover *h);

#endif
