// SPDX-License-Identifier: ISC
/* tests/server/owner_test.c - one master for a socket, and a socket for the master. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "server_test.h"
#include "test.h"

#define ROUNDS 12

/* The children of a process, up to max. */
static int
children_of(pid_t pid, pid_t *children, int max)
{
	char path[PATH_SIZE];
	int count = 0, child;
	FILE *in;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	in = fopen(path, "r");
	while (in && count < max && fscanf(in, "%d", &child) == 1)
		children[count++] = child;
	if (in)
		fclose(in);
	return count;
}

/* The workers of the configuration, once the master has forked the last of them. */
static int
base_workers(pid_t master, pid_t *children, int max)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	int count;

	while ((count = children_of(master, children, max)) < 2 && clock_steady_ms() < until_ms)
		service_breathe();
	return count;
}

/* Waits until one of them exits, and returns the other. */
static pid_t
the_other(pid_t one, pid_t other)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (clock_steady_ms() < until_ms) {
		if (service_exited(one))
			return other;
		if (service_exited(other))
			return one;
		service_breathe();
	}
	EXPECT_TRUE("one exits", false);
	return one;
}

/* Both find nobody at the socket; one of them must go. */
static void
two_at_once(void)
{
	struct daemon one, other;

	for (int i = 0; i < ROUNDS; i++) {
		daemon_prepare(&one, "");
		other = one;
		daemon_spawn(&one);
		daemon_spawn(&other);
		EXPECT_TRUE("one is ready", daemon_logged(&one, "ready at", 1));
		EXPECT_TRUE("one goes", daemon_logged(&one, "already running", 1));
		one.pid = the_other(one.pid, other.pid);
		EXPECT_TRUE("the socket is the other's", daemon_worker(&one) > 0);
		EXPECT_INT("ends", daemon_end(&one, SIGTERM), 0);
		EXPECT_INT("with its name", access(one.socket, F_OK), -1);
	}
}

/* Workers that cannot let go of the socket, because they are stopped, hold up nobody. */
static void
dead_master(void)
{
	struct daemon first, second;
	pid_t children[8];
	int count;

	daemon_prepare(&first, "");
	second = first;
	daemon_start(&first);
	EXPECT_TRUE("serves", daemon_worker(&first) > 0);
	count = base_workers(first.pid, children, 8);
	EXPECT_INT("workers", count, 2);
	for (int i = 0; i < count; i++)
		service_signal(children[i], SIGSTOP);
	EXPECT_INT("killed", daemon_end(&first, SIGKILL), -SIGKILL);
	daemon_spawn(&second);
	EXPECT_TRUE("the next one starts", daemon_logged(&second, "ready at", 2));
	EXPECT_TRUE("and serves", daemon_worker(&second) > 0);
	EXPECT_INT("ends", daemon_end(&second, SIGTERM), 0);
	for (int i = 0; i < count; i++)
		service_signal(children[i], SIGKILL);
}

/* What an owner without a lock, an older program, has is left to it. */
static void
older_program(void)
{
	char lock[PATH_SIZE + 8];
	struct daemon first, second;

	daemon_prepare(&first, "");
	second = first;
	daemon_start(&first);
	snprintf(lock, sizeof lock, "%s.lock", first.socket);
	EXPECT_INT("no lock", unlink(lock), 0);
	daemon_spawn(&second);
	EXPECT_TRUE("said", daemon_logged(&second, "already running", 1));
	EXPECT_INT("exits", service_wait(second.pid), EXIT_FAILURE);
	EXPECT_TRUE("serves", daemon_worker(&first) > 0);
	EXPECT_INT("ends", daemon_end(&first, SIGTERM), 0);
}

static const struct {
	const char *row, *command;
} losses[] = {
	{ "removed",            "rm $s" },
	{ "removed with all",   "rm -f $s $s.lock" },
	{ "moved",              "mv $s $s.moved" },
	{ "a dead socket",      "rm $s && cp -a $s.dead $s" },
};

/* Waits until a worker answers at the socket again: its process id, another than before. */
static pid_t
await_another(const struct daemon *s, pid_t before)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	pid_t pid = 0;
	int fd;

	while ((!pid || pid == before) && clock_steady_ms() < until_ms) {
		service_breathe();
		fd = client_connect(s->socket);
		if (fd < 0)
			continue;
		close(fd);
		pid = daemon_worker(s);
	}
	return pid;
}

/* A request that is under way at the old socket is answered all the same. */
static void
socket_lost(void)
{
	static const struct call slow = { .path = "/slow" };
	struct answer answer;
	struct daemon s;
	pid_t before;
	int fd;

	for (size_t i = 0; i < NELEM(losses); i++) {
		daemon_prepare(&s, "");
		setenv("s", s.socket, 1);
		daemon_start(&s);
		EXPECT_INT("a socket of nobody", system("cp -a $s $s.dead"), 0);
		before = daemon_worker(&s);
		fd = client_connect(s.socket);
		client_send(fd, &slow);
		EXPECT_INT(losses[i].row, system(losses[i].command), 0);
		EXPECT_TRUE(losses[i].row, await_another(&s, before) > 0);
		client_read(fd, &answer);
		EXPECT_INT(losses[i].row, answer.status, 200);
		EXPECT_INT(losses[i].row, daemon_log_count(&s, "was removed or replaced"), 1);
		EXPECT_INT(losses[i].row, daemon_log_count(&s, "listening again at"), 1);
		/* and the new one is kept by a reload */
		EXPECT_TRUE("reload", service_signal(s.pid, SIGHUP));
		EXPECT_TRUE("reloaded", daemon_logged(&s, "reloaded, with", 1));
		EXPECT_TRUE("serves", daemon_worker(&s) > 0);
		EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
		EXPECT_INT("with its name", access(s.socket, F_OK), -1);
	}
}

static CU_TestInfo tests[] = {
	{ "two at once", two_at_once },
	{ "a dead master", dead_master },
	{ "an older program", older_program },
	{ "a lost socket", socket_lost },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/owner_lock", tests);
