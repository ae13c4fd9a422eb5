// SPDX-License-Identifier: ISC
/* base/mdb_crash.c - what remains of a process that dies inside LMDB: a mark. */
#include "base/mdb_crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/guard.h"

static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT };
static struct sigaction before[NELEM(crashes)];
static const struct mdb_files *volatile inside;

/*
 * Only calls that are async-signal-safe.  Afterwards the instruction that failed fails
 * again, or abort() goes on, with whatever the process would have done without us.
 */
static void
crash(int signum, siginfo_t *info, void *context)
{
	const struct mdb_files *files = inside;

	(void)context;
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

	for (size_t i = 0; i < NELEM(crashes); i++)
		sigaction(crashes[i], &action, &before[i]);
}

void
mdb_crash_enter(const struct mdb_files *files)
{
	static bool watched;

	if (!watched)
		watch();
	watched = true;
	inside = files;
}

void
mdb_crash_leave(void)
{
	inside = NULL;
}
