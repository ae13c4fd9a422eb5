// SPDX-License-Identifier: ISC
/* store/sql/sql_try.c - tries again what may succeed again, or on another server. */
#include "store/sql/sql_try.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"

#define AGAIN_MAX	400
#define PAUSE_US_MAX	20000
#define TIMES		2		/* a call lasts as long as so many answers may take */

/* Longer each time, and not the same for all who are in each other's way. */
static void
pause_before(unsigned again)
{
	struct timespec pause;
	unsigned most_us = 250 << (again < 8 ? again : 8);

	clock_gettime(CLOCK_MONOTONIC, &pause);
	if (most_us > PAUSE_US_MAX)
		most_us = PAUSE_US_MAX;
	/* the clock's last digits are as good as random here */
	pause = (struct timespec){ 0, 1000L * (long)((unsigned long)pause.tv_nsec % most_us) };
	nanosleep(&pause, NULL);
}

/* What there was no memory for may still arrive, as the answer to another command. */
static void
drop_if_unclear(struct sql *db, int r)
{
	if (r == -ENOMEM || r == -EIO)
		sql_link_drop(db);
}

bool
sql_try_again(struct sql *db, struct sql_try *try, int r)
{
	static struct counter conflicts = { .name = "sql_retries conflict" };
	static struct counter lost = { .name = "sql_retries connection" };
	const int64_t now_ms = clock_steady_ms();

	drop_if_unclear(db, r);
	if (db->is_snapshot)
		return false;
	if (!try->end_ms)
		try->end_ms = now_ms + TIMES * 1000 * (int64_t)db->timeout_s;
	if (r == SQL_GONE || r == SQL_LOST) {
		sql_link_drop(db);
		counter_add(&lost, 1);
		return now_ms < try->end_ms;
	}
	if (r != SQL_AGAIN || try->again == AGAIN_MAX || now_ms >= try->end_ms)
		return false;
	counter_add(&conflicts, 1);
	pause_before(try->again++);
	return true;
}

int
sql_try_result(int r)
{
	switch (r) {
	case SQL_AGAIN:
		return log_fault(-EAGAIN, "store: others were first, too often");
	case SQL_NONE:
		return log_fault(-EAGAIN, "store: no database server can be reached");
	case SQL_GONE:
		return log_fault(-EAGAIN, "store: no database server answers in time");
	case SQL_LOST:
		return log_fault(-EAGAIN, "store: the answer to a commit was lost");
	default:
		return r;
	}
}

/* --- reads ---------------------------------------------------------------------------- */

int
sql_read_record(struct store *st, enum sql_statement what, struct sql_args *args, void *record)
{
	struct sql *db = (struct sql *)st;
	struct sql_try try = { 0 };
	int r;

	do {
		r = sql_link_use(db);
		if (!r)
			r = sql_record(db, what, args, record);
	} while (sql_try_again(db, &try, r));
	return sql_try_result(r);
}

int
sql_read_joined(struct store *st, enum sql_statement what, struct sql_args *args,
    struct sql_part *parts, size_t count)
{
	struct sql *db = (struct sql *)st;
	struct sql_try try = { 0 };
	int r;

	do {
		r = sql_link_use(db);
		if (!r)
			r = sql_joined(db, what, args, parts, count);
	} while (sql_try_again(db, &try, r));
	return sql_try_result(r);
}

int
sql_read_number(struct store *st, enum sql_statement what, struct sql_args *args,
    int64_t *number)
{
	struct sql *db = (struct sql *)st;
	struct sql_try try = { 0 };
	int r;

	do {
		r = sql_link_use(db);
		if (!r)
			r = sql_number(db, what, args, number);
	} while (sql_try_again(db, &try, r));
	return sql_try_result(r);
}

int
sql_read_list(struct store *st, enum sql_statement what, struct sql_args *args,
    struct arena *mem, void **records, size_t *count)
{
	struct sql *db = (struct sql *)st;
	struct sql_try try = { 0 };
	int r;

	do {
		r = sql_link_use(db);
		if (!r)
			r = sql_list(db, what, args, mem, records, count);
	} while (sql_try_again(db, &try, r));
	return sql_try_result(r);
}

/* Where the connection is lost, so is the snapshot, and no read may go to another one. */
int
sql_snapshot(struct store *st, bool begins)
{
	struct sql *db = (struct sql *)st;
	int r;

	if (!begins) {
		db->is_snapshot = false;
		return sql_try_result(db->conn ? sql_command(db, "COMMIT") : SQL_GONE);
	}
	r = sql_link_use(db);
	if (!r)
		r = sql_command(db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
	if (!r)
		r = sql_command(db, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
	db->is_snapshot = !r;
	drop_if_unclear(db, r);
	return sql_try_result(r);
}
