// SPDX-License-Identifier: ISC
/* tests/contract/restore_test.c - a backup in the place of a store: what is valid then. */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb/lmdb_txn.h"
#include "store/store_care.h"
#include "store_at.h"

#define MIB ((uint64_t)1024 * 1024)
#define SCHEMA_BEFORE (STORE_SCHEMA - 1)

static const char *directory;
static char backup[256], kept[256];

static void
make(struct store **st, uint64_t schema)
{
	struct op op = { .kind = OP_INIT, .u.init = { .schema = schema, .created_ms = 5 } };
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	struct op_result result;

	directory = contract_directory();
	snprintf(backup, sizeof backup, "%s/backup", directory);
	snprintf(kept, sizeof kept, "%s/kept", directory);
	EXPECT_VERDICT("open", open_lmdb(st, directory, 4 * MIB, STORE_MAKE), 0);
	EXPECT_INT("init", (*st)->ops->submit(*st, &op, &result), 0);
	EXPECT_VERDICT("domain", store_domain_token_add(*st, &domain_token, 9, 50), 0);
	for (unsigned i = 1; i <= 2; i++) {
		struct token token = contract_token(10 * i, i), session = contract_token(10 * i + 1, i);

		contract_add_user(*st, i);
		session.gen = contract_user(i).gen;
		EXPECT_VERDICT("token", store_token_add(*st, &token, 9, NOW_MS), 0);
		EXPECT_VERDICT("session", store_session_add(*st, &session, 9, NOW_MS), 0);
	}
}

static void
copy_to(struct store *st)
{
	int fd = open(backup, O_RDWR | O_CREAT | O_TRUNC, 0600);

	EXPECT_VERDICT("copy", store_copy(st, fd), 0);
	close(fd);
}

static int
restore(struct store_restore *how)
{
	const struct store_where where = store_at(directory, 4 * MIB);
	int r;

	how->fd = open(backup, O_RDONLY);
	how->kept = kept;
	how->now_ms = NOW_MS;
	r = store_restore(&where, how);
	close(how->fd);
	return r;
}

static uint64_t
generation(struct store *st)
{
	struct uuid id = contract_uuid(1);
	struct user user = { .gen = 0 };

	EXPECT_VERDICT("user", store_user_get(st, &id, &user), 0);
	return user.gen;
}

/* Each combination of what is kept and dropped. */
static void
what_is_valid(void)
{
	static const struct { const char *row; bool keeps, drops; } t[] = {
		{ "plain",                  false, false },
		{ "sessions kept",          true,  false },
		{ "tokens dropped",         false, true },
		{ "one kept, one dropped",  true,  true },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct store_restore how = { .keep_sessions = t[i].keeps,
		    .drop_tokens = t[i].drops };
		struct token token = contract_token(10, 1), session = contract_token(11, 1);
		struct domain_token domain = contract_domain_token(6, "example.org");
		struct store *st = NULL;
		uint64_t gone;

		make(&st, STORE_SCHEMA);
		copy_to(st);
		EXPECT_VERDICT("logout", store_user_logout(st, &token.user, 99, NOW_MS, &gone), 0);
		contract_add_user(st, 3);
		store_close(&st);
		EXPECT_VERDICT(t[i].row, restore(&how), 0);
		EXPECT_TRUE(t[i].row, how.had && access(kept, F_OK) == 0);
		EXPECT_INT(t[i].row, how.users, 2);
		EXPECT_INT(t[i].row, how.tokens, t[i].drops ? 0 : 2);
		EXPECT_INT(t[i].row, how.domain_tokens, t[i].drops ? 0 : 1);
		EXPECT_INT(t[i].row, how.sessions, t[i].keeps ? 2 : 0);
		EXPECT_INT(t[i].row, how.tokens_dropped, t[i].drops ? 3 : 0);
		EXPECT_INT(t[i].row, how.sessions_dropped, t[i].keeps ? 0 : 2);
		EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
		EXPECT_TRUE(t[i].row, (generation(st) == contract_user(1).gen) == t[i].keeps);
		EXPECT_TRUE(t[i].row, generation(st) != 99);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, NOW_MS, &token),
		    t[i].drops ? V_NOT_FOUND : 0);
		EXPECT_VERDICT(t[i].row, store_session_find(st, session.digest, NOW_MS, &session),
		    t[i].keeps ? 0 : V_NOT_FOUND);
		EXPECT_VERDICT(t[i].row, store_domain_token_get(st, "example.org", &domain.id,
		    &domain), t[i].drops ? V_NOT_FOUND : 0);
		token.user = contract_uuid(3);
		EXPECT_VERDICT("gone", store_user_logout(st, &token.user, 1, NOW_MS, &gone),
		    V_NOT_FOUND);
		store_close(&st);
		unlink(backup);
		unlink(kept);
	}
}

/* A store of a former version is brought up. */
static void
older(void)
{
	struct store_restore how = { .keep_sessions = false };
	struct store *st = NULL;
	struct meta meta;

	make(&st, SCHEMA_BEFORE);
	copy_to(st);
	store_close(&st);
	EXPECT_VERDICT("restore", restore(&how), 0);
	EXPECT_INT("it was", how.schema, SCHEMA_BEFORE);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("meta", store_meta(st, &meta), 0);
	EXPECT_INT("it is", meta.schema, STORE_SCHEMA);
	store_close(&st);
	unlink(backup);
	unlink(kept);
}

static void
newer(void)
{
	struct store_restore how = { .keep_sessions = false };
	struct store *st = NULL;

	make(&st, STORE_SCHEMA + 1);
	copy_to(st);
	store_close(&st);
	EXPECT_VERDICT("restore", restore(&how), -EPROTO);
	EXPECT_INT("nothing replaced", access(kept, F_OK), -1);
	unlink(backup);
}

/* Another process that has the store open. */
static void
in_use(void)
{
	struct store_restore how = { .keep_sessions = false };
	struct store_where where;
	struct store *st = NULL;
	int opened[2], ends[2], status;
	char byte;
	pid_t pid;

	make(&st, STORE_SCHEMA);
	copy_to(st);
	store_close(&st);
	if (pipe(opened) != 0 || pipe(ends) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		if (open_lmdb(&st, directory, 4 * MIB, STORE_USE))
			_exit(1);
		_exit(write(opened[1], "", 1) != 1 || read(ends[0], &byte, 1) < 0);
	}
	close(ends[0]);
	close(opened[1]);
	EXPECT_INT("opened", read(opened[0], &byte, 1), 1);
	EXPECT_VERDICT("restore", restore(&how), -EBUSY);
	where = store_at(directory, 4 * MIB);
	EXPECT_VERDICT("compact", store_compact(&where, &how), -EBUSY);
	close(ends[1]);
	close(opened[0]);
	EXPECT_INT("ended", waitpid(pid, &status, 0), pid);
	EXPECT_VERDICT("restore", restore(&how), 0);
	unlink(backup);
	unlink(kept);
}

/* What workers that died had left to be committed is of the former store. */
static void
left_behind(void)
{
	struct store_restore how = { .keep_sessions = false };
	struct store *st = NULL;
	char path[300];

	make(&st, STORE_SCHEMA);
	copy_to(st);
	store_share(st);
	store_close(&st);
	snprintf(path, sizeof path, "%s/commits-%016llx", directory,
	    (unsigned long long)board_layout());
	EXPECT_INT("is there", access(path, F_OK), 0);
	EXPECT_VERDICT("restore", restore(&how), 0);
	EXPECT_INT("is gone", access(path, F_OK), -1);
	unlink(backup);
	unlink(kept);
}

/* More than a map has at first, in a copy without free pages, into which little is written. */
static void
full_map(void)
{
	static struct op ops[50];
	const struct store_where where = store_at("", 64 * MIB);
	struct store_restore how = { .keep_sessions = true, .now_ms = NOW_MS, .kept = kept };
	struct store_where at = where;
	struct store *st = NULL;
	struct meta meta;

	make(&st, STORE_SCHEMA);
	store_close(&st);
	at.data_dir = directory;
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 64 * MIB, STORE_USE), 0);
	for (size_t i = 0; i < 2200; i++) {
		struct op *op = &ops[i % NELEM(ops)];

		*op = (struct op){ .kind = OP_ROLE_SET };
		snprintf(op->u.role_set.name, sizeof op->u.role_set.name, "role %zu", i);
		memset(op->u.role_set.acl, 'x', sizeof op->u.role_set.acl - 1);
		if (op == &ops[NELEM(ops) - 1])
			EXPECT_INT("fill", st->ops->submit_all(st, ops, NELEM(ops)), 0);
	}
	copy_to(st);
	/* the former store is ahead of the copy */
	for (unsigned i = 5; i < 9; i++)
		contract_add_user(st, i);
	store_close(&st);
	how.fd = open(backup, O_RDONLY);
	EXPECT_TRUE("larger than a map at first", lseek(how.fd, 0, SEEK_END) > (off_t)(16 * MIB));
	lseek(how.fd, 0, SEEK_SET);
	EXPECT_VERDICT("restore", store_restore(&at, &how), 0);
	close(how.fd);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 64 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("meta", store_meta(st, &meta), 0);
	contract_add_user(st, 4);
	store_close(&st);
	unlink(kept);
	unlink(backup);
}

/* The file shrinks, and all of it is there; expired or not, nothing is dropped. */
static void
compacted(void)
{
	struct store_restore how = { .now_ms = NOW_MS };
	struct token token = contract_token(10, 1);
	struct store *st = NULL;
	struct store_counts before, after;
	struct store_where where;
	uint64_t count;

	make(&st, STORE_SCHEMA);
	for (unsigned i = 100; i < 1500; i++) {
		struct token more = contract_token(i, 2);

		EXPECT_VERDICT("add", store_token_add(st, &more, 9999, NOW_MS), 0);
	}
	token.user = contract_uuid(2);
	EXPECT_VERDICT("drop", store_user_logout(st, &token.user, 1, NOW_MS, &count), 0);
	EXPECT_VERDICT("counts", store_counts(st, &before), 0);
	store_close(&st);
	where = store_at(directory, 4 * MIB);
	EXPECT_VERDICT("compact", store_compact(&where, &how), 0);
	EXPECT_TRUE("smaller", how.bytes * 2 < how.bytes_before);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_USE), 0);
	EXPECT_VERDICT("counts", store_counts(st, &after), 0);
	EXPECT_INT("users", after.users, before.users);
	EXPECT_INT("tokens", after.tokens, before.tokens);
	EXPECT_VERDICT("token", store_token_find(st, token.digest, NOW_MS, &token), 0);
	EXPECT_INT("generation", generation(st), contract_user(1).gen);
	contract_add_user(st, 4);
	store_close(&st);
}

CU_TestInfo restore_tests[] = {
	{ "what is valid", what_is_valid },
	{ "older", older },
	{ "newer", newer },
	{ "in use", in_use },
	{ "left behind", left_behind },
	{ "full map", full_map },
	{ "compacted", compacted },
	CU_TEST_INFO_NULL,
};
