// SPDX-License-Identifier: ISC
/*
 * tests/contract/commit_test.c - a token was revoked last, and the file is then brought to a
 * former state, in each way that there is: the token is never valid again.
 */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb/lmdb_commit.h"
#include "store/store_care.h"
#include "store_at.h"

#define MIB		((uint64_t)1024 * 1024)
#define PAGE		4096
/* Of LMDB's two pages about states: their heads, and what one says of its state. */
#define STATE_BYTES	(16 + 136)
#define NUMBER_AT	(STATE_BYTES - 8)

static const char *directory;
static char data[256], last[256], aside[256];

static void
copy_file(const char *from, const char *to)
{
	char bytes[PAGE];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t got;

	if (!in || !out)
		abort();
	while ((got = fread(bytes, 1, sizeof bytes, in)) > 0) {
		if (fwrite(bytes, 1, got, out) != got)
			abort();
	}
	fclose(in);
	if (fclose(out) != 0)
		abort();
}

/* Before the last commit the file is copied aside. */
static void
make(void)
{
	struct token token = contract_token(10, 1), other = contract_token(11, 1);
	struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	directory = contract_directory();
	snprintf(data, sizeof data, "%s/data.mdb", directory);
	snprintf(last, sizeof last, "%s/%s", directory, COMMIT_FILE);
	snprintf(aside, sizeof aside, "%s/aside", directory);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 5), 0);
	store_close(&st);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("other", store_token_add(st, &other, 9, NOW_MS), 0);
	store_close(&st);
	copy_file(data, aside);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("revoke", store_token_drop_id(st, &token.user, &token.id, NOW_MS, &token), 0);
	store_close(&st);
	test_log_clear();
}

/* What a service that starts now says to the revoked token: -errno if it does not start. */
static int
present(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct token token = contract_token(10, 1);
	int r;

	r = open_lmdb(&st, directory, 4 * MIB, STORE_USE);
	return r ? r : store_token_find(st, token.digest, NOW_MS, &token);
}

static void
flip(const char *path, off_t at, unsigned bit)
{
	int fd = open(path, O_RDWR);
	uint8_t byte;

	if (fd < 0 || pread(fd, &byte, 1, at) != 1)
		abort();
	byte ^= (uint8_t)(1 << bit);
	if (pwrite(fd, &byte, 1, at) != 1)
		abort();
	close(fd);
}

/* Not 1, which is the exit status of a sanitizer. */
#define PRESENT 42

/* LMDB may crash of it. */
static int
present_in_child(void)
{
	int status, null;
	pid_t pid = fork();

	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		_exit(present() == 0 ? PRESENT : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) && WEXITSTATUS(status) == PRESENT ? 0 : V_NOT_FOUND;
}

/* Each bit of what LMDB says of its two states. */
static void
each_bit(void)
{
	char row[64];

	make();
	EXPECT_VERDICT("as it is", present(), V_NOT_FOUND);
	for (off_t at = 0; at < 2 * STATE_BYTES; at++) {
		const off_t where = at < STATE_BYTES ? at : PAGE + at - STATE_BYTES;

		for (unsigned bit = 0; bit < 8; bit++) {
			snprintf(row, sizeof row, "byte %lld, bit %u", (long long)where, bit);
			flip(data, where, bit);
			EXPECT_VERDICT(row, present_in_child(), V_NOT_FOUND);
			flip(data, where, bit);
		}
	}
	EXPECT_VERDICT("as it was", present(), V_NOT_FOUND);
}

/* The numbers of both states. */
static void
read_numbers(uint64_t numbers[2])
{
	int fd = open(data, O_RDONLY);

	for (int i = 0; i < 2; i++) {
		if (pread(fd, &numbers[i], sizeof *numbers, i * PAGE + NUMBER_AT) !=
		    sizeof *numbers)
			abort();
	}
	close(fd);
}

static void
set_number(int page, uint64_t number)
{
	int fd = open(data, O_WRONLY);

	if (pwrite(fd, &number, sizeof number, page * PAGE + NUMBER_AT) != sizeof number)
		abort();
	close(fd);
}

/* What a reader meets between whose two looks at LMDB's numbers others commit twice. */
static void
newer_state(void)
{
	uint64_t numbers[2];

	make();
	read_numbers(numbers);
	for (int page = 0; page < 2; page++)
		set_number(page, numbers[page] - 2);
	EXPECT_VERDICT("no alarm", present(), V_NOT_FOUND);
}

/* A former state, with and without the file that has the number of the last one. */
static void
former_states(void)
{
	static const struct { const char *row; bool later, lost; int64_t by; int want; } t[] = {
		{ "the last one's number is lower",           true,  false, -2, -EUCLEAN },
		{ "by much",                                  true,  false, -4, -EUCLEAN },
		{ "the former one's number is higher",        false, false, 4,  -EUCLEAN },
		{ "so, and the file is lost",                 false, true,  4,  -EUCLEAN },
		{ "the last one's number is higher",          true,  true,  8,  -EUCLEAN },
		{ "nothing is wrong, and the file is lost",   true,  true,  0,  V_NOT_FOUND },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		uint64_t numbers[2];
		int page;

		make();
		read_numbers(numbers);
		page = (numbers[1] > numbers[0]) == t[i].later;
		set_number(page, numbers[page] + (uint64_t)t[i].by);
		if (t[i].lost)
			EXPECT_INT(t[i].row, unlink(last), 0);
		EXPECT_VERDICT(t[i].row, present(), t[i].want);
		EXPECT_TRUE(t[i].row, t[i].want != -EUCLEAN || test_logged("check --repair"));
	}
}

static int
restore_from(const char *path)
{
	const struct store_where where = store_at(directory, 4 * MIB);
	struct store_restore how = { .fd = open(path, O_RDONLY), .now_ms = NOW_MS,
	    .drop_tokens = true };
	int r = store_restore(&where, &how);

	close(how.fd);
	return r;
}

/* A copy of before, which is whole. */
static void
older_copy(void)
{
	struct store_restore compact = { .now_ms = NOW_MS };
	struct store_where where;

	make();
	where = store_at(directory, 4 * MIB);
	copy_file(aside, data);
	EXPECT_VERDICT("refused", present(), -EUCLEAN);
	EXPECT_VERDICT("and again", present(), -EUCLEAN);
	EXPECT_VERDICT("not compacted", store_compact(&where, &compact), -EUCLEAN);
	EXPECT_VERDICT("but restored", restore_from(aside), 0);
	EXPECT_VERDICT("without its tokens", present(), V_NOT_FOUND);
}

/* Numbers go on where another file takes the place of the database. */
static void
older_than_a_copy(void)
{
	struct store_restore compact = { .now_ms = NOW_MS };
	struct store_where where;
	char before[256];

	make();
	where = store_at(directory, 4 * MIB);
	snprintf(before, sizeof before, "%s/before", directory);
	copy_file(data, before);
	EXPECT_VERDICT("compact", store_compact(&where, &compact), 0);
	EXPECT_VERDICT("compacted", present(), V_NOT_FOUND);
	copy_file(aside, data);
	EXPECT_VERDICT("older than compacted", present(), -EUCLEAN);
	EXPECT_VERDICT("restore", restore_from(before), 0);
	EXPECT_VERDICT("restored", present(), V_NOT_FOUND);
	copy_file(before, data);
	EXPECT_VERDICT("the very backup", present(), -EUCLEAN);
	EXPECT_VERDICT("restore", restore_from(aside), 0);
	EXPECT_VERDICT("restored", present(), V_NOT_FOUND);
	copy_file(before, data);
	EXPECT_VERDICT("newer than the backup, but older", present(), -EUCLEAN);
}

static uint64_t
generation(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct user user = { .gen = 0 };
	struct uuid id = contract_uuid(1);

	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("user", store_user_get(st, &id, &user), 0);
	return user.gen;
}

/* A repair goes on from the former state, says what came back, and ends what it can. */
static void
mended(void)
{
	static const struct { const char *row; int64_t by; } t[] = {
		{ "an older copy",         0 },
		{ "a number that is none", 1024 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct store_restore how = { .now_ms = NOW_MS };
		struct store_where where;
		uint64_t numbers[2];
		char kept[256];

		make();
		where = store_at(directory, 4 * MIB);
		snprintf(kept, sizeof kept, "%s/kept", directory);
		how.kept = kept;
		read_numbers(numbers);
		if (t[i].by)
			set_number(numbers[0] > numbers[1], numbers[0] + (uint64_t)t[i].by);
		else
			copy_file(aside, data);
		EXPECT_VERDICT(t[i].row, present(), -EUCLEAN);
		EXPECT_VERDICT(t[i].row, store_mend(&where, &how), 0);
		EXPECT_INT(t[i].row, how.tokens, 2);
		EXPECT_INT(t[i].row, how.faults, 0);
		EXPECT_INT(t[i].row, access(kept, F_OK), 0);
		EXPECT_VERDICT(t[i].row, present(), 0);
		EXPECT_TRUE(t[i].row, generation() != contract_user(1).gen);
	}
}

/* No alarm: the file is behind, as after a crash, is damaged, or is of another store. */
static void
no_alarm(void)
{
	struct uuid instance = contract_uuid(8);
	struct store *st = NULL;
	char row[32];

	make();
	copy_file(last, aside);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	contract_add_user(st, 2);
	store_close(&st);
	copy_file(aside, last);
	EXPECT_VERDICT("behind", present(), V_NOT_FOUND);
	for (off_t at = 0; at < 32; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			snprintf(row, sizeof row, "byte %lld, bit %u", (long long)at, bit);
			copy_file(aside, last);
			flip(last, at, bit);
			EXPECT_VERDICT(row, present(), V_NOT_FOUND);
		}
	}
	EXPECT_INT("emptied", truncate(last, 0), 0);
	EXPECT_VERDICT("emptied", present(), V_NOT_FOUND);
	EXPECT_INT("gone", unlink(last), 0);
	EXPECT_INT("a directory", mkdir(last, 0700), 0);
	EXPECT_VERDICT("goes on without", present(), V_NOT_FOUND);
	EXPECT_TRUE("and says so", test_logged("would not be noticed"));
	EXPECT_INT("gone", rmdir(last), 0);

	EXPECT_VERDICT("written", present(), V_NOT_FOUND);
	EXPECT_INT("removed", unlink(data), 0);
	EXPECT_VERDICT("made anew", open_lmdb(&st, directory, 4 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 5), 0);
	store_close(&st);
	EXPECT_VERDICT("another store", present(), V_NOT_FOUND);
}

/* What a process that runs compares: the number is in memory that it shares with others. */
static void
noticed_in_use(void)
{
	struct token token = contract_token(11, 1);
	struct store *st = NULL;
	struct lmdb *db;

	make();
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	db = (struct lmdb *)st;
	EXPECT_VERDICT("in use", store_token_find(st, token.digest, NOW_MS, &token), 0);
	commit_note(db, &(struct commit){ commit_least(db) + 1, 0, 0, 0 });
	EXPECT_VERDICT("read", store_token_find(st, token.digest, NOW_MS, &token), -EUCLEAN);
	EXPECT_VERDICT("write", store_token_drop_id(st, &token.user, &token.id, NOW_MS, &token),
	    -EUCLEAN);
	store_close(&st);
	EXPECT_VERDICT("start", present(), -EUCLEAN);
}

CU_TestInfo commit_tests[] = {
	{ "each bit", each_bit },
	{ "former states", former_states },
	{ "a newer state", newer_state },
	{ "an older copy", older_copy },
	{ "older than a copy", older_than_a_copy },
	{ "mended", mended },
	{ "no alarm", no_alarm },
	{ "noticed in use", noticed_in_use },
	CU_TEST_INFO_NULL,
};
