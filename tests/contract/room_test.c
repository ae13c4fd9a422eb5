// SPDX-License-Identifier: ISC
/*
 * tests/contract/room_test.c - a full store and a full disk: nothing can be added,
 * and everything that takes something away still works.
 *
 * Each place below is tried by a child, which fills it and then calls all of
 * takings[]; its exit code tells whether a check failed.
 */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "small_disk.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_webitel.h"
#include "store_at.h"

#define MIB		((uint64_t)1024 * 1024)
#define USERS		9
#define EACH		220		/* tokens of each user: several steps of LMDB_STEP */
#define OLD		150		/* domain tokens: likewise */

static struct uuid
user_id(unsigned n)
{
	return contract_uuid(n);
}

static uint64_t
live_of(struct store *st, unsigned n)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct token *tokens, *sessions;
	struct uuid user = user_id(n);
	size_t bearers = 0, others = 0;

	EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, SIZE_MAX, NOW_MS, &tokens,
	    &bearers), 0);
	EXPECT_VERDICT("list", store_session_list(st, &mem, &user, NULL, SIZE_MAX, NOW_MS,
	    &sessions, &others), 0);
	return bearers + others;
}

/* The i-th token of user n: digests are spread out, as real ones are. */
static struct token
token_of(unsigned n, unsigned i)
{
	struct token token = contract_token(n * 1000 + i, n);

	for (size_t k = 0; k < 8; k++)
		token.digest[k] = (uint8_t)((n * 1000 + i) * 2654435761u >> 3 * k);
	token.id.bytes[1] = token.digest[3];
	token.created_ms += i;
	token.expires_ms = END_MS + i % 7;
	return token;
}

/* Adds tokens and a session of user n, of which tx alone is to know. */
static void
add_tokens(struct txn *tx, unsigned n)
{
	struct op op = { .kind = OP_TOKEN_ADD, .now_ms = NOW_MS };
	struct op_result result;

	op.u.token_add.limit = EACH + 1;
	for (unsigned i = 0; i <= EACH; i++) {
		op.u.token_add.token = token_of(n, i);
		if (i == 3)
			op.u.token_add.token.expires_ms = NOW_MS + 1;
		if (i == EACH)
			op.u.token_add.token.use = TOKEN_SESSION;
		EXPECT_VERDICT("token", lmdb_token_add(tx, &op, &result), 0);
	}
}

/* More than a step drops, expired long ago. */
static void
add_domain_tokens(struct txn *tx)
{
	struct op op = { .kind = OP_DOMAIN_TOKEN_ADD, .now_ms = 10,
	    .u.domain_token_add.limit = OLD };
	struct op_result result;

	for (unsigned n = 0; n < OLD; n++) {
		op.u.domain_token_add.token = contract_domain_token(300 + n, "old.example");
		op.u.domain_token_add.token.expires_ms = 20;
		EXPECT_VERDICT("domain token", lmdb_domain_token_add(tx, &op, &result), 0);
	}
}

/* In few transactions: each of them waits for the disk. */
static void
populate(struct store *st)
{
	struct domain_token domain_token = contract_domain_token(1, "example.org");
	struct account account = contract_account(7);
	GUARD(txn_drop) struct txn tx = { 0 };
	struct user other = contract_user(200);
	struct password none = { .set_ms = 1 };
	struct role role = contract_role(1);

	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	domain_token.id = contract_uuid(2);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	strcpy(other.ha1b, "taken");
	EXPECT_VERDICT("a HA1B", store_user_add(st, &other, &none), 0);
	for (unsigned n = 1; n <= USERS; n++)
		contract_add_user(st, n);
	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	for (unsigned n = 1; n <= USERS; n++)
		add_tokens(&tx, n);
	add_domain_tokens(&tx);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

/* Adds roles and users until neither fits. */
static void
fill(struct store *st)
{
	struct password password = contract_password(0);
	struct role role = contract_role(0);
	struct user user;
	int r = 0;

	memset(role.acl, 'x', sizeof role.acl - 1);
	for (unsigned i = 0; !r; i++) {
		snprintf(role.name, sizeof role.name, "filler %u", i);
		r = store_role_set(st, &role);
	}
	EXPECT_VERDICT("full", r, -ENOSPC);
	for (r = 0; !r;) {
		static unsigned n = 1000;

		user = contract_user(n);
		password.user = user.id;
		user.id.bytes[2] = (uint8_t)n++;
		r = store_user_add(st, &user, &password);
	}
	EXPECT_VERDICT("full", r, -ENOSPC);
}

/* --- what takes something away, and what is left of it ------------------------- */

static int
drop_by_digest(struct store *st)
{
	struct token token = token_of(1, 1);
	struct uuid user = user_id(1);

	return store_token_drop(st, &user, token.digest, NOW_MS, &token);
}

static int
drop_by_id(struct store *st)
{
	struct token token = token_of(1, 2);
	struct uuid user = user_id(1);

	return store_token_drop_id(st, &user, &token.id, NOW_MS, &token);
}

static int
drop_of_user(struct store *st)
{
	struct uuid user = user_id(1);
	uint64_t count = 0;
	int r;

	r = store_tokens_drop_of_user(st, &user, 77, NOW_MS, &count);
	EXPECT_INT("all that were left", count, EACH - 2);
	return r;
}

static int
drop_session(struct store *st)
{
	struct token token = token_of(1, EACH);
	struct uuid user = user_id(1);

	return store_session_drop(st, &user, &token.id, NOW_MS, &token);
}

static int
logout(struct store *st)
{
	struct uuid id = user_id(2);
	struct user user;
	uint64_t count = 0;
	int r;

	r = store_user_logout(st, &id, 4711, NOW_MS, &count);
	EXPECT_INT("sessions do not count", count, EACH);
	EXPECT_VERDICT("the user", store_user_get(st, &id, &user), 0);
	EXPECT_INT("JWTs ended", user.gen, 4711);
	return r;
}

static int
new_password(struct store *st)
{
	struct password password = contract_password(3), is;
	struct user user;
	int r;

	strcpy(password.hash, "$another$");
	r = store_user_password(st, &password, NULL, 4711, true);
	EXPECT_VERDICT("the password", store_password_get(st, &password.user, &is), 0);
	EXPECT_STRING("is another", is.hash, "$another$");
	EXPECT_VERDICT("the user", store_user_get(st, &password.user, &user), 0);
	EXPECT_INT("JWTs ended", user.gen, 4711);
	return r;
}

/* It is refused, because another user has that HA1B.  Nothing of it may be done. */
static int
refused_password(struct store *st)
{
	struct password password = contract_password(4), is;

	EXPECT_VERDICT("refused", store_user_password(st, &password, contract_ha1b(4, "taken"), 4711, true),
	    V_EXISTS);
	EXPECT_VERDICT("the password", store_password_get(st, &password.user, &is), 0);
	EXPECT_STRING("is the same", is.hash, password.hash);
	EXPECT_INT("tokens too", live_of(st, 4), EACH + 1);
	return 0;
}

static int
disable(struct store *st)
{
	struct uuid id = user_id(4);
	struct user user;
	int r;

	r = store_user_disable(st, &id, 4711, NOW_MS);
	EXPECT_VERDICT("the user", store_user_get(st, &id, &user), 0);
	EXPECT_INT("since", user.disabled_ms, NOW_MS);
	EXPECT_INT("JWTs ended", user.gen, 4711);
	return r;
}

static int
delete_and_keep(struct store *st)
{
	struct uuid id = user_id(5);
	struct user user;
	int r;

	r = store_user_delete(st, &id, true, NOW_MS);
	EXPECT_VERDICT("the user", store_user_get(st, &id, &user), 0);
	EXPECT_INT("since", user.deleted_ms, NOW_MS);
	return r;
}

static int
delete(struct store *st)
{
	struct uuid id = user_id(6);
	struct user user;
	int r;

	r = store_user_delete(st, &id, false, NOW_MS);
	EXPECT_VERDICT("no user", store_user_get(st, &id, &user), V_NOT_FOUND);
	EXPECT_VERDICT("no name", store_user_find(st, IDENTITY_LOGIN, "user6@example.org", &user),
	    V_NOT_FOUND);
	return r;
}

static int
prune(struct store *st)
{
	uint64_t count = 0;
	int r;

	r = store_tokens_prune(st, 2, NOW_MS + 1, &count);
	EXPECT_INT("as many as were asked for", count, 2);
	return r;
}

static int
delete_account(struct store *st)
{
	struct uuid id = contract_uuid(7);

	return store_account_delete(st, &id);
}

static int
disable_domain_token(struct store *st)
{
	struct uuid id = contract_uuid(1);
	struct domain_token token;
	int r;

	r = store_domain_token_enable(st, "example.org", &id, false);
	EXPECT_VERDICT("get", store_domain_token_get(st, "example.org", &id, &token), 0);
	EXPECT_TRUE("off", !token.enabled);
	return r;
}

static int
drop_domain_token(struct store *st)
{
	struct uuid id = contract_uuid(2);

	return store_domain_token_drop(st, "example.org", &id);
}

static int
prune_domain_tokens(struct store *st)
{
	uint64_t count = 0;
	int r;

	r = store_domain_tokens_prune(st, OLD - 1, 20, &count);
	EXPECT_INT("as many as were asked for", count, OLD - 1);
	EXPECT_VERDICT("and the rest", store_domain_tokens_prune(st, OLD, 20, &count), 0);
	EXPECT_INT("and the rest", count, 1);
	return r;
}

static int
drop_role(struct store *st)
{
	return store_role_drop(st, "role 1");
}

static const struct {
	const char *row;
	int (*call)(struct store *st);
	unsigned user;
	uint64_t left;			/* live tokens and sessions of the user */
} takings[] = {
	{ "a token by its digest", drop_by_digest,       1, EACH },
	{ "a token by its id",     drop_by_id,           1, EACH - 1 },
	{ "all of a user",         drop_of_user,         1, 1 },
	{ "a session",             drop_session,         1, 0 },
	{ "logout",                logout,               2, 0 },
	{ "password and tokens",   new_password,         3, 0 },
	{ "a password, refused",   refused_password,     4, EACH + 1 },
	{ "disable",               disable,              4, EACH + 1 },
	{ "delete, kept",          delete_and_keep,      5, 0 },
	{ "delete",                delete,               6, 0 },
	{ "prune",                 prune,                7, EACH + 1 },
	{ "an account",            delete_account,       7, EACH + 1 },
	{ "a domain token off",    disable_domain_token, 7, EACH + 1 },
	{ "a domain token",        drop_domain_token,    7, EACH + 1 },
	{ "prune domain tokens",   prune_domain_tokens,  7, EACH + 1 },
	{ "a role",                drop_role,            7, EACH + 1 },
};

/* Nothing but takings[] succeeds: each is preceded by what fills the room it made. */
static void
take_all(struct store *st)
{
	for (size_t i = 0; i < NELEM(takings); i++) {
		fill(st);
		EXPECT_VERDICT(takings[i].row, takings[i].call(st), 0);
		EXPECT_INT(takings[i].row, live_of(st, takings[i].user), takings[i].left);
	}
}

/* Without end: the space that one of them needs is free again before the next. */
static void
take_often(struct store *st)
{
	struct uuid user = user_id(8);
	struct token token, gone;

	for (unsigned i = 0; i < 150; i++) {
		if (i % 30 == 0)
			fill(st);
		EXPECT_VERDICT("disable", store_user_disable(st, &user, i + 1, NOW_MS), 0);
		token = token_of(9, i + 4);
		EXPECT_VERDICT("drop", store_token_drop_id(st, &token.user, &token.id, NOW_MS,
		    &gone), 0);
	}
}

/* --- places -------------------------------------------------------------------- */

static struct store *
open_store(const char *directory, uint64_t max_bytes)
{
	struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	if (open_lmdb(&st, directory, max_bytes, STORE_MAKE) || store_init(st, &instance, 1))
		_exit(90);
	return st;
}

static void
in_small_store(const char *directory)
{
	struct store *st = open_store(directory, 3 * MIB);

	populate(st);
	contract_fill(st, 1);
	take_all(st);
	take_often(st);
	store_close(&st);
	EXPECT_VERDICT("opens again", open_lmdb(&st, directory, 3 * MIB, STORE_USE), 0);
	fill(st);
	EXPECT_VERDICT("and goes on", drop_session(st), V_NOT_FOUND);
	store_close(&st);
}

static void
on_full_disk(const char *directory)
{
	struct store *st;

	small_disk_mount(directory);
	st = open_store(directory, CONTRACT_BYTES_MAX);
	populate(st);
	small_disk_fill(directory);
	take_all(st);
	take_often(st);
	store_close(&st);
	EXPECT_VERDICT("opens on a full disk", open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
	    STORE_USE), 0);
	EXPECT_VERDICT("and goes on", drop_session(st), V_NOT_FOUND);
	fill(st);
	small_disk_empty(directory);
	for (unsigned i = 0; i < 100; i++) {
		struct token token = token_of(8, 300 + i);

		EXPECT_VERDICT("room again", store_token_add(st, &token, 9999, NOW_MS), 0);
	}
	store_close(&st);
}

static const struct {
	const char *row;
	void (*try)(const char *directory);
} places[] = {
	{ "a store of its permitted size", in_small_store },
	{ "a full disk",                   on_full_disk },
};

static void
no_room(void)
{
	for (size_t i = 0; i < NELEM(places); i++) {
		const char *directory = contract_directory();
		int status = -1;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		if (pid == 0) {
			places[i].try(directory);
			fflush(NULL);
			_exit(CU_get_number_of_failures() != 0);
		}
		EXPECT_INT(places[i].row, waitpid(pid, &status, 0), pid);
		EXPECT_TRUE(places[i].row, WIFEXITED(status));
		if (WEXITSTATUS(status) == SMALL_DISK_NONE)
			printf("\n    %s: skipped, no file system can be mounted", places[i].row);
		else
			EXPECT_INT(places[i].row, WEXITSTATUS(status), 0);
	}
}

/* Each step may be the last: what it dropped is gone, the rest is whole. */
static void
steps(void)
{
	GUARD(store_close) struct store *st = contract_open();
	const struct op op = { .kind = OP_TOKENS_DROP_OF_USER, .now_ms = NOW_MS,
	    .u.tokens_drop_of_user = { user_id(1), 77 } };
	struct op_result result = { 0 };
	uint64_t left = EACH, count = 0;
	bool unfinished = true;

	populate(st);
	while (unfinished) {
		GUARD(txn_drop) struct txn tx = { 0 };

		EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
		tx.drops = LMDB_STEP;
		EXPECT_VERDICT("step", lmdb_tokens_drop_of_user(&tx, &op, &result), 0);
		unfinished = tx.unfinished;
		EXPECT_VERDICT("commit", txn_commit(&tx), 0);
		left -= left < LMDB_STEP ? left : LMDB_STEP;
		EXPECT_INT("left", live_of(st, 1), left + 1);
		EXPECT_INT("of others", live_of(st, 2), EACH + 1);
		EXPECT_INT("counted", result.count, EACH - left);
	}
	EXPECT_VERDICT("again", store_tokens_drop_of_user(st, &op.u.tokens_drop_of_user.owner, 77,
	    NOW_MS, &count), 0);
	EXPECT_INT("none", count, 0);
}

CU_TestInfo room_tests[] = {
	{ "no room", no_room },
	{ "steps", steps },
	CU_TEST_INFO_NULL,
};
