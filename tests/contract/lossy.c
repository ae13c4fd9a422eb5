// SPDX-License-Identifier: ISC
/* tests/contract/lossy.c - carries bytes between clients and a server, except some. */
#include "lossy.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/text.h"
#include "test.h"

#define LATE_MS 5

/* What this program and the one between share. */
static struct shared {
	_Atomic int next;		/* enum lossy */
	_Atomic bool is_cut;		/* no connection is let through */
	_Atomic unsigned count;
} *shared;

/* A packet of the protocol: three bytes of length, a number, the command, its text. */
static bool
is_commit(const char *bytes, size_t len)
{
	static const char commit[] = "\x07\0\0\0\x03" "COMMIT";

	return len == sizeof commit - 1 && memcmp(bytes, commit, len) == 0;
}

static void
wait_for_answer(int server)
{
	struct pollfd wait = { .fd = server, .events = POLLIN };

	poll(&wait, 1, 5000);
}

/* Ends the connection in the way that was asked for. */
static void
lose(enum lossy what, int client, int server, const char *bytes, size_t len)
{
	const struct timespec late = { 0, LATE_MS * 1000000L };

	atomic_fetch_add(&shared->count, 1);
	if (what >= LOSSY_ANSWER_AND_SERVER)
		atomic_store(&shared->is_cut, true);
	if (what == LOSSY_LATE) {
		shutdown(client, SHUT_RDWR);
		nanosleep(&late, NULL);
	}
	if (what != LOSSY_COMMIT && what != LOSSY_COMMIT_AND_SERVER &&
	    write(server, bytes, len) == (ssize_t)len)
		wait_for_answer(server);
	_exit(0);
}

static void
carry(int from, int to, bool is_client)
{
	char bytes[65536];
	ssize_t len = read(from, bytes, sizeof bytes);
	enum lossy what;

	if (len <= 0)
		_exit(0);
	if (is_client && is_commit(bytes, (size_t)len)) {
		what = (enum lossy)atomic_exchange(&shared->next, LOSSY_NOT);
		if (what != LOSSY_NOT)
			lose(what, from, to, bytes, (size_t)len);
	}
	if (write(to, bytes, (size_t)len) != len)
		_exit(0);
}

static int
socket_at(const char *path, struct sockaddr_un *name)
{
	*name = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (text_copy(name->sun_path, sizeof name->sun_path, path))
		exit(99);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void
serve(int client, const char *path)
{
	struct sockaddr_un name;
	int server = socket_at(path, &name);
	struct pollfd fds[] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (atomic_load(&shared->is_cut) ||
	    connect(server, (struct sockaddr *)&name, sizeof name) != 0)
		_exit(1);
	while (poll(fds, NELEM(fds), -1) > 0) {
		if (fds[0].revents)
			carry(client, server, true);
		if (fds[1].revents)
			carry(server, client, false);
	}
	_exit(0);
}

static void
accept_all(int listener, const char *path)
{
	int client;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	while ((client = accept(listener, NULL, NULL)) >= 0) {
		if (fork() == 0)
			serve(client, path);
		close(client);
	}
	_exit(1);
}

const char *
lossy_start(const char *server)
{
	static char path[128];
	struct sockaddr_un name;
	int listener;

	snprintf(path, sizeof path, "%s/lossy.sock", test_directory());
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	listener = socket_at(path, &name);
	if (shared == MAP_FAILED || bind(listener, (struct sockaddr *)&name, sizeof name) != 0 ||
	    listen(listener, 16) != 0) {
		perror(path);
		exit(99);
	}
	fflush(NULL);
	if (fork() == 0)
		accept_all(listener, server);
	close(listener);
	return path;
}

void
lossy_next(enum lossy what)
{
	atomic_store(&shared->is_cut, false);
	atomic_store(&shared->next, what);
}

unsigned
lossy_count(void)
{
	return atomic_load(&shared->count);
}
