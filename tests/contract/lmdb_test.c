// SPDX-License-Identifier: ISC
/* tests/contract/lmdb_test.c - opening LMDB, its growing map, a full one and a full disk. */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_sweep.h"
#include "store_at.h"

#define MIB ((uint64_t)1024 * 1024)

static void
write_file(const char *directory, const char *bytes, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/data.mdb", directory);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, len, file) != len)
		abort();
	fclose(file);
}

static bool
is_empty(const char *directory)
{
	return rmdir(directory) == 0 && mkdir(directory, 0700) == 0;
}

static void
open_refused(void)
{
	char garbage[20000], path[4200];
	const char *directory = contract_directory();
	struct store *st = NULL;

	test_log_clear();
	EXPECT_VERDICT("a kind of nobody", store_open(&st, &(struct store_where){ .kind = "lmd",
	    .data_dir = directory }, STORE_MAKE), -EINVAL);
	EXPECT_VERDICT("none there", open_lmdb(&st, directory, MIB, STORE_USE), -ENOENT);
	EXPECT_TRUE("no files made", is_empty(directory));
	EXPECT_TRUE("named in the log", test_logged(directory));
	EXPECT_VERDICT("no directory", open_lmdb(&st, "/nonexistent/x", MIB, STORE_MAKE), -ENOENT);
	EXPECT_VERDICT("a file", open_lmdb(&st, "/proc/self/exe", MIB, STORE_MAKE), -ENOTDIR);
	memset(path, 'd', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	EXPECT_VERDICT("endless path", open_lmdb(&st, path, MIB, STORE_MAKE), -ENAMETOOLONG);
	write_file(directory, "", 0);
	EXPECT_VERDICT("empty file", open_lmdb(&st, directory, MIB, STORE_USE), -ENOENT);
	write_file(directory, "hello", 5);
	EXPECT_VERDICT("short file", open_lmdb(&st, directory, MIB, STORE_USE), -EPROTO);
	memset(garbage, 'g', sizeof garbage);
	write_file(directory, garbage, sizeof garbage);
	EXPECT_VERDICT("other file", open_lmdb(&st, directory, MIB, STORE_USE), -EPROTO);
	EXPECT_VERDICT("never overwritten", open_lmdb(&st, directory, MIB, STORE_MAKE), -EPROTO);
	EXPECT_TRUE("said so", test_logged("data.mdb is not a database"));
	EXPECT_TRUE("no output", st == NULL);
}

static void
open_foreign(void)
{
	const char *directory = contract_directory();
	struct store *st = NULL;
	MDB_env *env;

	EXPECT_INT("an LMDB file of others", mdb_env_create(&env), 0);
	EXPECT_INT("is made", mdb_env_open(env, directory, 0, 0600), 0);
	mdb_env_close(env);
	test_log_clear();
	EXPECT_VERDICT("not ours", open_lmdb(&st, directory, MIB, STORE_USE), -ENOENT);
	EXPECT_TRUE("said so", test_logged("no database \"meta\""));
}

static void
open_again(void)
{
	const char *directory = contract_directory();
	struct uuid instance = contract_uuid(7);
	struct store *st = NULL;
	struct meta meta;

	EXPECT_VERDICT("create", open_lmdb(&st, directory, MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("not initialised", store_meta(st, &meta), V_NOT_FOUND);
	store_close(&st);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, MIB, STORE_USE), 0);
	EXPECT_VERDICT("still not", store_meta(st, &meta), V_NOT_FOUND);
	EXPECT_VERDICT("initialise", store_init(st, &instance, 5), 0);
	contract_add_user(st, 1);
	store_close(&st);
	EXPECT_TRUE("closed", st == NULL);
	EXPECT_VERDICT("create again", open_lmdb(&st, directory, 0, STORE_MAKE), 0);
	EXPECT_VERDICT("initialised", store_meta(st, &meta), 0);
	EXPECT_TRUE("kept", uuid_equal(&meta.instance, &instance));
	EXPECT_VERDICT("but once", store_init(st, &instance, 5), V_EXISTS);
	store_close(&st);
	store_close(&st);
}

/* A file of a version with fewer databases gets those it lacks. */
static void
open_older(void)
{
	const char *directory = contract_directory();
	struct role role = contract_role(1), out;
	struct uuid instance = contract_uuid(7);
	GUARD(store_close) struct store *st = NULL;
	struct store_counts sums;

	for (int i = 0; i < 2; i++) {
		GUARD(txn_drop) struct txn tx = { 0 };

		EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
		    i == 0 ? STORE_MAKE : STORE_USE), 0);
		if (i == 0) {
			EXPECT_VERDICT("initialise", store_init(st, &instance, 5), 0);
			contract_add_user(st, 1);
		}
		EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
		tx.dirty = true;
		for (enum table table = TABLES_AT_FIRST; table < TABLES; table++)
			EXPECT_INT("drop", mdb_drop(tx.mdb, tx.db->dbi[table], 1), 0);
		EXPECT_VERDICT("commit", txn_commit(&tx), 0);
		store_close(&st);
	}
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT("write", store_role_set(st, &role), 0);
	EXPECT_VERDICT("read", store_role_get(st, role.name, &out), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("kept", sums.users, 1);
}

/* Writes the schema as another version of the program would. */
static void
put_schema(const char *directory, uint64_t schema)
{
	struct op op = { .kind = OP_INIT, .u.init = { .schema = schema } };
	GUARD(store_close) struct store *st = NULL;
	struct op_result result;

	EXPECT_VERDICT("create", open_lmdb(&st, directory, MIB, STORE_MAKE), 0);
	EXPECT_INT("init", st->ops->submit(st, &op, &result), 0);
}

static void
open_schema(void)
{
	static const struct { const char *row; uint64_t schema; int want; } t[] = {
		{ "this one", STORE_SCHEMA,     0 },
		{ "newer",    STORE_SCHEMA + 1, -EPROTO },
		{ "far off",  UINT64_MAX,       -EPROTO },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *directory = contract_directory();
		struct store *st = NULL;

		put_schema(directory, t[i].schema);
		test_log_clear();
		EXPECT_VERDICT(t[i].row, open_lmdb(&st, directory, MIB, STORE_USE), t[i].want);
		store_close(&st);
		EXPECT_VERDICT(t[i].row, open_lmdb(&st, directory, MIB, STORE_MAKE), t[i].want);
		store_close(&st);
		EXPECT_TRUE(t[i].row, test_logged("newer than this program") == !!t[i].want);
	}
}

static void
networks(void)
{
	static const struct { const char *row; uint64_t type; const char *want; } t[] = {
		{ "nfs",          0x6969,                       "NFS" },
		{ "smb",          0x517b,                       "SMB" },
		{ "cifs",         0xff534d42,                   "CIFS" },
		{ "signed word",  (uint64_t)(int32_t)0xff534d42, "CIFS" },
		{ "smb2",         0xfe534d42,                   "SMB2" },
		{ "9p",           0x01021997,                   "9p" },
		{ "ext4",         0xef53,                       NULL },
		{ "tmpfs",        0x01021994,                   NULL },
		{ "btrfs",        0x9123683e,                   NULL },
		{ "nothing",      0,                            NULL },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_STRING(t[i].row, lmdb_network_name(t[i].type), t[i].want);
}

/* Adds tokens with long names, one after the other, until one is refused; how many. */
static unsigned
fill(struct store *st, unsigned from, unsigned most, int *r)
{
	struct token token;
	unsigned n;

	*r = 0;
	for (n = 0; n < most && !*r; n++) {
		token = contract_token(from + n, 1);
		memset(token.name, 'n', sizeof token.name - 1);
		*r = store_token_add(st, &token, UINT64_MAX, NOW_MS);
	}
	return *r ? n - 1 : n;
}

static void
growth(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), out;
	struct store_counts sums;
	unsigned n;
	int r;

	contract_add_user(st, 1);
	contract_fill(st, 15);
	n = fill(st, 0, 1000, &r);
	EXPECT_VERDICT("add", r, 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("all there", sums.tokens, n);
	EXPECT_TRUE("above the start", sums.bytes_used > 16 * MIB);
	EXPECT_VERDICT("the first", store_token_find(st, token.digest, NOW_MS, &out), 0);
	token = contract_token(n - 1, 1);
	EXPECT_VERDICT("the last", store_token_find(st, token.digest, NOW_MS, &out), 0);
}

#define SWEEP 16

#define LATER (150 + STORE_GRACE_MS)

static struct token
long_lived(unsigned n)
{
	struct token token = contract_token(n, 1);

	token.expires_ms = 2 * LATER;
	return token;
}

/* What expired a moment ago stays: the clock may be ahead. */
static void
sweep_waits(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), out;
	struct store_counts sums;

	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	contract_go_on(st, END_MS);
	token = long_lived(2);
	EXPECT_VERDICT("a clock ahead", store_token_add(st, &token, 9,
	    END_MS + STORE_GRACE_MS - 1), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("both are there", sums.tokens, 2);
	token = contract_token(1, 1);
	EXPECT_VERDICT("put right", store_token_find(st, token.digest, NOW_MS, &out), 0);
	token = long_lived(3);
	EXPECT_VERDICT("a day later", store_token_add(st, &token, 9, END_MS + STORE_GRACE_MS), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("it is gone", sums.tokens, 2);
}

/* Writes to tokens drop SWEEP expired ones in passing, if they are done at all. */
static void
sweep(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = long_lived(1), out;
	struct uuid user = contract_uuid(1);
	uint64_t count, left = 80;
	struct store_counts sums;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	EXPECT_VERDICT("live", store_token_add(st, &token, 100, 100), 0);
	for (unsigned i = 2; i <= 81; i++) {
		token = contract_token(i, 2);
		token.expires_ms = 150;
		EXPECT_VERDICT("soon expired", store_token_add(st, &token, 100, 100), 0);
	}
	contract_go_on(st, LATER / 2);
	token = long_lived(1);
	EXPECT_VERDICT("refused", store_token_add(st, &token, 0, LATER), 0);
	left -= SWEEP;
	EXPECT_VERDICT("set", store_token_set(st, &user, &token, 0, LATER, &out), 0);
	left -= SWEEP;
	token = long_lived(200);
	EXPECT_VERDICT("refused", store_token_add(st, &token, 1, LATER), V_TOO_MANY);
	EXPECT_VERDICT("add", store_token_add(st, &token, 2, LATER), 0);
	left -= SWEEP;
	EXPECT_VERDICT("drop", store_token_drop(st, &user, token.digest, LATER, &out), 0);
	left -= SWEEP;
	EXPECT_VERDICT("refused", store_token_drop(st, &user, token.digest, LATER, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("swept", sums.tokens, left + 1);
	EXPECT_VERDICT("drop all", store_tokens_drop_of_user(st, &user, 77, LATER, &count), 0);
	EXPECT_INT("only live ones count", count, 1);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("nothing left", sums.tokens, 0);
}

/* At the permitted size writes are refused; reads and drops go on (see room_test.c). */
static void
full_map(void)
{
	GUARD(store_close) struct store *st = NULL;
	const char *directory = contract_directory();
	struct token token = contract_token(1, 1), out;
	struct uuid instance = contract_uuid(7);
	struct op_result result, tainted;
	struct op op = { .kind = OP_TOKEN_ADD, .now_ms = NOW_MS };
	uint64_t count = 0;
	unsigned n;
	int r;

	EXPECT_VERDICT("open", open_lmdb(&st, directory, 2 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
	test_log_clear();
	n = fill(st, 1, 9000, &r);
	EXPECT_VERDICT("full", r, -ENOSPC);
	EXPECT_TRUE("not at once", n > 200);
	EXPECT_TRUE("said so", test_logged("all 2097152 permitted bytes"));
	op.u.token_add.token = contract_token(n + 1, 1);
	op.u.token_add.limit = UINT64_MAX;
	memset(op.u.token_add.token.name, 'n', TOKEN_NAME_SIZE - 1);
	contract_taint(&result, sizeof result);
	contract_taint(&tainted, sizeof tainted);
	EXPECT_VERDICT("still full", st->ops->submit(st, &op, &result), -ENOSPC);
	EXPECT_BYTES("no result", &result, &tainted, sizeof result);
	EXPECT_VERDICT("reads go on", store_token_find(st, token.digest, NOW_MS, &out), 0);
	store_close(&st);
	EXPECT_VERDICT("permit more", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("drop", store_tokens_drop_of_user(st, &token.user, 77, NOW_MS, &count), 0);
	EXPECT_INT("all", count, n);
	fill(st, 1, n, &r);
	EXPECT_VERDICT("room again", r, 0);
}

/* --- a full disk, as far as an ordinary user can have one -------------------- */

static void
limit_file_size(rlim_t bytes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		_exit(90);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		_exit(91);
}

/* Runs in a child; its exit code is the step that went wrong. */
static int
full_disk_child(struct store *st, rlim_t bytes)
{
	struct token first = contract_token(1, 1), out;
	unsigned n;
	int r;

	signal(SIGXFSZ, SIG_IGN);
	limit_file_size(bytes);
	n = fill(st, 1, 9000, &r);
	if (r != -ENOSPC || n < 20)
		return 1;
	if (store_token_find(st, first.digest, NOW_MS, &out) != 0)
		return 2;
	if (fill(st, n + 1, 1, &r) != 0 || r != -ENOSPC)
		return 3;
	limit_file_size(RLIM_INFINITY);
	if (fill(st, n + 1, 500, &r) != 500)
		return 4;
	return store_token_find(st, first.digest, NOW_MS, &out) == 0 ? 0 : 5;
}

/* Limits within a page, or within a write of several pages: LMDB reports EIO. */
static void
full_disk(void)
{
	static const struct { const char *row; rlim_t bytes; } t[] = {
		{ "at a page",     1000 * 1024 },
		{ "within a page", 1000 * 1024 + 100 },
		{ "next page",     1004 * 1024 },
		{ "and next",      1008 * 1024 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *directory = contract_directory();
		int status = -1;
		pid_t child;

		child = fork();
		if (child == 0) {
			struct uuid instance = contract_uuid(7);
			struct store *st = NULL;

			if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE) ||
			    store_init(st, &instance, 1))
				_exit(80);
			contract_add_user(st, 1);
			_exit(full_disk_child(st, t[i].bytes));
		}
		EXPECT_INT(t[i].row, waitpid(child, &status, 0), child);
		EXPECT_TRUE(t[i].row, WIFEXITED(status));
		EXPECT_INT(t[i].row, WEXITSTATUS(status), 0);
	}
}

CU_TestInfo lmdb_tests[] = {
	{ "open, refused", open_refused },
	{ "open, not ours", open_foreign },
	{ "open again", open_again },
	{ "open an older one", open_older },
	{ "open, by schema", open_schema },
	{ "network file systems", networks },
	{ "growth", growth },
	{ "sweeping", sweep },
	{ "sweeping waits", sweep_waits },
	{ "full map", full_map },
	{ "full disk", full_disk },
	CU_TEST_INFO_NULL,
};
