// SPDX-License-Identifier: ISC
/*
 * server/worker.h - one process that answers one request at a time.
 */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include <signal.h>
#include <sys/types.h>

#include "conf/conf.h"

/* The signal from a worker to its master when it is ready to serve. */
#define WORKER_READY SIGRTMIN

/* What it sends when the master sleeps and may be needed (base/scoreboard.h). */
#define WORKER_WAKE (SIGRTMIN + 1)

/* Exit codes of a worker. */
enum worker_exit {
	WORKER_DONE = 0,		/* it was told to leave, or retired */
	WORKER_FAULT = 1,		/* see the log */
	WORKER_NO_AUTH = 3,		/* service_open failed */
	WORKER_LEFT = 4,		/* it has to be replaced (base/leave.h) */
};

/*
 * Answers requests on listen_fd, a non-blocking socket, until SIGTERM, SIGQUIT,
 * SIGINT or SIGUSR1 (the current request is finished first), or until it has
 * answered worker_max_requests.  It exits with its master, whose process id is
 * given; 0 for none.  Takes over the signals of the process.  Returns
 * an exit code, one of worker_exit.
 */
int worker_run(int listen_fd, const struct conf *conf, pid_t master);

#endif
