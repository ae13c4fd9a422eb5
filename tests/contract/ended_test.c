// SPDX-License-Identifier: ISC
/*
 * tests/contract/ended_test.c - ended logins in LMDB: what a repair or a sweep loses of them
 * lets no JWT in again.
 */
#include "contract.h"

#include <stdio.h>
#include <string.h>

#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_place.h"
#include "store/store_care.h"

#define LIMIT 9
#define OLD_GEN 1			/* of contract_user */

static int
note(void *arg, const struct store_finding *f)
{
	char *lines = arg;
	size_t len = strlen(lines);

	snprintf(lines + len, 2000 - len, "%s %d%s\n", f->table, (int)f->defect,
	    f->mended ? "+" : f->dropped ? "-" : "");
	return 0;
}

static struct store_check
check(struct store *st, bool repair, char lines[2000])
{
	struct store_check check = { .now_ms = NOW_MS, .repair = repair, .found = note,
	    .arg = lines };

	lines[0] = '\0';
	EXPECT_VERDICT("check", store_check(st, &check), 0);
	return check;
}

/* Writes bytes there; NULL: drops the record. */
static void
damage(struct store *st, const struct place *at, const char *bytes)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	MDB_val key = { at->len, (void *)(uintptr_t)at->key };
	MDB_val val = { bytes ? strlen(bytes) : 0, (void *)(uintptr_t)bytes };

	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	tx.dirty = true;
	if (bytes)
		EXPECT_INT("put", mdb_put(tx.mdb, tx.db->dbi[at->table], &key, &val, 0), 0);
	else
		EXPECT_VERDICT("drop", place_drop(&tx, at), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

static void
put_user(struct store *st, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);
	GUARD(txn_drop) struct txn tx = { 0 };

	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	EXPECT_VERDICT("put", place_put(&tx, &at, user), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

static void
end_login(struct store *st, unsigned user, unsigned login, int64_t expires_ms)
{
	const struct uuid id = contract_uuid(user), ended = contract_uuid(login);

	EXPECT_VERDICT("end", store_login_end(st, &id, OLD_GEN, &ended, expires_ms, LIMIT, NOW_MS),
	    0);
}

/* Would a JWT of the login be valid? */
static bool
is_admitted(struct store *st, unsigned user, unsigned login, int64_t now_ms)
{
	const struct uuid id = contract_uuid(login);
	struct user owner = contract_get_user(st, user);
	struct token ended;

	return owner.gen == OLD_GEN && (owner.logins_ended_ms <= now_ms ||
	    store_login_find_ended(st, &id, now_ms, &ended) == V_NOT_FOUND);
}

/* The places of the record of a login, and of the links to it. */
static struct place
place_of(unsigned user, unsigned login, enum table table)
{
	struct token token = { .id = contract_uuid(login), .user = contract_uuid(user),
	    .created_ms = NOW_MS, .expires_ms = END_MS };

	login_digest(&token.id, token.digest);
	switch (table) {
	case TABLE_TOKEN:	return at_digest(token.digest);
	case TABLE_TOKEN_UUID:	return at_uuid(table, &token.id);
	case TABLE_TOKEN_USER:	return at_token_user(&token);
	default:		return at_token_expiry(token.expires_ms, token.digest);
	}
}

/* Users 1 and 2 have ended a login each, 11 and 21; user 3 has ended none. */
static struct store *
populate(void)
{
	struct store *st = contract_open();

	for (unsigned n = 1; n <= 3; n++)
		contract_add_user(st, n);
	end_login(st, 1, 11, END_MS);
	end_login(st, 2, 21, END_MS);
	return st;
}

#define BAD "\2\1rubbish, and a bad checksum"

/* What is lost of login 11, and who has no JWT any more when that is repaired. */
static void
lost(void)
{
	static const struct {
		const char *row;
		const char *record, *by_user, *by_id, *by_expiry;	/* bytes; "": is gone */
		bool renews, renews_all;
	} t[] = {
		{ "nothing", NULL, NULL, NULL, NULL, false, false },
		{ "damaged", BAD, NULL, NULL, NULL, true, false },
		{ "gone", "", NULL, NULL, NULL, true, false },
		{ "damaged, its id gone", BAD, NULL, "", NULL, true, false },
		{ "gone, its id damaged", "", NULL, BAD, NULL, true, false },
		{ "gone, its expiry too", "", NULL, NULL, "", true, false },
		{ "gone, but its list", "", NULL, "", "", true, false },
		{ "damaged, its user unknown", BAD, "", NULL, NULL, true, true },
		{ "damaged, its user damaged", BAD, BAD, NULL, NULL, true, true },
		{ "gone, its user unknown", "", "", NULL, NULL, true, true },
		{ "gone, but its expiry", "", "", "", NULL, true, true },
		{ "damaged, all else gone", BAD, "", "", "", true, true },
		{ "its list gone", NULL, "", NULL, NULL, false, false },
		{ "its id damaged", NULL, NULL, BAD, NULL, false, false },
		{ "its expiry gone", NULL, NULL, NULL, "", false, false },
	};
	char lines[2000];

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = populate();
		const struct { enum table table; const char *bytes; } what[] = {
			{ TABLE_TOKEN, t[i].record }, { TABLE_TOKEN_USER, t[i].by_user },
			{ TABLE_TOKEN_UUID, t[i].by_id }, { TABLE_TOKEN_EXPIRY, t[i].by_expiry },
		};

		for (size_t k = 0; k < NELEM(what); k++) {
			const struct place at = place_of(1, 11, what[k].table);

			if (what[k].bytes)
				damage(st, &at, *what[k].bytes ? what[k].bytes : NULL);
		}
		check(st, false, lines);
		EXPECT_TRUE("unchanged", contract_get_user(st, 1).gen == OLD_GEN);
		EXPECT_INT(t[i].row, (int64_t)check(st, true, lines).faults, 0);
		EXPECT_TRUE(t[i].row, !is_admitted(st, 1, 11, NOW_MS));
		EXPECT_TRUE(t[i].row, (contract_get_user(st, 1).gen != OLD_GEN) == t[i].renews);
		EXPECT_TRUE(t[i].row, (contract_get_user(st, 2).gen != OLD_GEN) == t[i].renews_all);
		EXPECT_TRUE(t[i].row, contract_get_user(st, 3).gen == OLD_GEN);
		EXPECT_TRUE(t[i].row, (strstr(lines, "user 10+\n") != NULL) == t[i].renews);
		EXPECT_TRUE(t[i].row, !is_admitted(st, 2, 21, NOW_MS));
		EXPECT_INT(t[i].row, (int64_t)check(st, true, lines).mended, 0);
	}
}

/* The mark of the user, without which nobody looks for ended logins. */
static void
unmarked(void)
{
	static const struct {
		const char *row;
		int64_t marked_ms;
		uint64_t gen;		/* of the user, who may have ended all logins since */
		bool is_fault;
	} t[] = {
		{ "as it should be", END_MS, OLD_GEN, false },
		{ "later", END_MS + 50, OLD_GEN, false },
		{ "none", 0, OLD_GEN, true },
		{ "a little too early", END_MS - 1, OLD_GEN, true },
		{ "all have ended since", 0, 7, false },
	};
	char lines[2000];

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = populate();
		struct user user = contract_get_user(st, 1);

		user.logins_ended_ms = t[i].marked_ms;
		user.gen = t[i].gen;
		put_user(st, &user);
		EXPECT_INT(t[i].row, (int64_t)check(st, false, lines).faults, t[i].is_fault);
		EXPECT_STRING(t[i].row, lines, t[i].is_fault ? "user 9\n" : "");
		EXPECT_INT(t[i].row, (int64_t)check(st, true, lines).faults, 0);
		EXPECT_STRING(t[i].row, lines, t[i].is_fault ? "user 9+\n" : "");
		user = contract_get_user(st, 1);
		EXPECT_INT(t[i].row, user.logins_ended_ms, t[i].is_fault ? END_MS : t[i].marked_ms);
		EXPECT_TRUE(t[i].row, !is_admitted(st, 1, 11, NOW_MS));
	}
}

/* A role may permit less than what is the default: it is not dropped, and can be replaced. */
static void
roles(void)
{
	GUARD(store_close) struct store *st = populate();
	struct role role = contract_role(8), found;
	const struct place at = at_text(TABLE_ROLE, role.name);
	char lines[2000];

	EXPECT_VERDICT("set", store_role_set(st, &role), 0);
	damage(st, &at, BAD);
	EXPECT_INT("left", (int64_t)check(st, true, lines).faults, 1);
	EXPECT_STRING("told", lines, "role 0\n");
	EXPECT_VERDICT("no default", store_role_get(st, role.name, &found), -EBADMSG);
	EXPECT_VERDICT("set again", store_role_set(st, &role), 0);
	EXPECT_VERDICT("is there", store_role_get(st, role.name, &found), 0);
	damage(st, &at, BAD);
	EXPECT_VERDICT("deleted", store_role_drop(st, role.name), 0);
	EXPECT_VERDICT("is gone", store_role_get(st, role.name, &found), V_NOT_FOUND);
	EXPECT_INT("well", (int64_t)check(st, true, lines).faults, 0);
}

/* --- the clock --------------------------------------------------------------------- */

#define NOW	(1700000000000)
#define LIFE_MS	(30 * DAY_MS)

/* A write by that clock, which sweeps if it is believed. */
static void
write_at(struct store *st, unsigned n, int64_t now_ms)
{
	contract_add_token(st, n, 3, now_ms, now_ms + 1000 * DAY_MS);
}

/*
 * The clock is ahead by so much for so long, and put right; the login was ended at NOW for
 * LIFE_MS, and JWTs of it could be valid all that time.
 */
static void
clock_ahead(void)
{
	static const struct { const char *row; int64_t by_ms, for_ms; bool prunes; } t[] = {
		{ "right", 0, 29 * DAY_MS, false },
		{ "a week", 7 * DAY_MS, 3 * DAY_MS, false },
		{ "40 days, for hours", 40 * DAY_MS, 5 * HOUR_MS, false },
		{ "40 days, for three", 40 * DAY_MS, 3 * DAY_MS, false },
		{ "40 days, for most", 40 * DAY_MS, 29 * DAY_MS, false },
		{ "years, for three days", 4000 * DAY_MS, 3 * DAY_MS, false },
		{ "years, and pruned", 4000 * DAY_MS, 3 * DAY_MS, true },
		{ "years, and pruned at once", 4000 * DAY_MS, 0, true },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		const struct uuid user = contract_uuid(1), login = contract_uuid(11);
		uint64_t count;
		unsigned n = 100;

		contract_add_user(st, 1);
		contract_add_user(st, 3);
		write_at(st, n++, NOW);
		EXPECT_VERDICT("end", store_login_end(st, &user, OLD_GEN, &login, NOW + LIFE_MS,
		    LIMIT, NOW), 0);
		for (int64_t at = 0; at < t[i].for_ms; at += 7 * HOUR_MS)
			write_at(st, n++, NOW + t[i].by_ms + at);
		if (t[i].prunes)
			EXPECT_VERDICT("prune", store_tokens_prune(st, 99, NOW + t[i].by_ms +
			    t[i].for_ms, &count), 0);
		for (int64_t at = t[i].for_ms; at < LIFE_MS; at += 7 * HOUR_MS) {
			EXPECT_TRUE(t[i].row, !is_admitted(st, 1, 11, NOW + at));
			write_at(st, n++, NOW + at);
		}
		/* in the end it goes */
		for (int64_t at = 0; at < 3 * LIFE_MS; at += 23 * HOUR_MS)
			write_at(st, n++, NOW + LIFE_MS + t[i].by_ms + at);
		EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, 1, &(struct token){
		    .use = 0 }), V_NOT_FOUND);
	}
}

CU_TestInfo ended_tests[] = {
	{ "lost", lost },
	{ "unmarked", unmarked },
	{ "roles", roles },
	{ "a clock that is ahead", clock_ahead },
	CU_TEST_INFO_NULL,
};
