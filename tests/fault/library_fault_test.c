// SPDX-License-Identifier: ISC
/* Every allocation fails once, in every request, those of libraries too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "allocations.h"
#include "fault.h"

/* Allocations of a value, such as a list of an ACL: json-c loses one that finds no room. */
#define LOST_MAX 16

struct good {
	int status_again;		/* if the row is asked once more */
};

static void (*open_box)(struct box *my);
static const char *directory;		/* for the databases of a row */
static char database[4096];		/* the directory of an attempt's own, if it has one */

/* All databases of a row at once would fill a disk. */
static void
close_box(struct box *my)
{
	box_close(my);
	if (*database)
		test_remove(database);
}

/* false if the row makes fewer than n. */
static bool
fail_at(const struct fault_row *row, long n, const struct good *good)
{
	struct reply reply;
	struct box my;
	bool failed;
	int again;

	open_box(&my);
	reply = allocations_ask(&my, &row->ask, n, &failed);
	if (fault_is_told(row, &reply) || !failed) {
		close_box(&my);
		return failed;
	}
	if (reply.status == row->status)
		fault_expect_good(row, &reply);
	else
		fault_expect_refusal(row, &reply, reply.status == 503 ? 503 : 500);
	again = reply.status == row->status;
	reply = box_ask(&my, &row->ask);
	if (again)
		EXPECT_INT(row->row, reply.status, good->status_again);
	else
		EXPECT_TRUE(row->row, reply.status == row->status ||
		    reply.status == good->status_again);
	close_box(&my);
	return true;
}

/* What a failure leaves for ever it leaves each time. */
static bool
fail_at_without_leak(const struct fault_row *plain, long n, const struct good *good)
{
	struct fault_row row = *plain;
	char name[128];
	long before, grown = LOST_MAX + 1;
	bool failed = true;

	snprintf(name, sizeof name, "%s: allocation %ld", plain->row, n);
	row.row = name;
	for (int i = 0; i < 3 && grown > LOST_MAX && failed; i++) {
		before = allocations_live();
		failed = fail_at(&row, n, good);
		ERR_clear_error();	/* its last messages OpenSSL keeps */
		grown = allocations_live() - before;
	}
	EXPECT_TRUE(name, !failed || grown <= LOST_MAX);
	return failed;
}

struct attempt {
	const struct fault_row *row;
	const struct good *good;
};

static bool
attempt(long n, const void *arg)
{
	const struct attempt *of = arg;

	return fail_at_without_leak(of->row, n, of->good);
}

static struct good
ask_good(const struct fault_row *row)
{
	struct good good;
	struct reply reply;
	struct box my;

	open_box(&my);
	reply = box_ask(&my, &row->ask);
	fault_expect_good(row, &reply);
	good.status_again = box_ask(&my, &row->ask).status;
	close_box(&my);
	return good;
}

static void
open_lmdb(struct box *my)
{
	static int count;

	snprintf(database, sizeof database, "%s/%d.%d", directory, (int)getpid(), count++);
	EXPECT_INT(database, mkdir(database, 0700), 0);
	box_open(my, database);
	fault_names(my);
}

/* Each allocation of each row. */
static void
fail_each(void)
{
	long total = 0, ended = 0;
	struct good good;

	for (size_t i = 0; i < fault_rows_count; i++) {
		const struct attempt of = { &fault_rows[i], &good };

		directory = test_directory();
		good = ask_good(&fault_rows[i]);
		total += allocations_each(fault_rows[i].row, attempt, &of, &ended);
		test_remove(directory);	/* with what those left that ended within a library */
	}
	EXPECT_TRUE("allocations failed", total > 5000);
	EXPECT_TRUE("ends are rare", ended < total / 4);
}

static void
in_memory(void)
{
	open_box = fault_open;
	if (allocations_can_fail())
		fail_each();
}

/* With FAULT_WAYS=all in the environment: each request needs a database of its own. */
static void
with_lmdb(void)
{
	const char *ways = getenv("FAULT_WAYS");

	open_box = open_lmdb;
	if (allocations_can_fail() && ways && strcmp(ways, "all") == 0)
		fail_each();
}

static CU_TestInfo tests[] = {
	{ "a store in memory", in_memory },
	{ "LMDB", with_lmdb },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("libraries fail: requests", tests);
