// SPDX-License-Identifier: ISC
/*
 * server/reload.h - tests the program and configuration, and executes them again.
 *
 * The test is "doorward --check", run from the currently installed program file,
 * so that it covers a new version as well as a new configuration.  Its output is
 * logged.
 */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server/handover.h"

/* How the program was started and must be started again. */
struct program {
	char *path;			/* absolute */
	char **argv;
	const char *config;
};

struct reload {
	struct program program;
	pid_t pid;			/* of the test; 0: none runs */
	int said_fd;			/* its output */
	int64_t kill_ms;		/* when to kill it */
	bool again;			/* requested again meanwhile */
	bool repeated;			/* this test is the second for that reason */
};

/* The path of the file of argv[0], to be freed.  -errno, logged. */
int program_find(struct program *program, char **argv, const char *config);
void program_drop(struct program *program);

/* Starts the test, or notes that another one must follow the running one. */
void reload_begin(struct reload *reload, const sigset_t *blocked);

/* Kills a test that hangs, and returns when to call it again. */
int64_t reload_tend(struct reload *reload);

/*
 * Is the test that succeeded to be repeated, because the configuration may have changed
 * since?  Once: who asks without end must not keep it from being used.
 */
bool reload_must_repeat(struct reload *reload);

/* Is pid, which exited, the test?  *good: it succeeded. */
bool reload_ended(struct reload *reload, pid_t pid, int status, bool *good);

/* Stops a running test. */
void reload_cancel(struct reload *reload);

/* Executes the program; returns only on failure: -errno, logged. */
int reload_exec(const struct reload *reload, const struct handover *h);

#endif
