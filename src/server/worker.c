// SPDX-License-Identifier: ISC
/* server/worker.c - accept, serve, wipe, again. */
#include "server/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/serve.h"
#include "base/guard.h"
#include "base/log.h"
#include "server/deadline.h"
#include "server/fcgi.h"
#include "server/sandbox.h"

/* Between two wipes: parameters, body and the longest list of tokens fit well. */
#define ARENA_LIMIT ((size_t)16 * 1024 * 1024)

#define FULL_WAIT_MS 100

static const int leave_signals[] = { SIGTERM, SIGQUIT, SIGINT, SIGUSR1 };
static const int ignored_signals[] = { SIGHUP, SIGPIPE };

static volatile sig_atomic_t leaving;

static void
note_leave(int signum)
{
	(void)signum;
	leaving = 1;
}

static int
on_signal(int signum, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	return sigaction(signum, &action, NULL) == 0 ? 0 : log_fault(-errno, "sigaction");
}

/* The signals to leave come through only inside ppoll. */
static int
block_signals(void)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < NELEM(leave_signals); i++)
		sigaddset(&blocked, leave_signals[i]);
	return sigprocmask(SIG_SETMASK, &blocked, NULL) == 0 ? 0 : log_fault(-errno, "sigprocmask");
}

/* After fcgi_init, which sets handlers of libfcgi's own. */
static int
handle_signals(void)
{
	int r;

	for (size_t i = 0; i < NELEM(leave_signals); i++) {
		r = on_signal(leave_signals[i], note_leave);
		if (r)
			return r;
	}
	for (size_t i = 0; i < NELEM(ignored_signals); i++) {
		r = on_signal(ignored_signals[i], SIG_IGN);
		if (r)
			return r;
	}
	return deadline_init();
}

/* A killed master takes its workers along, the request at hand excepted. */
static int
follow(pid_t master)
{
	if (!master)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0)
		return log_fault(-errno, "prctl");
	/* it may have died before prctl */
	if (getppid() != master)
		leaving = 1;
	return 0;
}

/*
 * Under full load ppoll always finds a connection and then returns without
 * letting a signal through, so ask for pending ones as well.
 */
static bool
must_leave(void)
{
	sigset_t pending;

	if (sigpending(&pending) != 0)
		return leaving;
	for (size_t i = 0; i < NELEM(leave_signals); i++) {
		if (sigismember(&pending, leave_signals[i]))
			leaving = 1;
	}
	return leaving;
}

/* Waits for a connection, a signal to leave, or ms if listen_fd is -1. */
static void
wait_for(int listen_fd, int ms)
{
	struct timespec limit = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	struct pollfd in = { .fd = listen_fd, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	ppoll(&in, 1, listen_fd < 0 ? &limit : NULL, &none);
}

/* 0 if accept4 may be tried again. */
static int
accept_failed(int error)
{
	switch (error) {
	case EAGAIN:			/* another worker was faster */
	case EINTR:
	case ECONNABORTED:
		return 0;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		log_fault(-error, "accept");
		wait_for(-1, FULL_WAIT_MS);
		return 0;
	default:
		return log_fault(-error, "accept");
	}
}

static int
set_timeouts(int fd, int64_t limit_s)
{
	struct timeval limit = { .tv_sec = limit_s };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0)
		return 0;
	return log_fault(-errno, "setsockopt");
}

static int
serve_all(int listen_fd, const struct service *service, struct arena *mem)
{
	const struct conf *conf = service->conf;
	int64_t served = 0;
	int fd, r;

	while (!must_leave()) {
		if (conf->worker_max_requests && served >= conf->worker_max_requests)
			break;
		wait_for(listen_fd, 0);
		if (leaving)
			break;
		fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
		r = fd < 0 ? accept_failed(errno) : set_timeouts(fd, conf->request_deadline_s);
		if (r)
			return r;
		if (fd < 0)
			continue;
		fcgi_serve(service, mem, fd);
		arena_wipe(mem);
		sandbox_report();
		served++;
	}
	return 0;
}

int
worker_run(int listen_fd, const struct conf *conf, pid_t master)
{
	GUARD(service_close) struct service *service = NULL;
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, ARENA_LIMIT);
	if (block_signals() || fcgi_init() || handle_signals() || follow(master))
		return WORKER_FAULT;
	if (service_open(&service, conf))
		return WORKER_NO_AUTH;
	if (master && kill(master, WORKER_READY) != 0)
		log_fault(-errno, "telling the master");
	if (sandbox_enter(conf))
		return WORKER_FAULT;
	return serve_all(listen_fd, service, &mem) ? WORKER_FAULT : WORKER_DONE;
}
