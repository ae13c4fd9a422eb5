// SPDX-License-Identifier: ISC
/* server/stray.c - signals that mean nothing to the service must not end it. */
#include "server/stray.h"

#include <errno.h>
#include <signal.h>

#include "base/guard.h"
#include "base/log.h"

int
stray_ignore(void)
{
	/* SIGXFSZ: at a file size limit write fails, and that is handled. */
	static const int strays[] = { SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR,
	    SIGSTKFLT, SIGXFSZ, SIGPIPE };

	for (size_t i = 0; i < NELEM(strays); i++) {
		if (signal(strays[i], SIG_IGN) == SIG_ERR)
			return log_fault(-errno, "signal %d", strays[i]);
	}
	return 0;
}
