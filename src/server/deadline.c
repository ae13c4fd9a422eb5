// SPDX-License-Identifier: ISC
/* server/deadline.c - how long one connection may keep a worker, all in all. */
#include "server/deadline.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/log.h"

static volatile sig_atomic_t watched_fd = -1;
static volatile sig_atomic_t expired;

/* Only calls that are async-signal-safe. */
static void
expire(int signum)
{
	int before = errno;

	(void)signum;
	expired = 1;
	if (watched_fd >= 0)
		shutdown(watched_fd, SHUT_RDWR);
	errno = before;
}

int
deadline_init(void)
{
	struct sigaction action = { .sa_handler = expire, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGALRM, &action, NULL) != 0)
		return log_fault(-errno, "sigaction");
	return 0;
}

void
deadline_start(int fd, int64_t limit_s)
{
	struct itimerval timer = { .it_value.tv_sec = limit_s };

	expired = 0;
	watched_fd = fd;
	setitimer(ITIMER_REAL, &timer, NULL);
}

bool
deadline_stop(void)
{
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	watched_fd = -1;
	return expired;
}
