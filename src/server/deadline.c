// SPDX-License-Identifier: ISC
/* server/deadline.c - how long one connection may keep a worker, all in all. */
#include "server/deadline.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/log.h"

/*
 * A timer that is set once outlasts many deadlines, so that a connection costs no
 * system call: when it fires before the deadline, it is set again for the rest.
 * The kernel runs its handler in the main thread, which starts and stops
 * deadlines, so only the order of these writes matters.
 */
static volatile sig_atomic_t watched_fd = -1;
static volatile sig_atomic_t expired;
static volatile sig_atomic_t is_set;		/* the timer will fire */
static volatile int64_t until_ms;

/* It never fires too early: a timer of 0 ms would be none. */
static void
set_timer(int64_t ms)
{
	struct itimerval timer = {
		.it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 },
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void
expire(void)
{
	expired = 1;
	shutdown(watched_fd, SHUT_RDWR);
}

/* Only calls that are async-signal-safe, or nothing but a system call. */
static void
look(int signum)
{
	int before = errno;
	int64_t left_ms = until_ms - clock_steady_ms();

	(void)signum;
	is_set = watched_fd >= 0 && left_ms > 0;
	if (is_set)
		set_timer(left_ms);
	else if (watched_fd >= 0)
		expire();
	errno = before;
}

int
deadline_init(void)
{
	struct sigaction action = { .sa_handler = look, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGALRM, &action, NULL) != 0)
		return log_fault(-errno, "sigaction");
	return 0;
}

void
deadline_start(int fd, int64_t limit_s)
{
	expired = 0;
	until_ms = clock_steady_ms() + limit_s * 1000;
	watched_fd = fd;
	if (is_set)
		return;
	is_set = 1;
	set_timer(limit_s * 1000);
}

bool
deadline_stop(void)
{
	watched_fd = -1;
	return expired;
}
