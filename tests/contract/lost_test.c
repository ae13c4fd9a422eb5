// SPDX-License-Identifier: ISC
/*
 * tests/contract/lost_test.c - what a process cannot recover from: files that are
 * removed, replaced or moved below it, and a map that cannot grow.  It must write
 * nothing that is lost, and ask to be replaced.  And writes that do not end.
 */
#include "contract.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/leave.h"
#include "base/scoreboard.h"
#include "small_disk.h"
#include "store_at.h"

/* $d is the directory; each command leaves what it moves within it or beside it. */
static const struct {
	const char *row, *command;
	bool opens;			/* for another process meanwhile */
} rows[] = {
	{ "data.mdb is removed",       "rm $d/data.mdb",                                  false },
	{ "data.mdb is moved",         "mv $d/data.mdb $d/moved.mdb",                     false },
	{ "data.mdb is replaced",      "cp $d/data.mdb $d/new && mv $d/new $d/data.mdb",  true },
	{ "data.mdb is made anew",     "cp $d/data.mdb $d/new && rm $d/data.mdb && "
	                               "mv $d/new $d/data.mdb",                           true },
	{ "data.mdb is a link to it",  "mv $d/data.mdb $d/moved.mdb && "
	                               "ln -s moved.mdb $d/data.mdb",                     false },
	{ "lock.mdb is removed",       "rm $d/lock.mdb",                                  false },
	{ "lock.mdb is replaced",      "cp $d/lock.mdb $d/new && mv $d/new $d/lock.mdb",  false },
	{ "both are removed",          "rm $d/lock.mdb $d/data.mdb",                      false },
	{ "both lock files are",       "rm $d/lock.mdb $d/lock.ns",                       false },
	{ "both are replaced",         "for f in mdb ns; do cp $d/lock.$f $d/new && "
	                               "mv $d/new $d/lock.$f; done",                      false },
	{ "all are removed",           "rm $d/*",                                         false },
	{ "the directory is moved",    "mv $d $d.moved",                                  false },
	{ "the directory is replaced", "mv $d $d.moved && cp -r $d.moved $d",             true },
};

static int
add_user(struct store *st, unsigned n)
{
	struct user user = contract_user(n);
	struct password password = contract_password(n);

	return store_user_add(st, &user, &password);
}

static void
run(const char *directory, const char *command)
{
	setenv("d", directory, 1);
	EXPECT_INT(command, system(command), 0);
}

/* Does another process open it, and write? */
static bool
is_opened(const char *directory)
{
	struct store *st = NULL;
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE) != 0 ||
		    add_user(st, 3) != 0);
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	EXPECT_TRUE("no crash", WIFEXITED(status));
	return status == 0;
}

/* In a process of its own, which is then told to leave. */
static void
lose(const char *row, const char *directory, const char *command, bool opens)
{
	const struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	EXPECT_VERDICT(row, add_user(st, 1), 0);
	EXPECT_TRUE(row, !leave_is_asked());
	run(directory, command);
	test_log_clear();
	EXPECT_VERDICT(row, add_user(st, 2), -EIO);
	EXPECT_TRUE(row, leave_is_asked());
	EXPECT_TRUE(row, test_logged("was removed, replaced or cut off"));
	/* what it still has open is not what others see */
	EXPECT_VERDICT(row, store_meta(st, &(struct meta){ .schema = 0 }), -EIO);
	EXPECT_INT(row, is_opened(directory), opens);
	store_close(&st);
}

static void
in_child(const char *row, void (*work)(const char *row, const char *directory, size_t at), size_t at)
{
	const char *directory = contract_directory();
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		work(row, directory, at);
		fflush(NULL);
		_exit(CU_get_number_of_failures() != 0);
	}
	EXPECT_INT(row, waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SMALL_DISK_NONE)
		printf("\n    %s: skipped, no file system can be mounted", row);
	else
		EXPECT_INT(row, status, 0);
}

static void
lose_row(const char *row, const char *directory, size_t at)
{
	lose(row, directory, rows[at].command, rows[at].opens);
	setenv("d", directory, 1);
	EXPECT_INT(row, system("rm -rf $d.moved"), 0);
}

static void
files_lost(void)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		in_child(rows[i].row, lose_row, i);
}

/* What tells the pid namespace is no lock: all go on together, and nothing is lost. */
static void
lose_namespace(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7);
	struct store *st = NULL;
	struct user user;

	(void)at;
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	run(directory, "rm $d/lock.ns");
	EXPECT_TRUE("another writes", is_opened(directory));
	EXPECT_VERDICT("and we do", add_user(st, 4), 0);
	for (unsigned n = 3; n <= 4; n++) {
		const struct uuid id = contract_uuid(n);

		EXPECT_VERDICT("both are there", store_user_get(st, &id, &user), 0);
	}
	store_close(&st);
}

static void
namespace_lost(void)
{
	in_child("lock.ns is removed", lose_namespace, 0);
}

/* --- a map that cannot grow ------------------------------------------------------- */

/* What is mapped now; ROOM_BYTES more are enough for all but a larger map. */
#define ROOM_BYTES ((rlim_t)8 << 20)

static rlim_t
mapped_bytes(void)
{
	FILE *in = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	EXPECT_INT("statm", in ? fscanf(in, "%lu", &pages) : 0, 1);
	if (in)
		fclose(in);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void
no_memory(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7);
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	const struct uuid id = contract_uuid(1);
	struct rlimit little = all;
	struct store *st = NULL;
	struct user user;
	int r = 0;

	(void)at;
	EXPECT_VERDICT(row, open_lmdb(&st, directory, 256 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	EXPECT_VERDICT(row, add_user(st, 1), 0);
	contract_fill(st, 15);
	little.rlim_cur = mapped_bytes() + ROOM_BYTES;
	EXPECT_INT(row, setrlimit(RLIMIT_AS, &little), 0);
	for (unsigned n = 2; n < 2000 && !r; n++)
		r = add_user(st, n);
	EXPECT_INT(row, setrlimit(RLIMIT_AS, &all), 0);
	EXPECT_VERDICT(row, r, -ENOMEM);
	EXPECT_TRUE(row, leave_is_asked());
	/* the map is gone: a fault, and no crash */
	EXPECT_VERDICT(row, store_meta(st, &(struct meta){ .schema = 0 }), -ENOMEM);
	store_close(&st);
	EXPECT_VERDICT(row, open_lmdb(&st, directory, 256 << 20, STORE_USE), 0);
	EXPECT_VERDICT(row, store_user_get(st, &id, &user), 0);
	store_close(&st);
}

static void
map_lost(void)
{
	if (SANITIZER)
		return;			/* it maps memory of its own */
	in_child("no memory for a larger map", no_memory, 0);
}

/* --- LMDB gives up ---------------------------------------------------------------------- */

/* LMDB writes its two meta pages, each in part, only when it commits. */
#define META_BYTES (2 * 4096)

static bool meta_fails;
static int write_error;			/* of every write to a database; 0: none */

const atomic_bool *contract_disk_hangs;

static void
hang(void)
{
	while (contract_disk_hangs && atomic_load(contract_disk_hangs))
		nanosleep(&(const struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* In place of the C library's, for all of this program. */
ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	hang();
	if (write_error) {
		errno = write_error;
		return -1;
	}
	if (meta_fails && at < META_BYTES && len < META_BYTES / 2) {
		errno = EIO;
		return -1;
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t
writev(int fd, const struct iovec *pieces, int count)
{
	hang();
	if (write_error) {
		errno = write_error;
		return -1;
	}
	return (ssize_t)syscall(SYS_writev, fd, pieces, count);
}

static void
panic(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7), id = contract_uuid(2);
	struct store *st = NULL;
	struct user user;

	(void)at;
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	meta_fails = true;
	EXPECT_VERDICT("the write", add_user(st, 2), -EIO);
	meta_fails = false;
	EXPECT_TRUE("told at once", leave_is_asked() && test_logged("a write failed half way"));
	EXPECT_VERDICT("a read", store_user_get(st, &id, &user), -EIO);
	EXPECT_VERDICT("another write", add_user(st, 2), -EIO);
	store_close(&st);
	EXPECT_VERDICT("the next process", open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
	    STORE_USE), 0);
	EXPECT_VERDICT("nothing was written", store_user_get(st, &id, &user), V_NOT_FOUND);
	EXPECT_VERDICT("goes on", add_user(st, 2), 0);
	store_close(&st);
}

static void
given_up(void)
{
	test_log_clear();
	in_child("a meta page that cannot be written", panic, 0);
}

/* --- a disk that takes no writes for a while ---------------------------------------------- */

static const struct { const char *row; int error, want; } refusals[] = {
	{ "read-only", EROFS,  -EROFS },
	{ "failing",   EIO,    -EIO },
	{ "full",      ENOSPC, -ENOSPC },
	{ "a quota",   EDQUOT, -ENOSPC },
};

/* The write fails, and nothing else; the next one needs no other process. */
static void
refused(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7), id = contract_uuid(1);
	struct store *st = NULL;
	struct user user;

	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	EXPECT_VERDICT(row, add_user(st, 1), 0);
	for (int k = 0; k < 3; k++) {
		write_error = refusals[at].error;
		EXPECT_VERDICT(row, add_user(st, 2), refusals[at].want);
		EXPECT_VERDICT("reads go on", store_user_get(st, &id, &user), 0);
		write_error = 0;
		EXPECT_TRUE("it stays", !leave_is_asked());
		EXPECT_VERDICT("and writes go on", add_user(st, 3 + (unsigned)k), 0);
	}
	EXPECT_VERDICT("and that one too", add_user(st, 2), 0);
	store_close(&st);
}

static void
writes_refused(void)
{
	for (size_t i = 0; i < NELEM(refusals); i++)
		in_child(refusals[i].row, refused, i);
}

/* A file system that was read-only when the service started. */
static void
read_only(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	(void)at;
	small_disk_mount(directory);
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	store_close(&st);
	EXPECT_INT(row, mount(NULL, directory, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	test_log_clear();
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), -EROFS);
	EXPECT_TRUE(row, test_logged("Read-only file system"));
	EXPECT_INT(row, mount(NULL, directory, NULL, MS_REMOUNT, NULL), 0);
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT(row, add_user(st, 1), 0);
	store_close(&st);
}

/* Leaves no more than those in use. */
static void
take_inodes(const char *directory)
{
	struct statvfs disk;
	char option[64];

	EXPECT_INT(directory, statvfs(directory, &disk), 0);
	snprintf(option, sizeof option, "nr_inodes=%lu",
	    (unsigned long)(disk.f_files - disk.f_ffree));
	EXPECT_INT(option, mount(NULL, directory, NULL, MS_REMOUNT, option), 0);
}

/* Files that are open need no more of them. */
static void
no_inodes(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7), id = contract_uuid(1);
	struct store *st = NULL;
	struct user user;

	(void)at;
	small_disk_mount(directory);
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	run(directory, "mkdir $d/1 $d/2");
	take_inodes(directory);
	run(directory, "! mkdir $d/3 2>/dev/null");
	EXPECT_VERDICT("a write", add_user(st, 1), 0);
	store_close(&st);
	EXPECT_VERDICT("opens", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT("a read", store_user_get(st, &id, &user), 0);
	EXPECT_VERDICT("a write", add_user(st, 2), 0);
	store_close(&st);
	run(directory, "rm $d/lock.mdb && touch $d/in-its-place");
	EXPECT_VERDICT("no file can be made", open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
	    STORE_USE), -ENOSPC);
	run(directory, "rmdir $d/2");
	EXPECT_VERDICT("room again", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT("a write", add_user(st, 3), 0);
	store_close(&st);
}

static void
file_systems(void)
{
	in_child("a read-only file system", read_only, 0);
	in_child("no inodes", no_inodes, 0);
}

/* --- writes that do not end ----------------------------------------------------------- */

/* A worker that waits for its write until it is killed. */
static pid_t
start_waiter(const char *directory)
{
	int out[2];
	char byte;
	pid_t pid;

	EXPECT_INT("pipe", pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		close(out[0]);
		if (scoreboard_open(directory) || scoreboard_join())
			_exit(1);
		scoreboard_enter(STATE_STORING);
		if (write(out[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(out[1]);
	EXPECT_INT("waits", read(out[0], &byte, 1), 1);
	close(out[0]);
	return pid;
}

static void
stalled(const char *row, const char *directory, size_t at)
{
	const struct uuid instance = contract_uuid(7), id = contract_uuid(1);
	struct store *st = NULL;
	struct user user;
	pid_t waiter;
	int r = 0;

	(void)at;
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT(row, store_init(st, &instance, 1), 0);
	waiter = start_waiter(directory);
	EXPECT_VERDICT("no worker is refused nothing", add_user(st, 1), 0);
	EXPECT_VERDICT(row, scoreboard_open(directory), 0);
	EXPECT_VERDICT(row, scoreboard_join(), 0);
	EXPECT_VERDICT("not at once", add_user(st, 2), 0);
	for (unsigned n = 3; n < 100000 && !r; n++)
		r = add_user(st, n);
	EXPECT_VERDICT("half wait", r, -EAGAIN);
	EXPECT_VERDICT("reads go on", store_user_get(st, &id, &user), 0);
	kill(waiter, SIGKILL);
	waitpid(waiter, NULL, 0);
	scoreboard_ended(waiter);
	EXPECT_VERDICT("and writes, after that", add_user(st, 2), 0);
	scoreboard_close();
	store_close(&st);
}

static void
writes_stalled(void)
{
	in_child("a worker waits", stalled, 0);
}

CU_TestInfo lost_tests[] = {
	{ "stalled writes", writes_stalled },
	{ "files lost", files_lost },
	{ "namespace lost", namespace_lost },
	{ "map lost", map_lost },
	{ "given up", given_up },
	{ "writes are refused", writes_refused },
	{ "file systems", file_systems },
	CU_TEST_INFO_NULL,
};
