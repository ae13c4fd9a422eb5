// SPDX-License-Identifier: ISC
/* tests/contract/kept_test.c - ended logins in MariaDB: what a check and a sweep make of them. */
#include "contract.h"

#include <stdio.h>
#include <string.h>

#include "mariadb.h"
#include "store/store_care.h"

#define NOW	(1700000000000)
#define LIFE_MS	(30 * DAY_MS)
#define OLD_GEN 1			/* of contract_user */

static void
run_in(const struct store_where *where, const char *statements)
{
	char text[1000];

	snprintf(text, sizeof text, "USE `%s`; %s", where->sql_database, statements);
	mariadb_run(text);
}

static struct store *
populate(struct store_where *where)
{
	const struct uuid instance = contract_uuid(9000), user = contract_uuid(1),
	    login = contract_uuid(11);
	struct store *st = NULL;

	*where = mariadb_new();
	EXPECT_VERDICT("open", store_open(&st, where, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
	contract_add_user(st, 3);
	EXPECT_VERDICT("end", store_login_end(st, &user, OLD_GEN, &login, NOW + LIFE_MS, 9, NOW),
	    0);
	return st;
}

static int
note(void *arg, const struct store_finding *f)
{
	snprintf(arg, 100, "%s %d%s", f->table, (int)f->defect, f->mended ? "+" : "");
	return 0;
}

static void
unmarked(void)
{
	static const struct { const char *row, *statement; bool is_fault; int64_t marked_ms; } t[] = {
		{ "as it should be", "SELECT 1", false, NOW + LIFE_MS },
		{ "none", "UPDATE `user` SET `logins_ended_on` = 0", true, NOW + LIFE_MS },
		{ "too early", "UPDATE `user` SET `logins_ended_on` = `logins_ended_on` - 1 "
		    "WHERE `logins_ended_on` > 0", true, NOW + LIFE_MS },
		{ "all have ended since", "UPDATE `user` SET `gen` = 7, `logins_ended_on` = 0", false,
		    0 },
		{ "it is over", "UPDATE `user` SET `logins_ended_on` = 0; "
		    "UPDATE `token` SET `expired_on` = 1700000000000", false, 0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct store_where where;
		GUARD(store_close) struct store *st = populate(&where);
		char last[100] = "";
		struct store_check check = { .now_ms = NOW, .found = note, .arg = last };

		run_in(&where, t[i].statement);
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, (int64_t)check.faults, t[i].is_fault);
		EXPECT_STRING(t[i].row, last, t[i].is_fault ? "user 9" : "");
		check.repair = true;
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, (int64_t)check.faults, 0);
		EXPECT_INT(t[i].row, (int64_t)check.mended, t[i].is_fault);
		EXPECT_STRING(t[i].row, last, t[i].is_fault ? "user 9+" : "");
		EXPECT_INT(t[i].row, contract_get_user(st, 1).logins_ended_ms, t[i].marked_ms);
		EXPECT_INT(t[i].row, contract_get_user(st, 3).logins_ended_ms, 0);
	}
}

/* A write by that clock, of a process that has not swept yet. */
static void
write_at(const struct store_where *where, unsigned n, int64_t now_ms)
{
	GUARD(store_close) struct store *st = NULL;

	EXPECT_VERDICT("open", store_open(&st, where, STORE_USE), 0);
	contract_add_token(st, n, 3, now_ms, now_ms + 10000 * DAY_MS);
}

/* By how much the clock of a machine is ahead, and for how many half days it alone sweeps. */
static void
clock_ahead(void)
{
	static const struct { const char *row; int64_t by_ms; unsigned halves; bool prunes, lives; }
	    t[] = {
		{ "right", 0, 4, false, true },
		{ "a day, once", DAY_MS, 1, false, true },
		{ "40 days, once", 40 * DAY_MS, 1, false, true },
		{ "40 days, for a day", 40 * DAY_MS, 2, false, true },
		{ "40 days, for longer", 40 * DAY_MS, 8, false, false },
		{ "years, for longer", 9000 * DAY_MS, 8, false, false },
		{ "years, pruned at once", 9000 * DAY_MS, 0, true, false },
	};
	const struct uuid login = contract_uuid(11);

	for (size_t i = 0; i < NELEM(t); i++) {
		struct store_where where;
		GUARD(store_close) struct store *st = populate(&where);
		struct token live = contract_add_token(st, 50, 3, NOW, NOW + 20 * DAY_MS), found;
		unsigned n = 100;
		uint64_t count;

		for (unsigned k = 0; k < t[i].halves; k++)
			write_at(&where, n++, NOW + t[i].by_ms + k * DAY_MS / 2);
		if (t[i].prunes)
			EXPECT_VERDICT("prune", store_tokens_prune(st, 99, NOW + t[i].by_ms, &count), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, live.digest, NOW, &found),
		    t[i].lives ? 0 : V_NOT_FOUND);
		for (int64_t at = 5 * DAY_MS; at < LIFE_MS; at += 5 * DAY_MS) {
			write_at(&where, n++, NOW + at);
			EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, NOW + at, &found), 0);
			EXPECT_TRUE(t[i].row, contract_get_user(st, 1).logins_ended_ms > NOW + at);
		}
		/* in the end it goes */
		for (int64_t at = 0; at < 3 * LIFE_MS; at += DAY_MS / 2 + 5 * (at ? 1 : 0))
			write_at(&where, n++, NOW + LIFE_MS + t[i].by_ms + at);
		EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, 1, &found), V_NOT_FOUND);
	}
}

/* Two machines that disagree about the time: neither sweeps, and one that is right does. */
static void
disagree(void)
{
	struct store_where where;
	GUARD(store_close) struct store *st = populate(&where);
	struct token live = contract_add_token(st, 50, 3, NOW, NOW + 20 * DAY_MS), found;
	struct token old = contract_add_token(st, 51, 3, NOW, NOW + 1000);
	unsigned n = 100;

	for (int64_t at = 0; at < 10 * DAY_MS; at += DAY_MS / 2) {
		write_at(&where, n++, NOW + at);
		write_at(&where, n++, NOW + 40 * DAY_MS + at);
	}
	EXPECT_VERDICT("live", store_token_find(st, live.digest, NOW, &found), 0);
	EXPECT_VERDICT("old", store_token_find(st, old.digest, NOW, &found), 0);
	for (int64_t at = 10 * DAY_MS; at < 12 * DAY_MS; at += DAY_MS / 2)
		write_at(&where, n++, NOW + at);
	EXPECT_VERDICT("live", store_token_find(st, live.digest, NOW, &found), 0);
	EXPECT_VERDICT("swept", store_token_find(st, old.digest, NOW, &found), V_NOT_FOUND);
}

CU_TestInfo kept_tests[] = {
	{ "unmarked", unmarked },
	{ "a clock that is ahead", clock_ahead },
	{ "two clocks", disagree },
	CU_TEST_INFO_NULL,
};
