// SPDX-License-Identifier: ISC
/*
 * tests/contract/mariadb_test.c - a store in MariaDB: its server ends and comes back, its
 * tables are older, newer or damaged, and several processes write at once.
 */
#include "contract.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "mariadb.h"
#include "store/sql/sql_link.h"
#include "store/store_care.h"

#define WRITERS		8
#define CAP		5
#define ROUNDS		20
#define BACK_MS		10000

/* A store with user 1, opened. */
static struct store *
open_made(struct store_where *where)
{
	struct uuid instance = contract_uuid(9000);
	struct store *st = NULL;

	*where = mariadb_new();
	EXPECT_VERDICT("open", store_open(&st, where, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
	return st;
}

static void
refused(void)
{
	GUARD(store_close) struct store *st = NULL;
	const struct store_where good = mariadb_new();
	struct store_where where = good;

	EXPECT_VERDICT("no tables", store_open(&st, &where, STORE_USE), -ENOENT);
	where.sql_database = "nobody_made_it";
	EXPECT_VERDICT("no database", store_open(&st, &where, STORE_MAKE), -ENOENT);
	where = good;
	mariadb_run("CREATE USER IF NOT EXISTS 'other'@'localhost' IDENTIFIED BY 'secret'");
	where.sql_user = "other";
	EXPECT_VERDICT("a wrong password", store_open(&st, &where, STORE_USE), -EACCES);
	where = good;
	where.sql_hosts = (const char *const[]){ "/nowhere.sock", "127.0.0.1:1" };
	where.sql_hosts_count = 2;
	EXPECT_VERDICT("no server", store_open(&st, &where, STORE_USE), -EAGAIN);
	where.sql_hosts_count = 0;
	EXPECT_VERDICT("no host", store_open(&st, &where, STORE_USE), -EINVAL);
	where = good;
	where.sql_password_file = "/nowhere";
	EXPECT_VERDICT("no file", store_open(&st, &where, STORE_USE), -EINVAL);
	EXPECT_TRUE("closed", st == NULL);
}

/* Whatever is asked while there is no server is a fault, and works when there is one again. */
static void
server_ends(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(store_close) struct store *idle = NULL;
	struct token token = contract_token(1, 1), other = contract_token(2, 1), out;
	struct uuid id = contract_uuid(1);
	const int64_t start_ms = clock_steady_ms();
	struct store_where where;
	struct user user;
	int r;

	st = open_made(&where);
	EXPECT_VERDICT("open", store_open(&idle, &where, STORE_USE), 0);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	mariadb_kill();
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), -EAGAIN);
	EXPECT_VERDICT("find", store_token_find(st, token.digest, NOW_MS, &out), -EAGAIN);
	EXPECT_VERDICT("add", store_token_add(st, &other, 9, NOW_MS), -EAGAIN);
	EXPECT_INT("start", mariadb_start(), 0);
	/* a server that was away is left alone for a moment */
	do
		r = store_token_find(st, token.digest, NOW_MS, &out);
	while (r == -EAGAIN && clock_steady_ms() < start_ms + BACK_MS);
	EXPECT_VERDICT("it was acknowledged", r, 0);
	EXPECT_VERDICT("it was not", store_token_find(st, other.digest, NOW_MS, &out), V_NOT_FOUND);
	EXPECT_VERDICT("add", store_token_add(st, &other, 9, NOW_MS), 0);
	EXPECT_VERDICT("a connection of before", store_user_get(idle, &id, &user), 0);
}

/* A server that does not answer is given up in time. */
static void
server_stops(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct uuid id = contract_uuid(1);
	int64_t start_ms = clock_steady_ms();
	struct store_where where;
	struct user user;
	int r;

	st = open_made(&where);
	store_close(&st);
	where.sql_timeout_ms = 1000;
	EXPECT_VERDICT("open", store_open(&st, &where, STORE_USE), 0);
	kill(mariadb_process(), SIGSTOP);
	/* its threads stop one after the other */
	EXPECT_INT("stopped", waitpid(mariadb_process(), NULL, WUNTRACED), mariadb_process());
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), -EAGAIN);
	kill(mariadb_process(), SIGCONT);
	do
		r = store_user_get(st, &id, &user);
	while (r == -EAGAIN && clock_steady_ms() < start_ms + BACK_MS);
	EXPECT_VERDICT("back", r, 0);
}

/* --- tables --------------------------------------------------------------------- */

static void
run_in(const struct store_where *where, const char *statements)
{
	char text[5000];

	snprintf(text, sizeof text, "USE `%s`; %s", where->sql_database, statements);
	mariadb_run(text);
}

/* A newer program has added to the tables, and this one goes on; but not if it must not. */
static void
schemas(void)
{
	GUARD(store_close) struct store *old = NULL;
	GUARD(store_close) struct store *st = NULL;
	struct token token = contract_token(1, 1);
	struct uuid id = contract_uuid(1);
	struct store_where where;
	struct user user;

	old = open_made(&where);
	EXPECT_VERDICT("get", store_user_get(old, &id, &user), 0);
	run_in(&where, "ALTER TABLE `user` ADD COLUMN `later` VARBINARY(20) NOT NULL DEFAULT ''; "
	    "ALTER TABLE `token` ADD COLUMN `sooner` BIGINT NOT NULL DEFAULT 0 FIRST; "
	    "CREATE TABLE `more` (`uuid` BINARY(16) PRIMARY KEY); "
	    "UPDATE `meta` SET `schema` = 99 WHERE `row` = 'store'");
	EXPECT_VERDICT("open before", store_user_get(old, &id, &user), 0);
	contract_add_user(old, 2);
	EXPECT_VERDICT("open since", store_open(&st, &where, STORE_USE), 0);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("get", store_token_get(old, &token.id, NOW_MS, &token), 0);
	store_close(&st);
	run_in(&where, "UPDATE `meta` SET `schema` = 99 WHERE `row` = 'reader'");
	EXPECT_VERDICT("too new", store_open(&st, &where, STORE_USE), -EPROTO);
	run_in(&where, "UPDATE `meta` SET `schema` = 1 WHERE `row` = 'store'");
	EXPECT_VERDICT("too old", store_open(&st, &where, STORE_USE), -ESTALE);
}

static const char *const later[] = { "user", "password", "account", "token", "key",
    "domain_token", "role" };

/* A record of each kind, and then a column of a newer program, which has written to it. */
static void
make_later(const struct store_where *where, struct store *st)
{
	struct account account = contract_account(5);
	struct token token = contract_token(1, 1);
	struct key key = contract_key(2);
	struct role role = contract_role(8);
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	char text[256];

	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("key", store_key_add(st, &key), 0);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	for (size_t i = 0; i < NELEM(later); i++) {
		snprintf(text, sizeof text, "ALTER TABLE `%s` ADD COLUMN `later` VARBINARY(20) "
		    "NOT NULL DEFAULT ''; UPDATE `%s` SET `later` = 'kept'", later[i], later[i]);
		run_in(where, text);
	}
}

/* While newer programs are at work, this one writes, and what they have added remains. */
static void
beside_newer(void)
{
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	struct account account = contract_account(5), account_after;
	struct token token = contract_token(1, 1), token_after;
	struct password password = contract_password(1);
	struct user user = contract_user(1), user_after;
	GUARD(store_close) struct store *st = NULL;
	struct role role = contract_role(8);
	struct key key = contract_key(2);
	struct store_where where;
	char text[256];

	st = open_made(&where);
	make_later(&where, st);
	EXPECT_VERDICT("user", store_user_set(st, &user, contract_bit(&user_kind, "first_name"),
	    NOW_MS, &user_after), 0);
	strcpy(password.hash, "another");
	EXPECT_VERDICT("password", store_user_password(st, &password, NULL, 9, false), 0);
	EXPECT_VERDICT("account", store_account_set(st, &account,
	    contract_bit(&account_kind, "email"), NOW_MS, &account_after), 0);
	EXPECT_VERDICT("token", store_token_set(st, &token.user, &token,
	    contract_bit(&token_kind, "name"), NOW_MS, &token_after), 0);
	key.retired_ms = NOW_MS;
	EXPECT_VERDICT("key", store_key_set(st, &key, contract_bit(&key_kind, "retired_on")), 0);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	EXPECT_VERDICT("domain token", store_domain_token_enable(st, "example.org",
	    &domain_token.id, false), 0);
	for (size_t i = 0; i < NELEM(later); i++) {
		snprintf(text, sizeof text, "SELECT COUNT(*) FROM `%s`.`%s` WHERE `later` <> 'kept'",
		    where.sql_database, later[i]);
		EXPECT_INT(later[i], mariadb_number(text), 0);
	}
}

/* An older program adds a token: it names the columns that it knows. */
static void
add_as_older(const struct store_where *where, const struct token *token)
{
	char id[2 * sizeof token->id + 1], user[sizeof id], digest[2 * DIGEST_LEN + 1], text[512];

	text_hex(id, token->id.bytes, sizeof token->id);
	text_hex(user, token->user.bytes, sizeof token->user);
	text_hex(digest, token->digest, DIGEST_LEN);
	snprintf(text, sizeof text, "INSERT INTO `token` (`uuid`, `user`, `digest`, "
	    "`created_on`, `expired_on`) VALUES (X'%s', X'%s', X'%s', %lld, %lld)", id, user,
	    digest, (long long)NOW_MS, (long long)END_MS);
	run_in(where, text);
}

/* A database that an older program has made, while such a program goes on with it. */
static void
upgraded(void)
{
	GUARD(store_close) struct store *old = NULL;
	GUARD(store_close) struct store *st = NULL;
	struct token token = contract_token(1, 1), other = contract_token(2, 1), found;
	struct uuid id = contract_uuid(1);
	struct store_where where;
	struct user user;
	uint64_t from;

	old = open_made(&where);
	/* as programs of schema 3 made it, the first ones that ran on MariaDB */
	run_in(&where, "ALTER TABLE `user` DROP COLUMN `logins_ended_on`; "
	    "ALTER TABLE `token` DROP COLUMN `scope`, DROP COLUMN `addresses`, "
	    "DROP COLUMN `successor`, DROP COLUMN `predecessor`, DROP COLUMN `replaced_on`, "
	    "DROP COLUMN `prefix`, DROP COLUMN `last_used_on`, DROP COLUMN `last_used_ip`; "
	    "ALTER TABLE `key` DROP COLUMN `private_key`; DROP TABLE `machine`; "
	    "UPDATE `meta` SET `schema` = 3");
	EXPECT_VERDICT("too old", store_open(&st, &where, STORE_USE), -ESTALE);
	EXPECT_VERDICT("upgrade", store_upgrade(&where, "/unused", &from), 0);
	EXPECT_INT("from", (int64_t)from, 3);
	EXPECT_INT("older ones can go on", contract_reader(&where), 3);
	EXPECT_VERDICT("again", store_upgrade(&where, "/unused", &from), 0);
	EXPECT_INT("from", (int64_t)from, STORE_SCHEMA);
	EXPECT_VERDICT("open", store_open(&st, &where, STORE_USE), 0);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("the older program", store_user_get(old, &id, &user), 0);
	add_as_older(&where, &other);
	EXPECT_VERDICT("its token", store_token_find_user(st, other.digest, NOW_MS, &found, &user),
	    0);
	EXPECT_STRING("without limits", found.scope, "");
}

/* What this program cannot have written is a fault, not a verdict. */
static void
damaged(void)
{
	static const struct { const char *row, *statement; } t[] = {
		{ "a NUL in text",  "UPDATE `user` SET `role` = 'a\\0b'" },
		{ "text too long",  "ALTER TABLE `user` MODIFY `gender` VARBINARY(99) NOT NULL; "
		    "UPDATE `user` SET `gender` = REPEAT('g', 16)" },
		{ "no value",       "ALTER TABLE `user` MODIFY `dob` VARBINARY(99); "
		    "UPDATE `user` SET `dob` = NULL" },
		{ "a truth of 2",   "UPDATE `user` SET `wss_online` = 2" },
		{ "a long id",      "ALTER TABLE `user` MODIFY `account` VARBINARY(99) NOT NULL; "
		    "UPDATE `user` SET `account` = REPEAT('a', 17)" },
		{ "a short id",     "ALTER TABLE `user` MODIFY `account` VARBINARY(99) NOT NULL; "
		    "UPDATE `user` SET `account` = 'a'" },
	};
	struct uuid id = contract_uuid(1);
	struct store_where where;
	struct user user;

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = open_made(&where);

		run_in(&where, t[i].statement);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &id, &user), -EBADMSG);
		EXPECT_VERDICT(t[i].row, store_user_disable(st, &id, 5, NOW_MS), -EBADMSG);
	}
}

/* So is a number that is none, in place of one that looks like it, or that is missing. */
static void
no_number(void)
{
	static const struct { const char *row, *statement; } t[] = {
		{ "too large", "ALTER TABLE `meta` MODIFY `key_changes` BIGINT UNSIGNED NOT NULL; "
		    "UPDATE `meta` SET `key_changes` = 18446744073709551615 WHERE `row` = 'keys'" },
		{ "a text", "ALTER TABLE `meta` MODIFY `key_changes` VARBINARY(9) NOT NULL; "
		    "UPDATE `meta` SET `key_changes` = '7x' WHERE `row` = 'keys'" },
		{ "none", "DELETE FROM `meta` WHERE `row` = 'keys'" },
	};
	struct store_where where;
	struct token token = contract_token(1, 1);
	struct key key = contract_key(1);
	uint64_t changes;

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = open_made(&where);

		run_in(&where, t[i].statement);
		store_look_again(st);
		EXPECT_VERDICT(t[i].row, store_key_changes(st, &changes), -EBADMSG);
		EXPECT_VERDICT(t[i].row, store_key_add(st, &key), -EBADMSG);
		store_expect_keys(st, 1);
		EXPECT_VERDICT(t[i].row, store_token_add(st, &token, 9, NOW_MS), -EBADMSG);
	}
}

/* Tokens go with their user; one that somebody left is no fault. */
static void
of_nobody(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct token token = contract_token(1, 1);
	struct store_where where;
	struct user user;

	st = open_made(&where);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	run_in(&where, "DELETE FROM `user`");
	EXPECT_VERDICT("find", store_token_find_user(st, token.digest, NOW_MS, &token, &user),
	    V_ENDED);
	EXPECT_VERDICT("get", store_token_get_user(st, &token.id, NOW_MS, &token, &user), V_ENDED);
}

/* Programs that others wrote in SQL see the names of fields, and text as it is. */
static void
readable(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct store_where where;

	st = open_made(&where);
	run_in(&where, "CREATE TABLE `found` SELECT `email` FROM `user` JOIN `identity` "
	    "USING (`uuid`) WHERE `kind` = 'login' AND `name` = 'user1@example.org'; "
	    "CREATE TABLE `must_be_one` (`n` BIGINT CHECK (`n` = 1)); "
	    "INSERT INTO `must_be_one` SELECT COUNT(*) FROM `found`");
}

/* --- checks ------------------------------------------------------------------------- */

struct found {
	unsigned count, mended;
	char last[256], key[256], statement[4096];
};

static int
note(void *arg, const struct store_finding *f)
{
	struct found *found = arg;

	found->count++;
	found->mended += f->mended || f->dropped;
	snprintf(found->key, sizeof found->key, "%s", f->key);
	snprintf(found->statement, sizeof found->statement, "%s",
	    f->len ? (const char *)f->bytes : "");
	snprintf(found->last, sizeof found->last, "%s %s%s%s", f->table,
	    store_defect_text(f->defect), *f->lacks_table ? " " : "", f->lacks_key);
	return 0;
}

/* Each defect is named, and what may be mended is, by which the store is whole again. */
static void
checked(void)
{
	static const struct {
		const char *row, *statement, *last;
		bool mends, drops;
	} t[] = {
		{ "nothing", "SELECT 1", "", true, false },
		{ "a name is gone", "DELETE FROM `identity` WHERE `name` = 'g1'",
		    "user is missing in an index, or differs there google:g1", true, false },
		{ "a name of nobody", "INSERT INTO `identity` (`uuid`, `kind`, `name`) "
		    "VALUES (REPEAT('a', 16), 'login', 'nobody')",
		    "identity leads to a record that is missing, or differs", true, true },
		{ "a name that the user has not", "INSERT INTO `identity` "
		    "SELECT `uuid`, 'google', 'other' FROM `user` LIMIT 1",
		    "identity leads to a record that is missing, or differs", true, true },
		{ "a name of another", "DELETE FROM `identity` WHERE `name` = 'w2'; "
		    "UPDATE `user` SET `wechat_user_id` = 'w1'",
		    "user has a name that another record has too", false, false },
		{ "an account's name is gone", "DELETE FROM `identity` WHERE `kind` = 'account'",
		    "account is missing in an index, or differs there account:account 5", true, false },
		{ "a token of nobody", "UPDATE `token` SET `user` = REPEAT('b', 16)",
		    "token belongs to a user who does not exist", true, true },
		{ "a password of nobody", "INSERT INTO `password` (`user`, `hash`) "
		    "VALUES (REPEAT('b', 16), 'x')",
		    "password belongs to a user who does not exist", true, true },
		{ "no such account", "UPDATE `user` SET `account` = REPEAT('b', 16) "
		    "WHERE `email` = 'user1@example.org'",
		    "user belongs to an account that does not exist", false, false },
		{ "damage", "UPDATE `user` SET `role` = 'a\\0b' WHERE `email` = "
		    "'user1@example.org'", "user is damaged", false, false },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct store_where where;
		GUARD(store_close) struct store *st = open_made(&where);
		struct account account = contract_account(5);
		struct token token = contract_token(1, 1);
		struct uuid user = contract_uuid(1);
		struct found found = { .count = 0 };
		char id[UUID_TEXT_SIZE];
		struct store_check check = { .now_ms = NOW_MS, .found = note, .arg = &found };

		contract_add_user(st, 2);
		EXPECT_VERDICT("account", store_account_add(st, &account), 0);
		EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
		run_in(&where, t[i].statement);
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_STRING(t[i].row, found.last, t[i].last);
		EXPECT_INT(t[i].row, (int64_t)check.faults, *t[i].last ? 1 : 0);
		if (strstr(found.last, "damaged"))
			EXPECT_STRING(t[i].row, found.key, uuid_text(id, &user));
		check.repair = true;
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, (int64_t)check.faults, t[i].mends ? 0 : 1);
		EXPECT_TRUE(t[i].row, !*found.statement == !t[i].drops);
		check.repair = false;
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, (int64_t)check.faults, t[i].mends ? 0 : 1);
		if (!t[i].drops)
			continue;
		run_in(&where, found.statement);
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, (int64_t)check.faults, 1);
	}
}

/* --- keys and sweeps -------------------------------------------------------------- */

/* What another process changes is seen soon, and at once if something depends on it. */
static void
keys_elsewhere(void)
{
	GUARD(store_close) struct store *one = NULL;
	GUARD(store_close) struct store *two = NULL;
	const int64_t start_ms = clock_steady_ms();
	struct token token = contract_token(1, 1);
	struct key key = contract_key(1);
	uint64_t before, after;
	struct store_where where;

	one = open_made(&where);
	EXPECT_VERDICT("open", store_open(&two, &where, STORE_USE), 0);
	EXPECT_VERDICT("look", store_key_changes(two, &before), 0);
	EXPECT_VERDICT("add", store_key_add(one, &key), 0);
	store_expect_keys(two, before);
	EXPECT_VERDICT("not with old keys", store_token_add(two, &token, 9, NOW_MS), V_CHANGED);
	EXPECT_VERDICT("look", store_key_changes(two, &after), 0);
	EXPECT_INT("seen at once", (int64_t)after, (int64_t)before + 1);
	EXPECT_VERDICT("drop", store_key_drop(one, key.id), 0);
	do
		EXPECT_VERDICT("look", store_key_changes(two, &after), 0);
	while (after == before + 1 && clock_steady_ms() < start_ms + BACK_MS);
	EXPECT_INT("seen soon", (int64_t)after, (int64_t)before + 2);
}

/* Who has swept is written down: for this moment nobody else does. */
static void
swept_once(void)
{
	static const int64_t day_ms = 86400000;
	GUARD(store_close) struct store *one = NULL;
	GUARD(store_close) struct store *two = NULL;
	struct token old = contract_token(1, 1), token = contract_token(2, 1);
	struct store_where where;
	struct store_counts counts;

	one = open_made(&where);
	EXPECT_VERDICT("open", store_open(&two, &where, STORE_USE), 0);
	run_in(&where, "UPDATE `meta` SET `created_on` = 1000000000000 WHERE `row` = 'sweep'");
	EXPECT_VERDICT("add", store_token_add(one, &old, 9, NOW_MS), 0);
	token.expires_ms += 9 * day_ms;
	EXPECT_VERDICT("later", store_token_add(two, &token, 9, END_MS + 2 * day_ms), 0);
	EXPECT_VERDICT("counts", store_counts(two, &counts), 0);
	EXPECT_INT("another has swept", (int64_t)counts.tokens, 2);
	run_in(&where, "UPDATE `meta` SET `created_on` = 0, `key_changes` = 0 WHERE `row` = 'sweep'");
	store_close(&two);
	EXPECT_VERDICT("open", store_open(&two, &where, STORE_USE), 0);
	EXPECT_VERDICT("drop", store_token_drop_id(two, &token.user, &token.id,
	    END_MS + 2 * day_ms, &token), 0);
	EXPECT_VERDICT("counts", store_counts(two, &counts), 0);
	EXPECT_INT("nobody has", (int64_t)counts.tokens, 0);
}

/* --- processes ---------------------------------------------------------------------- */

/* Runs work in so many processes at once; the sum of what they return. */
static int
at_once(const struct store_where *where, int (*work)(struct store *st, unsigned n))
{
	pid_t pids[WRITERS];
	int gate[2], status, sum = 0;
	char byte;

	if (pipe(gate) != 0)
		abort();
	for (unsigned n = 0; n < WRITERS; n++) {
		pids[n] = fork();
		if (pids[n] == 0) {
			struct store *st = NULL;

			close(gate[1]);
			/* all wait for the end of the pipe */
			if (store_open(&st, where, STORE_USE) || read(gate[0], &byte, 1) != 0)
				_exit(99);
			_exit(work(st, n));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (unsigned n = 0; n < WRITERS; n++) {
		EXPECT_INT("wait", waitpid(pids[n], &status, 0), pids[n]);
		EXPECT_TRUE("exit", WIFEXITED(status) && WEXITSTATUS(status) < 99);
		sum += WEXITSTATUS(status);
	}
	return sum;
}

static int
add_tokens(struct store *st, unsigned n)
{
	int added = 0, r;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct token token = contract_token(100 + n * ROUNDS + i, 1);

		r = store_token_add(st, &token, CAP, NOW_MS);
		if (r && r != V_TOO_MANY)
			return 98;
		added += !r;
	}
	return added;
}

/* The names of user n are those of the others, so that one of them is added. */
static int
add_names(struct store *st, unsigned n)
{
	int added = 0, r;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct user user = contract_user(200 + i);
		struct password password = contract_password(200 + i);

		user.id = contract_uuid(1000 + n * ROUNDS + i);
		password.user = user.id;
		r = store_user_add(st, &user, &password);
		if (r && r != V_EXISTS)
			return 98;
		added += !r;
	}
	return added;
}

static void
writers(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1);
	struct store_counts counts;
	struct store_where where;
	struct token *tokens;
	size_t count;

	st = open_made(&where);
	EXPECT_INT("no more than the cap", at_once(&where, add_tokens), CAP);
	EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, 99, NOW_MS, &tokens,
	    &count), 0);
	EXPECT_INT("no more than the cap", (int64_t)count, CAP);
	EXPECT_INT("one for each name", at_once(&where, add_names), ROUNDS);
	EXPECT_VERDICT("counts", store_counts(st, &counts), 0);
	EXPECT_INT("one for each name", (int64_t)counts.users, ROUNDS + 1);
}

CU_TestInfo mariadb_tests[] = {
	{ "refused", refused },
	{ "server ends", server_ends },
	{ "server stops", server_stops },
	{ "schemas", schemas },
	{ "upgraded", upgraded },
	{ "beside newer programs", beside_newer },
	{ "damaged", damaged },
	{ "no number", no_number },
	{ "of nobody", of_nobody },
	{ "readable", readable },
	{ "checked", checked },
	{ "keys elsewhere", keys_elsewhere },
	{ "swept once", swept_once },
	{ "writers", writers },
	CU_TEST_INFO_NULL,
};
