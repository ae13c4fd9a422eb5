// SPDX-License-Identifier: ISC
#include "base/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "unit.h"

#define PATH_SIZE 256

static char path[PATH_SIZE];

static struct slots
prepare(void)
{
	struct slots slots = { .fd = -1 };

	log_open("/dev/null", LOG_LEVEL_ERROR);
	snprintf(path, sizeof path, "%s/slots", test_directory());
	EXPECT_VERDICT("open", slots_open(&slots, path), 0);
	return slots;
}

static struct slots
another(void)
{
	struct slots slots = { .fd = -1 };

	EXPECT_VERDICT("open again", slots_open(&slots, path), 0);
	return slots;
}

static void
counted(void)
{
	struct slots mine = prepare(), other = another();
	struct slot a = SLOT_NONE, b = SLOT_NONE, c = SLOT_NONE;

	EXPECT_VERDICT("first", slot_take(&mine, 2, &a), 0);
	EXPECT_VERDICT("second", slot_take(&other, 2, &b), 0);
	EXPECT_TRUE("not the same", a.at != b.at);
	EXPECT_VERDICT("all held", slot_take(&other, 1, &c), V_UNAVAILABLE);
	EXPECT_TRUE("output untouched", !c.slots);
	EXPECT_TRUE("held by one", !slot_is_free(&other, a.at));
	EXPECT_TRUE("and known to it", !slot_is_free(&mine, a.at));
	slot_leave(&a);
	EXPECT_TRUE("left", !a.slots);
	EXPECT_TRUE("free", slot_is_free(&other, 0));
	EXPECT_VERDICT("free again", slot_take(&other, 1, &c), 0);
	EXPECT_VERDICT("none", slot_take(&mine, 0, &a), V_UNAVAILABLE);
	slot_leave(&c);
	slot_leave(&b);
	slots_close(&mine);
	slots_close(&other);
}

/* A process does not block on its own locks; the slots must see to that. */
static void
held_here(void)
{
	struct slots mine = prepare(), other = another();
	struct slot a = SLOT_NONE, b = SLOT_NONE, c = SLOT_NONE;

	EXPECT_VERDICT("first", slot_take(&mine, 2, &a), 0);
	EXPECT_VERDICT("second", slot_take(&mine, 2, &b), 0);
	EXPECT_TRUE("not the same", a.at != b.at);
	EXPECT_VERDICT("all held", slot_take(&mine, 2, &c), V_UNAVAILABLE);
	EXPECT_VERDICT("for others too", slot_take(&other, 2, &c), V_UNAVAILABLE);
	slot_leave(&a);
	EXPECT_VERDICT("free again", slot_take(&mine, 2, &c), 0);
	slots_close(&mine);
	slots_close(&other);
}

static void
left_twice(void)
{
	struct slots mine = prepare(), other = another();
	struct slot a = SLOT_NONE, b = SLOT_NONE, none = SLOT_NONE;

	slot_leave(&none);
	EXPECT_VERDICT("first", slot_take(&mine, 1, &a), 0);
	slot_leave(&a);
	EXPECT_VERDICT("another's", slot_take(&other, 1, &b), 0);
	slot_leave(&a);
	EXPECT_VERDICT("still another's", slot_take(&mine, 1, &none), V_UNAVAILABLE);
	slot_leave(&b);
	slots_close(&mine);
	slots_close(&mine);
	slots_close(&other);
}

/* A descriptor of the same file that is closed elsewhere drops no lock. */
static void
others_close(void)
{
	struct slots mine = prepare(), other = another();
	struct slot a = SLOT_NONE, b = SLOT_NONE;
	int fd;

	EXPECT_VERDICT("take", slot_take(&mine, 1, &a), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	EXPECT_VERDICT("still held", slot_take(&other, 1, &b), V_UNAVAILABLE);
	slots_close(&mine);
	EXPECT_VERDICT("closed by its owner", slot_take(&other, 1, &b), 0);
	slots_close(&other);
}

/* Takes the slot, reports it, and waits to be killed. */
static pid_t
holder(int out)
{
	struct slot slot = SLOT_NONE;
	pid_t pid = fork();

	if (pid == 0) {
		struct slots slots = { .fd = -1 };

		if (slots_open(&slots, path) || slot_take(&slots, 1, &slot) ||
		    write(out, "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	return pid;
}

static void
killed(void)
{
	struct slots mine = prepare();
	struct slot slot = SLOT_NONE;
	int status, fds[2];
	char byte = '\0';
	pid_t pid;

	EXPECT_INT("pipe", pipe(fds), 0);
	fflush(stdout);
	pid = holder(fds[1]);
	close(fds[1]);			/* if it fails, nothing is to be waited for */
	EXPECT_INT("it holds", read(fds[0], &byte, 1), 1);
	EXPECT_VERDICT("held", slot_take(&mine, 1, &slot), V_UNAVAILABLE);
	kill(pid, SIGKILL);
	EXPECT_INT("killed", waitpid(pid, &status, 0), pid);
	EXPECT_VERDICT("free", slot_take(&mine, 1, &slot), 0);
	slots_close(&mine);
	close(fds[0]);
}

static void
files(void)
{
	struct slots slots = prepare();
	struct slot slot = SLOT_NONE;
	char link[PATH_SIZE + 8];
	struct stat st;

	EXPECT_INT("made", stat(path, &st), 0);
	EXPECT_INT("not for others", st.st_mode & 0007, 0);
	EXPECT_INT("not for programs", fcntl(slots.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	slots_close(&slots);
	EXPECT_INT("closed", slots.fd, -1);
	EXPECT_VERDICT("no file", slot_take(&slots, 1, &slot), -EBADF);
	snprintf(link, sizeof link, "%s.link", path);
	EXPECT_INT("link", symlink(path, link), 0);
	EXPECT_VERDICT("a link", slots_open(&slots, link), -ELOOP);
	EXPECT_VERDICT("no directory", slots_open(&slots, "/nowhere/at/all"), -ENOENT);
	EXPECT_VERDICT("a directory", slots_open(&slots, "/"), -EISDIR);
	EXPECT_INT("none is open", slots.fd, -1);
}

static CU_TestInfo tests[] = {
	{ "counted", counted },
	{ "held here", held_here },
	{ "left twice", left_twice },
	{ "others close", others_close },
	{ "killed", killed },
	{ "files", files },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/slots", tests);
