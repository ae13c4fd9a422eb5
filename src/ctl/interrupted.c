// SPDX-License-Identifier: ISC
/* ctl/interrupted.c - a signal that ends a tool lets it end in order, a second one at once. */
#include "ctl/interrupted.h"

#include <signal.h>
#include <stddef.h>

#include "base/guard.h"

static volatile sig_atomic_t noted;

static void
note(int signum)
{
	(void)signum;
	noted = 1;
}

void
interrupted_catch(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction once = { .sa_handler = note,
	    .sa_flags = (int)(SA_RESTART | SA_RESETHAND) };
	struct sigaction old;

	for (size_t i = 0; i < NELEM(ends); i++) {
		/* what nohup ignores stays ignored */
		if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(ends[i], &once, NULL);
	}
}

bool
interrupted_now(void)
{
	return noted;
}
