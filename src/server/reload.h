// SPDX-License-Identifier: ISC
/*
 * server/reload.h - the program tests its successor, and becomes it.
 *
 * The test is "doorward --check", run from the file of the program as it is
 * now: a new version and a new configuration are tried alike.  What it says
 * is logged.
 */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/handover.h"

/* How the program was started, and so is to be started again. */
struct program {
	char *path;			/* absolute */
	char **argv;
	const char *config;
};

struct reload {
	struct program program;
	pid_t pid;			/* of the test; 0: none runs */
	int said_fd;			/* what it says */
	int64_t kill_ms;		/* when its patience ends */
	bool again;			/* asked for once more meanwhile */
};

/* Where the file of argv[0] lies, to be freed.  -errno, logged. */
int program_find(struct program *program, char **argv, const char *config);
void program_drop(struct program *program);

/* Starts the test, or notes that another one is wanted after the one that runs. */
void reload_begin(struct reload *reload, const sigset_t *blocked);

/* Kills a test that hangs, and says when to look again. */
int64_t reload_tend(struct reload *reload);

/* Is pid, which ended, the test?  *good: it found no fault. */
bool reload_ended(struct reload *reload, pid_t pid, int status, bool *good);

/* Ends a test that runs. */
void reload_cancel(struct reload *reload);

/* Becomes the successor, and returns only if it cannot: -errno, logged. */
int reload_exec(const struct reload *reload, const struct handover *h);

#endif
