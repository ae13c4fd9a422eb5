// SPDX-License-Identifier: ISC
/*
 * tests/contract/files_test.c - what store and cache do not open: links, what is no
 * file, files of others, and what another pid namespace has open; and what waits.
 */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mdb_files.h"
#include "cache/cache.h"
#include "store_at.h"

#define NOBODY	65534
#define OTHER	65533
#define SKIPPED	77

/* --- what is opened ------------------------------------------------------------ */

static int
try_store(const char *directory)
{
	struct store *st = NULL;
	int r;

	r = open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE);
	store_close(&st);
	return r;
}

static int
try_cache(const char *directory)
{
	static const struct cache_table table = { "entries", 0 };
	struct cache *cache = NULL;
	int r;

	r = cache_open(&cache, directory, &table, 1);
	cache_close(&cache);
	return r;
}

static const struct {
	const char *row;
	int (*try)(const char *directory);
} kinds[] = {
	{ "store", try_store },
	{ "cache", try_cache },
};

static const char *const names[] = { "data.mdb", "lock.mdb", "lock.ns" };

/* --- what lies there instead --------------------------------------------------- */

static int
link_to_file(const char *path, const char *elsewhere)
{
	int fd = open(elsewhere, O_WRONLY | O_CREAT, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	return symlink(elsewhere, path);
}

static int
link_to_nothing(const char *path, const char *elsewhere)
{
	return symlink(elsewhere, path);
}

static int
fifo(const char *path, const char *elsewhere)
{
	(void)elsewhere;
	return mkfifo(path, 0600);
}

static int
directory_there(const char *path, const char *elsewhere)
{
	(void)elsewhere;
	return mkdir(path, 0700);
}

static const struct {
	const char *row;
	int (*put)(const char *path, const char *elsewhere);
	int want;
	const char *logged;
} things[] = {
	{ "a link",            link_to_file,    -EPERM,  "is a link" },
	{ "a link to nothing", link_to_nothing, -EPERM,  "is a link" },
	{ "a fifo",            fifo,            -EPERM,  "is not a file" },
	{ "a directory",       directory_there, -EISDIR, "" },
};

static off_t
bytes_in(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? file.st_size : -1;
}

static void
no_files(void)
{
	char row[96], path[200], elsewhere[200];

	for (size_t i = 0; i < NELEM(kinds) * NELEM(things) * NELEM(names); i++) {
		const size_t kind = i % NELEM(kinds), name = i / NELEM(kinds) % NELEM(names);
		const size_t thing = i / NELEM(kinds) / NELEM(names);
		const char *directory = contract_directory();
		off_t before;

		snprintf(row, sizeof row, "%s: %s is %s", kinds[kind].row, names[name],
		    things[thing].row);
		snprintf(path, sizeof path, "%s/%s", directory, names[name]);
		snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", contract_directory());
		EXPECT_INT(row, things[thing].put(path, elsewhere), 0);
		before = bytes_in(elsewhere);
		test_log_clear();
		EXPECT_VERDICT(row, kinds[kind].try(directory), things[thing].want);
		EXPECT_TRUE(row, test_logged(names[name]));
		EXPECT_TRUE(row, test_logged(things[thing].logged));
		EXPECT_INT("what it leads to is untouched", bytes_in(elsewhere), before);
	}
}

/* The owners of directory and file, and the user that opens it. */
static void
owners(void)
{
	static const struct { const char *row; uid_t directory, file; int want; } t[] = {
		{ "all ours",                0,      0,      0 },
		{ "the directory's owner's", NOBODY, NOBODY, 0 },
		{ "ours in its directory",   NOBODY, 0,      0 },
		{ "another's",               NOBODY, OTHER,  -EPERM },
		{ "another's in ours",       0,      OTHER,  -EPERM },
	};
	char row[96], path[200];

	if (geteuid() != 0) {
		printf("skipped, takes root ...");
		return;
	}
	for (size_t i = 0; i < NELEM(t) * NELEM(kinds) * NELEM(names); i++) {
		const size_t kind = i % NELEM(kinds), name = i / NELEM(kinds) % NELEM(names);
		const size_t n = i / NELEM(kinds) / NELEM(names);
		const char *directory = contract_directory();

		snprintf(row, sizeof row, "%s: %s %s", kinds[kind].row, names[name], t[n].row);
		snprintf(path, sizeof path, "%s/%s", directory, names[name]);
		EXPECT_VERDICT(row, kinds[kind].try(directory), 0);
		EXPECT_INT(row, chown(directory, t[n].directory, 0), 0);
		EXPECT_INT(row, chown(path, t[n].file, 0), 0);
		test_log_clear();
		EXPECT_VERDICT(row, kinds[kind].try(directory), t[n].want);
		EXPECT_TRUE(row, test_logged("belongs to user 65533") == (t[n].want != 0));
	}
}

/* --- pid namespaces ------------------------------------------------------------ */

/* In the first process of a new namespace: holds what it opens until it is killed. */
static void
hold(const char *directory, int (*try)(const char *), int out)
{
	static const struct cache_table table = { "entries", 0 };
	struct cache *cache = NULL;
	struct store *st = NULL;
	char failed;

	failed = try == try_store ?
	    open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE) != 0 :
	    cache_open(&cache, directory, &table, 1) != 0;
	if (write(out, &failed, 1) == 1)
		pause();
	_exit(1);
}

/* A child that holds directory open in a pid namespace of its own; *pid is its first process. */
static bool
hold_elsewhere(const char *directory, int (*try)(const char *), pid_t *pid)
{
	int out[2];
	pid_t child;
	char failed = 1;

	if (pipe(out) != 0)
		abort();
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
			_exit(SKIPPED);
		child = fork();
		if (child == 0)
			hold(directory, try, out[1]);
		close(out[1]);
		_exit(waitpid(child, NULL, 0) != child);
	}
	close(out[1]);
	if (read(out[0], &failed, 1) != 1)
		failed = 1;
	close(out[0]);
	*pid = child;
	return !failed;
}

/* Kills the child and, as the namespace's parent, what it has started. */
static void
end_elsewhere(pid_t pid)
{
	char path[64];
	FILE *file;
	int first;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "r");
	if (file && fscanf(file, "%d", &first) == 1)
		kill(first, SIGKILL);
	if (file)
		fclose(file);
	waitpid(pid, NULL, 0);
}

static void
namespaces(void)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		const char *directory = contract_directory();
		pid_t pid;

		EXPECT_VERDICT("ours at first", kinds[i].try(directory), 0);
		if (!hold_elsewhere(directory, kinds[i].try, &pid)) {
			int status;

			waitpid(pid, &status, 0);
			EXPECT_INT("no namespace to be had", WEXITSTATUS(status), SKIPPED);
			printf("skipped, takes a pid namespace ...");
			return;
		}
		test_log_clear();
		EXPECT_VERDICT(kinds[i].row, kinds[i].try(directory), -EBUSY);
		EXPECT_TRUE(kinds[i].row, test_logged("another pid namespace"));
		end_elsewhere(pid);
		EXPECT_VERDICT("its end lets us in", kinds[i].try(directory), 0);
		EXPECT_TRUE("and others after us", hold_elsewhere(directory, kinds[i].try, &pid));
		end_elsewhere(pid);
	}
}

/* Two processes of one namespace share it. */
static void
shared(void)
{
	const char *directory = contract_directory();
	GUARD(store_close) struct store *st = NULL;
	int status = -1;
	pid_t pid;

	EXPECT_VERDICT("create", try_store(directory), 0);
	pid = fork();
	if (pid == 0) {
		pid = fork();
		if (pid == 0)
			_exit(open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE) != 0);
		if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
			_exit(2);
		_exit(waitpid(pid, &status, 0) != pid || status);
	}
	EXPECT_INT("children", waitpid(pid, &status, 0), pid);
	EXPECT_INT("children", status, 0);
}

/* --- one that keeps all others out ---------------------------------------------- */

#define WAITING 3

/* What the kernel says of a process: R, S, D, Z ... */
static char
state_of(pid_t pid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	if (file)
		fclose(file);
	return state;
}

/* A child that opens the store and ends, once it waits for held or has ended. */
static pid_t
open_later(const char *directory, int held)
{
	pid_t pid = fork();
	char state;

	if (pid == 0) {
		close(held);
		_exit(open_lmdb(&(struct store *){ NULL }, directory, CONTRACT_BYTES_MAX,
		    STORE_USE) != 0);
	}
	do {
		sched_yield();
		state = state_of(pid);
	} while (state != 'S' && state != 'Z' && state != '?');
	return pid;
}

/* As a compaction ends, or is killed: the next process makes the lock file that it removed. */
static void
kept_out(void)
{
	const char *directory = contract_store_made();
	pid_t pids[WAITING];
	char path[200];
	int held = -1, status;

	snprintf(path, sizeof path, "%s/lock.mdb", directory);
	EXPECT_VERDICT("alone", mdb_files_alone(&held, "store", directory, 0660), 0);
	EXPECT_INT("remove", unlink(path), 0);
	for (size_t i = 0; i < NELEM(pids); i++)
		pids[i] = open_later(directory, held);
	close(held);
	for (size_t i = 0; i < NELEM(pids); i++) {
		EXPECT_INT("wait", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("all that waited are let in", status, 0);
	}
}

CU_TestInfo files_tests[] = {
	{ "no files", no_files },
	{ "owners", owners },
	{ "pid namespaces", namespaces },
	{ "shared", shared },
	{ "kept out", kept_out },
	CU_TEST_INFO_NULL,
};
