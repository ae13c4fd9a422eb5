// SPDX-License-Identifier: ISC
/*
 * server/handover.h - what a master leaves to the program that replaces it.
 *
 * A reload executes the program anew in the same process: the listening socket
 * stays open, and the workers stay children of it.  One variable of the
 * environment says which they are; it counts only for the process it names,
 * and of the pids only for those that are its children.
 */
#ifndef SERVER_HANDOVER_H
#define SERVER_HANDOVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/listen.h"

/* A worker that is to leave. */
struct leaver {
	pid_t pid;			/* 0: it is gone */
	int64_t kill_ms;		/* when its patience ends; 0: not told yet */
};

struct handover {
	struct listener socket;
	struct leaver *leavers;		/* handover_drop frees them */
	size_t leaver_count;
};

/* Puts it into the environment, and lets the socket survive an exec.  -errno, logged. */
int handover_leave(const struct handover *h);

/* Takes back what handover_leave did, when there was no exec after all. */
void handover_undo(const struct handover *h);

/*
 * Takes it out of the environment.  V_NOT_FOUND if there is none, or it is not
 * for this process; -EINVAL, logged, if it cannot be used.
 */
int handover_take(struct handover *h);

void handover_drop(struct handover *h);

#endif
