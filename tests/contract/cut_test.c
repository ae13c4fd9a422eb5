// SPDX-License-Identifier: ISC
/*
 * tests/contract/cut_test.c - files of a store are cut off below processes that have it open:
 * what they read is what was written, or a fault; what they were told is written is there;
 * and no process dies of it.
 */
#include "contract.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "store_at.h"

#define USERS	40
#define WRITES	60
#define WRITERS	3

/* A number of a token of a writer. */
#define TOKEN(writer, n) (1000u + (unsigned)(writer) * 1000u + (unsigned)(n))

/* Which writes were acknowledged, in memory that all processes share; and wrong answers. */
struct told {
	atomic_bool written[WRITERS][WRITES];
	atomic_uint wrong;
};

static struct told *
told_new(void)
{
	void *at = mmap(NULL, sizeof(struct told), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		abort();
	return at;
}

static const char *
populate(void)
{
	const char *directory = contract_directory();
	GUARD(store_close) struct store *st = NULL;
	struct uuid instance = contract_uuid(7);

	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	for (unsigned i = 1; i <= USERS; i++)
		contract_add_user(st, i);
	return directory;
}

/* The one file in the directory whose name begins so. */
static void
path_of(char path[PATH_MAX], const char *directory, const char *begins)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;

	path[0] = '\0';
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, begins, strlen(begins)) == 0)
			path_in(path, directory, entry->d_name);
	}
	closedir(dir);
	EXPECT_TRUE(begins, *path);
}

static void
read_users(struct store *st, struct told *told)
{
	struct user user, want;
	int r;

	for (unsigned i = 1; i <= USERS; i++) {
		want = contract_user(i);
		r = store_user_get(st, &want.id, &user);
		told->wrong += r > 0 || (!r && !record_same(&user_kind, &user, &want));
		r = store_user_find(st, IDENTITY_LOGIN, want.email, &user);
		told->wrong += r > 0 || (!r && !record_same(&user_kind, &user, &want));
	}
}

static void
write_tokens(struct store *st, unsigned writer, struct told *told)
{
	for (unsigned n = 0; n < WRITES; n++) {
		struct token token = contract_token(TOKEN(writer, n), 1 + n % USERS);
		int r = store_token_add(st, &token, 9999, NOW_MS);

		told->wrong += r > 0;
		told->written[writer][n] = r == 0;
	}
}

static void
all_are_there(const char *row, const char *directory, const struct told *told)
{
	GUARD(store_close) struct store *st = NULL;
	struct token token;

	EXPECT_INT(row, told->wrong, 0);
	EXPECT_VERDICT(row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (unsigned writer = 0; st && writer < WRITERS; writer++) {
		for (unsigned n = 0; n < WRITES; n++) {
			token = contract_token(TOKEN(writer, n), 1);
			if (told->written[writer][n])
				EXPECT_VERDICT(row, store_token_find(st, token.digest, NOW_MS,
				    &token), 0);
		}
	}
}

/* A child process in which *st is open; its pid here. */
static pid_t
fork_with(const char *directory, struct store **st)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	test_log_clear();
	if (open_lmdb(st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		_exit(9);
	store_share(*st);
	return 0;
}

/* --- one process --------------------------------------------------------------------- */

static pid_t
use_cut(const char *directory, const char *file, off_t bytes, struct told *told)
{
	struct store *st = NULL;
	char path[PATH_MAX];
	const pid_t pid = fork_with(directory, &st);

	if (pid)
		return pid;
	write_tokens(st, 0, told);
	path_of(path, directory, file);
	if (truncate(path, bytes) != 0)
		_exit(9);
	read_users(st, told);
	write_tokens(st, 1, told);
	read_users(st, told);
	store_close(&st);
	_exit(0);
}

static void
each_file(void)
{
	static const char *const files[] = { "lock.mdb", "lock.ns", "last-commit", "commits-",
	    "data.mdb" };
	static const off_t sizes[] = { 0, 100, 4096, 5000, 8192, 20480, 40960 };

	for (size_t i = 0; i < NELEM(files) * NELEM(sizes); i++) {
		const char *file = files[i / NELEM(sizes)];
		const off_t bytes = sizes[i % NELEM(sizes)];
		const char *directory = populate();
		const char *row = arena_printf(test_mem(), "%s of %d bytes", file, (int)bytes);
		struct told *told = told_new();
		int status = -1;

		waitpid(use_cut(directory, file, bytes, told), &status, 0);
		EXPECT_INT(row, status, 0);
		EXPECT_INT(row, told->wrong, 0);
		/* what is cut off of the database is not there again */
		if (strcmp(file, "data.mdb") != 0)
			all_are_there(row, directory, told);
		munmap(told, sizeof *told);
	}
}

/* --- processes that share commits ------------------------------------------------------ */

static pid_t
write_apart(const char *directory, unsigned writer, struct told *told)
{
	struct store *st = NULL;
	const pid_t pid = fork_with(directory, &st);

	if (pid)
		return pid;
	write_tokens(st, writer, told);
	read_users(st, told);
	store_close(&st);
	_exit(0);
}

/* Cut at another place again and again while they write. */
static void
shared_commits(void)
{
	const char *directory = populate();
	GUARD(store_close) struct store *sharer = NULL;
	struct told *told = told_new();
	unsigned running = WRITERS, state = 1;
	char path[PATH_MAX];
	struct stat file;
	int status;

	EXPECT_VERDICT("open", open_lmdb(&sharer, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	store_share(sharer);
	path_of(path, directory, "commits-");
	EXPECT_INT("size", stat(path, &file), 0);
	for (unsigned writer = 0; writer < WRITERS; writer++)
		write_apart(directory, writer, told);
	while (running) {
		state = state * 1103515245 + 12345;
		EXPECT_INT("cut", truncate(path, state / 65536 % 65536), 0);
		EXPECT_INT("as long as before", truncate(path, file.st_size), 0);
		if (waitpid(-1, &status, WNOHANG) <= 0)
			continue;
		EXPECT_INT("a writer", status, 0);
		running--;
	}
	store_close(&sharer);
	all_are_there("acknowledged", directory, told);
	munmap(told, sizeof *told);
}

CU_TestInfo cut_tests[] = {
	{ "each file", each_file },
	{ "shared commits", shared_commits },
	CU_TEST_INFO_NULL,
};
