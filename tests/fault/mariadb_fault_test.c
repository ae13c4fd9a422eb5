// SPDX-License-Identifier: ISC
/* Every command to a MariaDB server fails once, in every request: the answer tells what was done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>

#include "allocations.h"
#include "base/clock.h"
#include "fault.h"
#include "lossy.h"
#include "mariadb.h"
#include "service/random.h"
#include "store/sql/sql_link.h"

/* The login, SET SESSION, and the question whether it is part of a cluster. */
#define COMMANDS_OF_CONNECTING 3
#define COMMANDS_MAX 60

static const struct {
	const char *row;
	enum lossy what;
	unsigned error;
	int status;			/* 0: nothing is noticed once it is connected */
} ways[] = {
	{ "a lost command",       LOSSY_COMMAND,            0,                            0 },
	{ "a lost answer",        LOSSY_ANSWER,             0,                            0 },
	{ "half an answer",       LOSSY_HALF,               0,                            0 },
	{ "no command, no server", LOSSY_COMMAND_AND_SERVER, 0,                         503 },
	{ "no answer, no server", LOSSY_ANSWER_AND_SERVER,  0,                          503 },
	{ "another was first",    LOSSY_ERROR,              ER_LOCK_DEADLOCK,             0 },
	{ "an error of a commit", LOSSY_ERROR,              ER_ERROR_DURING_COMMIT,       0 },
	{ "not of the cluster",   LOSSY_ERROR,              ER_UNKNOWN_COM_ERROR,         0 },
	{ "its disk is full",     LOSSY_ERROR,              ER_DISK_FULL,               503 },
	{ "not permitted",        LOSSY_ERROR,              ER_TABLEACCESS_DENIED_ERROR, 500 },
	{ "no end of rows",       LOSSY_END,                ER_LOCK_WAIT_TIMEOUT,         0 },
};

static struct {
	struct box box;
	long long digest;		/* of the tables before a request */
} my;

/* --- tables ----------------------------------------------------------------------------- */

/* A statement for each table: # is its name. */
static const char *
for_each_table(const char *statement)
{
	struct text out;

	text_init(&out, &my.box.mem);
	text_printf(&out, "USE `%s`", ((struct sql *)my.box.auth->store)->database);
	for (enum sql_table i = 0; i < SQL_TABLES; i++) {
		text_puts(&out, ";");
		for (const char *p = statement; *p; p++) {
			if (*p == '#')
				text_puts(&out, sql_tables[i].name);
			else
				text_put(&out, p, 1);
		}
	}
	return out.data;
}

static void
tables_keep(void)
{
	mariadb_run(for_each_table("CREATE TABLE `kept_#` LIKE `#`;"
	    "INSERT INTO `kept_#` SELECT * FROM `#`"));
}

static void
tables_restore(void)
{
	static const char *statements;

	if (!statements)
		statements = for_each_table("DELETE FROM `#`;"
		    "INSERT INTO `#` SELECT * FROM `kept_#`");
	mariadb_run(statements);
}

/* A number that differs with what is in the tables, except when they were swept. */
static const char *
digest_query(void)
{
	const char *database = ((struct sql *)my.box.auth->store)->database;
	struct text out;

	text_init(&out, &my.box.mem);
	text_puts(&out, "SELECT 0");
	for (enum sql_table i = 0; i < SQL_TABLES; i++) {
		if (!sql_tables[i].kind)
			continue;
		text_puts(&out, " + (SELECT COALESCE(SUM(CRC32(CONCAT_WS('|'");
		for (size_t k = 0; k < sql_tables[i].kind->count; k++)
			text_printf(&out, ", HEX(`%s`)", sql_tables[i].kind->fields[k].name);
		text_printf(&out, ", '%s'))), 0) FROM `%s`.`%s`%s)", sql_tables[i].name, database,
		    sql_tables[i].name, i == SQL_META ? " WHERE `row` <> 'sweep'" : "");
	}
	return out.data;
}

static long long
digest(void)
{
	static const char *query;

	if (!query)
		query = digest_query();
	return mariadb_number(query);
}

/* --- requests ----------------------------------------------------------------------------- */

/* As before the first request, and not connected. */
static void
begin(void)
{
	struct sql *db = (struct sql *)my.box.auth->store;

	lossy_next(LOSSY_NOT);
	sql_link_drop(db);
	db->hosts[0].skip_ms = db->hosts[0].avoid_ms = 0;
	db->key_look.until_ms = db->sweep_ms = 0;
	db->is_raised = false;
	if (digest() != my.digest)
		tables_restore();
	random_repeat(0);
}

struct good {
	char body[4096];
	long long digest;		/* of the tables afterwards */
	int status_again;		/* if it is asked once more */
};

/* Nothing fails: the answer that the row has then, and what it leaves. */
static void
ask_good(const struct fault_row *row, struct good *good)
{
	struct reply reply;

	begin();
	reply = box_ask(&my.box, &row->ask);
	fault_expect_good(row, &reply);
	snprintf(good->body, sizeof good->body, "%s", reply.body ? reply.body : "");
	good->digest = digest();
	good->status_again = box_ask(&my.box, &row->ask).status;
}

static void
expect_same(const struct fault_row *row, const struct reply *reply, const struct good *good)
{
	if (!fault_is_told(row, reply)) {
		fault_expect_good(row, reply);
		EXPECT_STRING(row->row, reply->body ? reply->body : "", good->body);
	}
	EXPECT_TRUE(row->row, digest() == good->digest);
}

/* A refusal leaves all or nothing; and the request can be repeated. */
static void
expect_refused(const struct fault_row *row, const struct reply *refusal, int status,
    const struct good *good)
{
	struct sql *db = (struct sql *)my.box.auth->store;
	const long long left = digest();
	struct reply reply;

	fault_expect_refusal(row, refusal, status);
	EXPECT_TRUE(row->row, left == my.digest || left == good->digest);
	lossy_next(LOSSY_NOT);
	db->hosts[0].skip_ms = 0;
	reply = box_ask(&my.box, &row->ask);
	EXPECT_INT(row->row, reply.status, left == my.digest ? row->status : good->status_again);
}

/* Asks a row with its n-th command, or a commit, failing; false if it makes fewer. */
static bool
fail_at(const struct fault_row *row, unsigned n, size_t way, const struct good *good)
{
	const unsigned before = lossy_count();
	struct reply reply;

	begin();
	lossy_at(n, ways[way].what, ways[way].error);
	reply = box_ask(&my.box, &row->ask);
	if (reply.status != row->status && n && n <= COMMANDS_OF_CONNECTING)
		expect_refused(row, &reply, reply.status == 500 ? 500 : 503, good);
	else if (reply.status != row->status && ways[way].status)
		expect_refused(row, &reply, ways[way].status, good);
	else
		expect_same(row, &reply, good);
	return lossy_count() != before;
}

/* The row of a way, with a name that says both. */
static struct fault_row
named(const struct fault_row *row, size_t way)
{
	static char name[128];
	struct fault_row named = *row;

	snprintf(name, sizeof name, "%s: %s", row->row, ways[way].row);
	named.row = name;
	return named;
}

/* Fails each command of a row in turn: first in the way from, and each in the next one. */
static unsigned
fail_each(const struct fault_row *plain, size_t from, size_t step, const struct good *good)
{
	struct fault_row row;
	unsigned n = 0;
	bool failed;

	do {
		const size_t way = (from + n * step) % NELEM(ways);

		row = named(plain, way);
		failed = fail_at(&row, ++n, way, good);
	} while (failed && n < COMMANDS_MAX);
	EXPECT_TRUE(plain->row, !failed);
	return n - 1;
}

static bool
all_ways(void)
{
	const char *ways_env = getenv("FAULT_WAYS");

	return ways_env && strcmp(ways_env, "all") == 0;
}

/* In one way, which is another one for the next; FAULT_WAYS=all in the environment: in each. */
static void
every_command(void)
{
	const bool all = all_ways();
	struct good good;
	unsigned total = 0;

	for (size_t i = 0; i < fault_rows_count; i++) {
		ask_good(&fault_rows[i], &good);
		for (size_t way = 0; way < (all ? NELEM(ways) : 1); way++)
			total += fail_each(&fault_rows[i], all ? way : i, all ? 0 : 1, &good);
	}
	EXPECT_TRUE("commands failed", total > 1000);
}

/* In all ways. */
static void
every_commit(void)
{
	struct fault_row row;
	struct good good;
	unsigned total = 0;

	for (size_t i = 0; i < fault_rows_count; i++) {
		ask_good(&fault_rows[i], &good);
		for (size_t way = 0; way < NELEM(ways); way++) {
			row = named(&fault_rows[i], way);
			total += fail_at(&row, 0, way, &good);
		}
	}
	EXPECT_TRUE("commits failed", total > 20 * NELEM(ways));
}

struct starving {
	const struct fault_row *row;
	const struct good *good;
};

/* Asked once more; 503: a machine that could not be reached is left alone for a while. */
static void
expect_again(const struct fault_row *row, const struct good *good)
{
	const int status = box_ask(&my.box, &row->ask).status;

	EXPECT_TRUE(row->row, status == good->status_again || status == 503);
}

/* It is done, perhaps with other random bytes, as some were drawn in vain. */
static void
expect_done(const struct fault_row *row, const struct reply *reply, const struct good *good)
{
	if (fault_is_told(row, reply))
		return;
	fault_expect_good(row, reply);
	if (reply->body && strcmp(reply->body, good->body) == 0)
		EXPECT_TRUE(row->row, digest() == good->digest);
	else
		EXPECT_INT(row->row, digest() != my.digest, good->digest != my.digest);
	expect_again(row, good);
}

static bool
starve(long n, const void *arg)
{
	const struct starving *of = arg;
	struct fault_row row = *of->row;
	struct reply reply;
	char name[128];
	bool failed;

	snprintf(name, sizeof name, "%s: allocation %ld", of->row->row, n);
	row.row = name;
	begin();
	reply = allocations_ask(&my.box, &row.ask, n, &failed);
	if (reply.status != row.status)
		expect_refused(&row, &reply, reply.status == 500 ? 500 : 503, of->good);
	else
		expect_done(&row, &reply, of->good);
	return failed;
}

/* Of the service and the libraries, that of the server's client among them: FAULT_WAYS=all. */
static void
every_allocation(void)
{
	long total = 0, ended = 0;
	struct good good;

	if (!allocations_can_fail() || !all_ways())
		return;
	for (size_t i = 0; i < fault_rows_count; i++) {
		const struct starving of = { &fault_rows[i], &good };

		ask_good(&fault_rows[i], &good);
		total += allocations_each(fault_rows[i].row, starve, &of, &ended);
	}
	EXPECT_TRUE("allocations failed", total > 5000);
	EXPECT_TRUE("ends are rare", ended < total / 4);
}

static int
start(void)
{
	const struct uuid instance = { { 1 } };
	static const char *hosts[1];
	struct store_where where;
	struct store *st;

	if (mariadb_need())
		return 1;
	where = mariadb_new();
	hosts[0] = lossy_start(mariadb_socket());
	where.sql_hosts = hosts;
	box_must(store_open(&st, &where, STORE_MAKE), "store");
	box_must(store_init(st, &instance, NOW_MS), "store");
	box_open_store(&my.box, st);
	fault_names(&my.box);
	/* or the first request would do so, where the machine runs for long enough */
	my.box.auth->noted_ms = clock_steady_ms();
	tables_keep();
	my.digest = digest();
	return 0;
}

static int
end(void)
{
	random_restore();
	box_close(&my.box);
	return 0;
}

static CU_TestInfo tests[] = {
	{ "every command", every_command },
	{ "every commit", every_commit },
	{ "every allocation", every_allocation },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("MariaDB fails: requests", tests, .info.pInitFunc = start, .info.pCleanupFunc = end);
