// SPDX-License-Identifier: ISC
/* tests/lossy.c - carries bytes between clients and a server, except some. */
#include "lossy.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
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
#define HEAD 4			/* of a packet: three bytes of length, and its number */
#define COM_QUIT 0x01		/* nobody waits for the answers of these */
#define COM_STMT_CLOSE 0x19

/* What this program and the one between share. */
static struct shared {
	_Atomic int next;		/* enum lossy */
	_Atomic unsigned wait;		/* for so many commands; 0: for a commit */
	_Atomic unsigned error;
	_Atomic bool is_cut;		/* no connection is let through */
	_Atomic unsigned count;
} *shared;

/* A connection and what it carries at the moment. */
struct carried {
	int client, server;
	uint8_t bytes[65536];
	size_t len;
};

/* --- packets ------------------------------------------------------------------------ */

static size_t
packet_len(const uint8_t *packet)
{
	return HEAD + (packet[0] | (size_t)packet[1] << 8 | (size_t)packet[2] << 16);
}

/* Those before it are closings. */
static const uint8_t *
last_packet(const struct carried *c)
{
	const uint8_t *p = c->bytes, *end = c->bytes + c->len;

	while ((size_t)(end - p) > HEAD && packet_len(p) < (size_t)(end - p))
		p += packet_len(p);
	return p;
}

/* A command, or a step of a login, which has another number. */
static bool
is_waited_for(const uint8_t *packet)
{
	return packet[3] != 0 || (packet[HEAD] != COM_QUIT && packet[HEAD] != COM_STMT_CLOSE);
}

static bool
is_commit(const uint8_t *packet)
{
	static const char commit[] = "\x07\0\0\0\x03" "COMMIT";

	return memcmp(packet, commit, sizeof commit - 1) == 0;
}

/* Is it the command that was meant? */
static bool
is_meant(const uint8_t *packet)
{
	if (atomic_load(&shared->next) == LOSSY_NOT || !is_waited_for(packet))
		return false;
	if (!atomic_load(&shared->wait))
		return is_commit(packet);
	return atomic_fetch_sub(&shared->wait, 1) == 1;
}

static size_t
error_put(uint8_t *packet, uint8_t number)
{
	static const char text[] = "#HY000made by a test";
	const unsigned error = atomic_load(&shared->error);
	const uint8_t head[] = { 3 + sizeof text - 1, 0, 0, number, 0xff, (uint8_t)error,
	    (uint8_t)(error >> 8) };

	memcpy(packet, head, sizeof head);
	memcpy(packet + sizeof head, text, sizeof text - 1);
	return sizeof head + sizeof text - 1;
}

/* --- carrying ----------------------------------------------------------------------- */

/* Ends the connection if that fails. */
static void
carry(struct carried *c, int from)
{
	const ssize_t len = read(from, c->bytes, sizeof c->bytes);

	if (len <= 0)
		_exit(0);
	c->len = (size_t)len;
}

static void
deliver(struct carried *c, int to)
{
	if (write(to, c->bytes, c->len) != (ssize_t)c->len)
		_exit(0);
}

static void
answer_with_error(struct carried *c, const uint8_t *command)
{
	c->len = error_put(c->bytes, (uint8_t)(command[3] + 1));
	deliver(c, c->client);
}

/* Only rows have an end of their own. */
static void
spoil_end(struct carried *c)
{
	const uint8_t first = c->bytes[HEAD];
	uint8_t *last = c->bytes + (last_packet(c) - c->bytes);

	if (first != 0 && first != 0xff && last != c->bytes)
		c->len = (size_t)(last - c->bytes) + error_put(last, last[3]);
}

static void
lose(struct carried *c, enum lossy what)
{
	const struct timespec late = { 0, LATE_MS * 1000000L };

	if (what >= LOSSY_ANSWER_AND_SERVER)
		atomic_store(&shared->is_cut, true);
	if (what == LOSSY_COMMAND || what == LOSSY_COMMAND_AND_SERVER)
		_exit(0);
	if (what == LOSSY_LATE) {
		shutdown(c->client, SHUT_RDWR);
		nanosleep(&late, NULL);
	}
	deliver(c, c->server);
	carry(c, c->server);
	switch (what) {
	case LOSSY_END:
		spoil_end(c);
		deliver(c, c->client);
		return;
	case LOSSY_HALF:
		c->len /= 2;
		deliver(c, c->client);
		/* fallthrough */
	default:
		_exit(0);
	}
}

static void
carry_command(struct carried *c)
{
	const uint8_t *command;
	enum lossy what;

	carry(c, c->client);
	command = last_packet(c);
	if (!is_meant(command)) {
		deliver(c, c->server);
		return;
	}
	what = (enum lossy)atomic_exchange(&shared->next, LOSSY_NOT);
	atomic_fetch_add(&shared->count, 1);
	if (what == LOSSY_ERROR)
		answer_with_error(c, command);
	else
		lose(c, what);
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
	static struct carried c;
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };

	c.client = fds[0].fd = client;
	c.server = fds[1].fd = socket_at(path, &name);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (atomic_load(&shared->is_cut) ||
	    connect(c.server, (struct sockaddr *)&name, sizeof name) != 0)
		_exit(1);
	while (poll(fds, NELEM(fds), -1) > 0) {
		if (fds[0].revents)
			carry_command(&c);
		if (fds[1].revents) {
			carry(&c, c.server);
			deliver(&c, c.client);
		}
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
	lossy_at(0, what, 0);
}

void
lossy_at(unsigned n, enum lossy what, unsigned error)
{
	atomic_store(&shared->is_cut, false);
	atomic_store(&shared->wait, n);
	atomic_store(&shared->error, error);
	atomic_store(&shared->next, what);
}

unsigned
lossy_count(void)
{
	return atomic_load(&shared->count);
}
