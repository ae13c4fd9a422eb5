// SPDX-License-Identifier: ISC
/* tests/contract/upgrade_test.c - a store of an older schema: refused, copied, upgraded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_place.h"
#include "store_at.h"

#define MIB ((uint64_t)1024 * 1024)

static const char *directory;
static char backup[256];

/* As schema 0 was: a user, and no databases of domains and roles. */
static void
make_old(void)
{
	struct op op = { .kind = OP_INIT, .u.init = { .schema = 0, .created_ms = 5 } };
	struct op_result result;
	struct store *st = NULL;
	struct txn tx = { 0 };
	struct lmdb *db;

	directory = contract_directory();
	snprintf(backup, sizeof backup, "%s/backup", directory);
	EXPECT_VERDICT("create", open_lmdb(&st, directory, MIB, STORE_MAKE), 0);
	db = (struct lmdb *)st;
	EXPECT_INT("init", st->ops->submit(st, &op, &result), 0);
	contract_add_user(st, 1);
	EXPECT_VERDICT("begin", txn_begin(db, 0, &tx), 0);
	tx.dirty = true;
	for (enum table i = TABLES_AT_FIRST; i < TABLES; i++)
		EXPECT_INT(table_name(i), mdb_drop(tx.mdb, db->dbi[i], 1), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
	store_close(&st);
	test_log_clear();
}

static int
upgrade(uint64_t *from)
{
	const struct store_where where = store_at(directory, MIB);

	return store_upgrade(&where, backup, from);
}

static void
older_is_refused(void)
{
	struct stat before, after;
	struct store *st = NULL;
	char path[256];

	make_old();
	snprintf(path, sizeof path, "%s/data.mdb", directory);
	EXPECT_INT("before", stat(path, &before), 0);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, MIB, STORE_USE), -ESTALE);
	EXPECT_VERDICT("create", open_lmdb(&st, directory, MIB, STORE_MAKE), -ESTALE);
	EXPECT_TRUE("says what helps", test_logged("doorwardctl upgrade"));
	EXPECT_TRUE("no output", st == NULL);
	EXPECT_INT("after", stat(path, &after), 0);
	EXPECT_TRUE("not written", before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
	    before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
}

static void
expect_user(const char *row, struct store *st)
{
	const struct user want = contract_user(1);
	struct user user;

	EXPECT_VERDICT(row, store_user_get(st, &want.id, &user), 0);
	EXPECT_STRING(row, user.email, want.email);
}

static void
upgraded(void)
{
	struct store *st = NULL;
	struct meta meta;
	struct role role;
	uint64_t from = 99;

	make_old();
	EXPECT_INT("upgrade", upgrade(&from), 0);
	EXPECT_INT("from", (int64_t)from, 0);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, MIB, STORE_USE), 0);
	EXPECT_VERDICT("meta", store_meta(st, &meta), 0);
	EXPECT_INT("schema", (int64_t)meta.schema, STORE_SCHEMA);
	EXPECT_INT("the rest of it", meta.created_ms, 5);
	expect_user("the user", st);
	EXPECT_VERDICT("the new database", store_role_get(st, "none", &role), V_NOT_FOUND);
	store_close(&st);
	EXPECT_INT("gone", unlink(backup), 0);
	EXPECT_INT("again", upgrade(&from), 0);
	EXPECT_INT("from", (int64_t)from, STORE_SCHEMA);
	EXPECT_INT("nothing is done", access(backup, F_OK), -1);
}

/* The copy is a store of its own, as it was. */
static void
copied(void)
{
	const char *other = contract_directory();
	struct store *st = NULL;
	struct stat st_backup;
	uint64_t from = 99;
	char path[256];
	mode_t before;

	make_old();
	before = umask(0);
	EXPECT_INT("upgrade", upgrade(&from), 0);
	umask(before);
	EXPECT_INT("backup", stat(backup, &st_backup), 0);
	EXPECT_INT("for nobody else", st_backup.st_mode, S_IFREG | 0600);
	snprintf(path, sizeof path, "%s/data.mdb", other);
	EXPECT_INT("moved", rename(backup, path), 0);
	EXPECT_VERDICT("old", open_lmdb(&st, other, MIB, STORE_USE), -ESTALE);
	directory = other;
	EXPECT_INT("upgrade", upgrade(&from), 0);
	EXPECT_VERDICT("open", open_lmdb(&st, other, MIB, STORE_USE), 0);
	expect_user("the user", st);
	store_close(&st);
}

/* Another process, which has the store open until its input ends. */
static pid_t
hold_open(int *until)
{
	const struct store_where where = store_at(directory, MIB);
	int ends[2], opened[2];
	struct lmdb *db = NULL;
	struct meta meta;
	pid_t pid;
	char byte;

	if (pipe(ends) != 0 || pipe(opened) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		if (lmdb_env_open(&db, &where, STORE_USE) || lmdb_schema(db, &meta))
			_exit(1);
		_exit(write(opened[1], "", 1) != 1 || read(ends[0], &byte, 1) < 0);
	}
	close(ends[0]);
	close(opened[1]);
	EXPECT_INT("opened", read(opened[0], &byte, 1), 1);
	close(opened[0]);
	*until = ends[1];
	return pid;
}

static void
refused(void)
{
	uint64_t from = 99;
	int until, status;
	pid_t pid;

	make_old();
	pid = hold_open(&until);
	EXPECT_VERDICT("in use", upgrade(&from), -EBUSY);
	EXPECT_INT("no copy", access(backup, F_OK), -1);
	close(until);
	EXPECT_INT("ended", waitpid(pid, &status, 0), pid);
	EXPECT_INT("well", status, 0);
	EXPECT_INT("backup is there", mknod(backup, S_IFREG | 0600, 0), 0);
	EXPECT_VERDICT("refused", upgrade(&from), -EEXIST);
	EXPECT_INT("gone", unlink(backup), 0);
	EXPECT_INT("still old", upgrade(&from), 0);
	EXPECT_INT("from", (int64_t)from, 0);
}

static void
nothing_to_upgrade(void)
{
	struct op op = { .kind = OP_INIT, .u.init = { .schema = STORE_SCHEMA + 1 } };
	struct op_result result;
	struct store *st = NULL;
	uint64_t from = 99;

	directory = contract_directory();
	snprintf(backup, sizeof backup, "%s/backup", directory);
	EXPECT_VERDICT("none", upgrade(&from), -ENOENT);
	EXPECT_VERDICT("create", open_lmdb(&st, directory, MIB, STORE_MAKE), 0);
	store_close(&st);
	EXPECT_VERDICT("not initialised", upgrade(&from), V_NOT_FOUND);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, MIB, STORE_MAKE), 0);
	EXPECT_INT("newer", st->ops->submit(st, &op, &result), 0);
	store_close(&st);
	EXPECT_VERDICT("refused", upgrade(&from), -EPROTO);
	EXPECT_INT("untouched", (int64_t)from, 99);
	EXPECT_INT("no copy", access(backup, F_OK), -1);
}

CU_TestInfo upgrade_tests[] = {
	{ "older is refused", older_is_refused },
	{ "upgraded", upgraded },
	{ "copied", copied },
	{ "refused", refused },
	{ "nothing to upgrade", nothing_to_upgrade },
	CU_TEST_INFO_NULL,
};
