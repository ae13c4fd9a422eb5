// SPDX-License-Identifier: ISC
/* base/mdb_crash.c - a crash inside LMDB becomes a result, or at least leaves a mark. */
#include "base/mdb_crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/guard.h"
#include "base/shared_lost.h"

#define WHAT_SIZE 200

static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT };
static struct sigaction before[NELEM(crashes)];
static const struct mdb_files *volatile inside;

/* Of each thread: one that hashes must not come back to where another was. */
static _Thread_local sigjmp_buf back;
static _Thread_local volatile sig_atomic_t is_guarded;
static _Thread_local char crash_what[WHAT_SIZE];

static void
come_back(void)
{
	is_guarded = 0;
	siglongjmp(back, 1);
}

/* The kernel reports a fault of this thread; another process, or abort(), sends a signal. */
static bool
is_fault(const siginfo_t *info)
{
	return info->si_signo != SIGABRT && info->si_code > 0;
}

static void
say(const char *what)
{
	size_t at = 0;

	for (; at < WHAT_SIZE - 1 && what[at]; at++)
		crash_what[at] = what[at];
	crash_what[at] = '\0';
}

/*
 * Only calls that are async-signal-safe.  Outside of guarded calls the instruction that
 * failed fails again afterwards, or abort() goes on, with whatever the process would have
 * done without us.
 */
static void
crash(int signum, siginfo_t *info, void *context)
{
	const struct mdb_files *files = inside;

	(void)context;
	if (signum == SIGBUS && info->si_code > 0 && shared_replace(info->si_addr))
		return;
	if (is_guarded && is_fault(info)) {
		say(signum == SIGBUS ? "a page is missing" : "a bad pointer");
		come_back();
	}
	inside = NULL;
	for (size_t i = 0; i < NELEM(crashes); i++) {
		if (crashes[i] == signum)
			sigaction(signum, &before[i], NULL);
	}
	/* one that another process sent says nothing of the files, and is not repeated */
	if (info->si_code == SI_USER)
		raise(signum);
	else if (files)
		mdb_files_mark(files);
}

static void
watch(void)
{
	struct sigaction action = { .sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_NODEFER };
	static bool watched;

	for (size_t i = 0; !watched && i < NELEM(crashes); i++)
		sigaction(crashes[i], &action, &before[i]);
	watched = true;
}

void
mdb_crash_enter(const struct mdb_files *files)
{
	watch();
	inside = files;
}

void
mdb_crash_leave(void)
{
	inside = NULL;
}

sigjmp_buf *
mdb_crash_begin(void)
{
	is_guarded = 1;
	return &back;
}

void
mdb_crash_end(void)
{
	is_guarded = 0;
}

const char *
mdb_crash_what(void)
{
	return crash_what;
}

void
mdb_crash_assert(MDB_env *env, const char *what)
{
	(void)env;
	say(what);
	if (is_guarded)
		come_back();
}
