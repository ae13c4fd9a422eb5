// SPDX-License-Identifier: ISC
/* base/shared_lost.c - pages of shared memory that are lost while they are mapped. */
#include "base/shared_lost.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATH_SIZE 256

/* Written by one thread at a time; the handler may come between any two writes. */
static struct watched {
	uint8_t *volatile at;		/* NULL: none */
	volatile size_t size;
	volatile sig_atomic_t lost;
	char path[PATH_SIZE];		/* or as much of it as fits */
} watched[SHARED_WATCHED_MAX];

static struct sigaction before;

static struct watched *
find(const void *address)
{
	for (struct watched *w = watched; w < watched + SHARED_WATCHED_MAX; w++) {
		if (w->at && (const uint8_t *)address >= w->at &&
		    (const uint8_t *)address < w->at + w->size)
			return w;
	}
	return NULL;
}

bool
shared_replace(void *address)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	struct watched *w = find(address);
	const int error = errno;
	void *at;

	if (!w)
		return false;
	at = mmap((uint8_t *)address - (uintptr_t)address % page, page, PROT_READ | PROT_WRITE,
	    MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	errno = error;
	w->lost = 1;
	return at != MAP_FAILED;
}

/* Other faults end as they would without us: in the former handler, or when they are repeated. */
static void
missing(int signum, siginfo_t *info, void *context)
{
	if (info->si_code > 0 && shared_replace(info->si_addr))
		return;
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(signum, info, context);
		return;
	}
	sigaction(signum, &before, NULL);
	if (info->si_code <= 0)
		raise(signum);		/* nothing repeats it */
}

static void
handle(void)
{
	struct sigaction action = { .sa_sigaction = missing, .sa_flags = SA_SIGINFO | SA_NODEFER };
	static bool handled;

	if (!handled)
		sigaction(SIGBUS, &action, &before);
	handled = true;
}

void
shared_watch(void *at, size_t size, const char *path)
{
	handle();
	for (struct watched *w = watched; w < watched + SHARED_WATCHED_MAX; w++) {
		if (w->at)
			continue;
		snprintf(w->path, sizeof w->path, "%s", path);
		w->size = size;
		w->lost = 0;
		w->at = at;
		return;
	}
}

void
shared_forget(const void *at)
{
	for (struct watched *w = watched; w < watched + SHARED_WATCHED_MAX; w++) {
		if (w->at == at)
			w->at = NULL;
	}
}

const char *
shared_lost(void)
{
	for (const struct watched *w = watched; w < watched + SHARED_WATCHED_MAX; w++) {
		if (w->at && w->lost)
			return w->path;
	}
	return NULL;
}

const char *
shared_path(const void *at)
{
	const struct watched *w = find(at);

	return w ? w->path : "";
}
