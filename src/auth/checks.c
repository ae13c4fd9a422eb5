// SPDX-License-Identifier: ISC
/* auth/checks.c - password hashing within bounds. */
#include "auth/checks.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* The file has a byte for each that hashes, and from here on one for each that is at it at all. */
#define FIRST_PLACE	1024

#define POLL_NS		2000000
#define LOWEST_PRIORITY	19

struct checks {
	const struct conf *conf;
	struct slots slots;
	long running, present;		/* at once at most */
	uint64_t count;
};

static long
running_max(const struct conf *conf)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (conf->max_password_checks)
		return (long)conf->max_password_checks;
	return cores > 2 ? cores - 1 : 1;
}

int
checks_open(struct checks **out, const struct conf *conf)
{
	GUARD(checks_close) struct checks *checks = NULL;
	char path[4096];
	int r;

	if (snprintf(path, sizeof path, "%s/password-slots", conf->run_dir) >= (int)sizeof path)
		return -ENAMETOOLONG;
	checks = calloc(1, sizeof *checks);
	if (!checks)
		return -ENOMEM;
	checks->conf = conf;
	checks->running = running_max(conf);
	checks->present = conf->workers > 2 ? (long)conf->workers / 2 : 1;
	r = slots_open(&checks->slots, path);
	if (r)
		return r;
	*out = checks;
	checks = NULL;
	return 0;
}

void
checks_close(struct checks **checks)
{
	if (!*checks)
		return;
	slots_close(&(*checks)->slots);
	free(*checks);
	*checks = NULL;
}

/* A slot among those that hash.  V_UNAVAILABLE: none came free in time. */
static int
await_slot(const struct checks *checks, struct slot *slot)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	int64_t until_ms = clock_steady_ms() + checks->conf->password_wait_ms;
	int r;

	while ((r = slot_take(&checks->slots, 0, checks->running, slot)) == V_UNAVAILABLE &&
	    clock_steady_ms() < until_ms)
		nanosleep(&pause, NULL);
	return r;
}

struct errand {
	void (*work)(void *);
	void *arg;
};

/* On Linux a thread has a priority of its own, which it need not get back: it ends. */
static void *
run_low(void *arg)
{
	const struct errand *errand = arg;

	setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY);
	errand->work(errand->arg);
	return NULL;
}

/* Signals are the worker's own affair; what a thread raises itself it has to take. */
static void
block_signals(sigset_t *before)
{
	static const int own[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };
	sigset_t others;

	sigfillset(&others);
	for (size_t i = 0; i < NELEM(own); i++)
		sigdelset(&others, own[i]);
	pthread_sigmask(SIG_SETMASK, &others, before);
}

static int
run_in_thread(struct errand *errand)
{
	sigset_t before;
	pthread_t thread;
	int error;

	block_signals(&before);
	error = pthread_create(&thread, NULL, run_low, errand);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		return log_fault(-error, "a thread to hash a password");
	error = pthread_join(thread, NULL);
	return error ? log_fault(-error, "the end of a thread") : 0;
}

int
checks_admit(const struct checks *checks, struct slot *place)
{
	return checks ? slot_take(&checks->slots, FIRST_PLACE, checks->present, place) : 0;
}

int
checks_run(struct checks *checks, void (*work)(void *), void *arg)
{
	GUARD(slot_leave) struct slot slot = SLOT_NONE;
	struct errand errand = { work, arg };
	int r;

	if (!checks) {
		work(arg);
		return 0;
	}
	r = await_slot(checks, &slot);
	if (r)
		return r;
	checks->count++;
	return run_in_thread(&errand);
}

uint64_t
checks_count(const struct checks *checks)
{
	return checks ? checks->count : 0;
}
