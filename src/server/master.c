// SPDX-License-Identifier: ISC
/* server/master.c - the process that owns the socket and keeps workers alive. */
#include "server/master.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http/serve.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "server/listen.h"
#include "server/worker.h"

/* A worker that fell after less than LONG_LIFE_MS waits before it is replaced. */
#define LONG_LIFE_MS	10000
#define DELAY_FIRST_MS	100
#define DELAY_LAST_MS	5000

#define DRAIN_MS	10000
#define FOREVER		INT64_MAX

struct slot {
	pid_t pid;			/* 0: empty */
	int64_t started_ms;
	int64_t due_ms;			/* when to fill it, if empty */
	int64_t delay_ms;		/* of the last time; 0 when all is well */
};

struct master {
	const struct conf *conf;
	struct listener socket;
	struct slot *slots;
	size_t slot_count;
	sigset_t signals;
	bool stopping;
};

static int
take_signals(struct master *m)
{
	static const int rows[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD };

	/* inherited as ignored, it would reap children before we see them */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return log_fault(-errno, "signal");
	sigemptyset(&m->signals);
	for (size_t i = 0; i < NELEM(rows); i++)
		sigaddset(&m->signals, rows[i]);
	if (sigprocmask(SIG_BLOCK, &m->signals, NULL) != 0)
		return log_fault(-errno, "sigprocmask");
	return 0;
}

static void
log_death(const char *who, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was killed by signal %d, %s", who, (int)pid, WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		log_error("%s %d ended with code %d", who, (int)pid, WEXITSTATUS(status));
}

/* In a child: opens store and keys, and says whether that went well. */
static int
try_auth(const struct master *m)
{
	GUARD(service_close) struct service *service = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_UNBLOCK, &m->signals, NULL);
	return service_open(&service, m->conf) ? WORKER_NO_AUTH : WORKER_DONE;
}

/* Nobody shall connect to a service whose workers cannot work. */
static int
check_auth(const struct master *m)
{
	int status = 0;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return log_fault(-errno, "fork");
	if (pid == 0)
		_exit(try_auth(m));
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return log_fault(-errno, "waitpid");
	}
	if (status == 0)
		return 0;
	if (WIFSIGNALED(status))
		log_death("first look at the store, process", pid, status);
	return -EIO;
}

/* When an empty slot may be filled again. */
static void
slot_empty(struct slot *slot, bool fell, int64_t now_ms)
{
	if (!fell || now_ms - slot->started_ms >= LONG_LIFE_MS)
		slot->delay_ms = 0;
	else if (!slot->delay_ms)
		slot->delay_ms = DELAY_FIRST_MS;
	else if (slot->delay_ms <= DELAY_LAST_MS / 2)
		slot->delay_ms *= 2;
	else
		slot->delay_ms = DELAY_LAST_MS;
	slot->due_ms = now_ms + slot->delay_ms;
	slot->pid = 0;
}

static void
slot_fill(struct master *m, struct slot *slot, int64_t now_ms)
{
	pid_t master = getpid(), pid;

	slot->started_ms = now_ms;
	pid = fork();
	if (pid == 0)
		_exit(worker_run(m->socket.fd, m->conf, master));
	if (pid < 0) {
		log_fault(-errno, "fork");
		slot_empty(slot, true, now_ms);
		return;
	}
	slot->pid = pid;
	log_debug("worker %d started", (int)pid);
}

/* Fills the slots that are due, and says when the next one is. */
static int64_t
fill_slots(struct master *m)
{
	int64_t now_ms = clock_steady_ms(), next_ms = FOREVER;

	for (size_t i = 0; i < m->slot_count; i++) {
		if (!m->slots[i].pid && m->slots[i].due_ms <= now_ms)
			slot_fill(m, &m->slots[i], now_ms);
		if (!m->slots[i].pid && m->slots[i].due_ms < next_ms)
			next_ms = m->slots[i].due_ms;
	}
	return next_ms;
}

/* Takes note of all workers that ended. */
static void
reap(struct master *m)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		log_death("worker", pid, status);
		for (size_t i = 0; i < m->slot_count; i++) {
			if (m->slots[i].pid == pid)
				slot_empty(&m->slots[i], status != 0, clock_steady_ms());
		}
	}
}

/* Waits for one signal and acts on it, at most until that time. */
static void
take_signal(struct master *m, int64_t until_ms)
{
	int64_t left_ms = until_ms - clock_steady_ms();
	struct timespec limit;
	int signum;

	if (left_ms < 0)
		left_ms = 0;
	limit.tv_sec = left_ms / 1000;
	limit.tv_nsec = left_ms % 1000 * 1000000L;
	signum = sigtimedwait(&m->signals, NULL, until_ms == FOREVER ? NULL : &limit);
	switch (signum) {
	case SIGCHLD:
		reap(m);
		break;
	case SIGHUP:
		log_info("SIGHUP does nothing: restart to read the configuration anew");
		break;
	case SIGTERM:
	case SIGINT:
	case SIGQUIT:
		m->stopping = true;
		break;
	default:
		break;		/* the time is over */
	}
}

static size_t
signal_workers(const struct master *m, int signum)
{
	size_t alive = 0;

	for (size_t i = 0; i < m->slot_count; i++) {
		if (!m->slots[i].pid)
			continue;
		alive++;
		if (signum)
			kill(m->slots[i].pid, signum);
	}
	return alive;
}

/* The name goes first: who comes now learns at once that nobody is there. */
static void
stop(struct master *m)
{
	int64_t until_ms = clock_steady_ms() + DRAIN_MS;
	size_t alive;

	listen_close(&m->socket);
	alive = signal_workers(m, SIGTERM);
	log_info("stopping, %zu workers finish their requests", alive);
	while (signal_workers(m, 0) && clock_steady_ms() < until_ms)
		take_signal(m, until_ms);
	alive = signal_workers(m, SIGKILL);
	if (alive)
		log_error("%zu workers did not finish in %d ms and are killed", alive, DRAIN_MS);
	while (signal_workers(m, 0))
		take_signal(m, FOREVER);
	log_info("stopped");
}

static void
master_end(struct master *m)
{
	listen_close(&m->socket);
	free(m->slots);
}

int
master_run(const struct conf *conf, const char *path)
{
	GUARD(master_end) struct master m = { .conf = conf, .socket.fd = -1 };

	m.slot_count = (size_t)conf->workers;
	m.slots = calloc(m.slot_count, sizeof *m.slots);
	if (!m.slots)
		return EXIT_FAILURE;
	if (take_signals(&m) || check_auth(&m) || listen_open(&m.socket, path))
		return EXIT_FAILURE;
	log_info("ready at %s with %zu workers", path, m.slot_count);
	while (!m.stopping)
		take_signal(&m, fill_slots(&m));
	stop(&m);
	return EXIT_SUCCESS;
}
