// SPDX-License-Identifier: ISC
/* base/thread.c - threads that do something slow while their process goes on. */
#include "base/thread.h"

#include <signal.h>

#include "base/guard.h"
#include "base/log.h"

/* A thread only gets those that it raises itself. */
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

int
thread_start(pthread_t *thread, const char *what, void *(*run)(void *), void *arg)
{
	sigset_t before;
	int error;

	block_signals(&before);
	error = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error ? log_fault(-error, "a thread to %s", what) : 0;
}
