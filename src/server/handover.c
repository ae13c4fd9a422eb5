// SPDX-License-Identifier: ISC
/* server/handover.c - what a master leaves to the program that replaces it. */
#include "server/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "server/owner_lock.h"

/* "PID FD DEV INO COUNT PID KILL-MS ... PATH": us, the socket, the workers, its name. */
#define VARIABLE "DOORWARD_HANDOVER"

/* "PID FD": us, and the lock of the socket, which an older program did not have. */
#define LOCK_VARIABLE "DOORWARD_LOCK"

static int
keep_open(int fd, bool keep)
{
	if (fd < 0 || fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC) == 0)
		return 0;
	return log_fault(-errno, "fcntl");
}

static int
leave_lock(const struct handover *h)
{
	char value[64];

	snprintf(value, sizeof value, "%lld %d", (long long)getpid(), h->socket.lock_fd);
	if (setenv(LOCK_VARIABLE, value, 1) != 0)
		return log_fault(-ENOMEM, "handing over");
	return keep_open(h->socket.lock_fd, true);
}

int
handover_leave(const struct handover *h)
{
	GUARD(arena_free) struct arena mem;
	const char *value;
	struct text t;
	int r;

	arena_init(&mem, 0);
	text_init(&t, &mem);
	text_printf(&t, "%lld %d %llu %llu %zu", (long long)getpid(), h->socket.fd,
	    (unsigned long long)h->socket.dev, (unsigned long long)h->socket.ino,
	    h->leaver_count);
	for (size_t i = 0; i < h->leaver_count; i++)
		text_printf(&t, " %lld %lld", (long long)h->leavers[i].pid,
		    (long long)h->leavers[i].kill_ms);
	text_printf(&t, " %s", h->socket.name.sun_path);
	if (text_done(&t, &value, NULL) || setenv(VARIABLE, value, 1) != 0)
		return log_fault(-ENOMEM, "handing over");
	r = keep_open(h->socket.fd, true);
	return r ? r : leave_lock(h);
}

void
handover_undo(const struct handover *h)
{
	unsetenv(VARIABLE);
	unsetenv(LOCK_VARIABLE);
	keep_open(h->socket.fd, false);
	keep_open(h->socket.lock_fd, false);
}

/* The next number of the list; false if there is none. */
static bool
read_number(char **at, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(*at, &end, 10);
	if (end == *at || errno || (*end && *end != ' '))
		return false;
	*at = end;
	return true;
}

/* One that ended meanwhile, too: it is still to be waited for. */
static bool
is_child(pid_t pid)
{
	siginfo_t info;

	return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int
read_leavers(struct handover *h, size_t count, char **at)
{
	long long pid, kill_ms;

	h->leavers = calloc(count + 1, sizeof *h->leavers);
	if (!h->leavers)
		return -ENOMEM;
	while (count--) {
		if (!read_number(at, &pid) || !read_number(at, &kill_ms))
			return -EINVAL;
		if (is_child((pid_t)pid))
			h->leavers[h->leaver_count++] = (struct leaver){ (pid_t)pid, kill_ms };
	}
	return 0;
}

/* V_NOT_FOUND: it was left to another process, and is nothing to us. */
static int
read_all(struct handover *h, char *at)
{
	long long pid, fd, dev, ino, count;
	int r;

	if (!read_number(&at, &pid) || !read_number(&at, &fd) || !read_number(&at, &dev) ||
	    !read_number(&at, &ino) || !read_number(&at, &count) || count < 0)
		return -EINVAL;
	if (pid != getpid())
		return V_NOT_FOUND;
	r = listen_adopt(&h->socket, (int)fd);
	if (!r)
		r = read_leavers(h, (size_t)count, &at);
	if (r)
		return r;
	h->socket.dev = (dev_t)dev;
	h->socket.ino = (ino_t)ino;
	h->socket.name.sun_family = AF_UNIX;
	return *at == ' ' ? text_copy(h->socket.name.sun_path, sizeof h->socket.name.sun_path,
	    at + 1) : -EINVAL;
}

/* A master of an older program has no lock: this one takes it, if it can. */
static void
read_lock(struct listener *l)
{
	char *at = getenv(LOCK_VARIABLE);
	long long pid, fd;
	bool known;

	if (!l->ino)
		return;
	if (at && read_number(&at, &pid) && read_number(&at, &fd) && pid == getpid() &&
	    owner_lock_is_there(l->name.sun_path, (int)fd)) {
		l->lock_fd = (int)fd;
		keep_open(l->lock_fd, false);
		return;
	}
	owner_lock_take(l->name.sun_path, &l->lock_fd, &known);
}

int
handover_take(struct handover *h)
{
	char *value = getenv(VARIABLE);
	int r;

	*h = (struct handover){ .socket.fd = -1, .socket.lock_fd = -1 };
	if (!value)
		return V_NOT_FOUND;
	r = read_all(h, value);
	if (!r)
		read_lock(&h->socket);
	unsetenv(VARIABLE);
	unsetenv(LOCK_VARIABLE);
	if (r < 0) {
		handover_drop(h);
		log_fault(r, "the handover of the previous program cannot be used");
	}
	return r;
}

void
handover_drop(struct handover *h)
{
	free(h->leavers);
	h->leavers = NULL;
	h->leaver_count = 0;
}
