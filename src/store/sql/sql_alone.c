// SPDX-License-Identifier: ISC
/* store/sql/sql_alone.c - does another process use the database, through any of its servers? */
#include "store/sql/sql.h"

#include <errno.h>
#include <time.h>

#include "base/guard.h"
#include "base/log.h"
#include "store/sql/sql_run.h"

/* A server needs a moment to notice that a process has ended. */
#define LOOKS		20
#define PAUSE_NS	100000000

/* One that cannot be reached has mostly no users either; a restore must not depend on it. */
static int
alone_at(const struct store_where *at)
{
	GUARD(sql_link_free) struct sql *db = NULL;
	int64_t count = 1;
	int r;

	r = sql_link_new(&db, at);
	if (!r)
		r = sql_link_use(db);
	if (r == SQL_NONE) {
		log_error("store: %s cannot be asked who uses %s", *at->sql_hosts,
		    at->sql_database);
		return 0;
	}
	for (int i = 0; !r && count && i < LOOKS; i++) {
		if (i)
			nanosleep(&(const struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
		r = sql_number(db, COUNT_OTHERS, NULL, &count);
	}
	if (r <= SQL_AGAIN)
		return log_fault(-EIO, "store: %s: the connection is lost", *at->sql_hosts);
	if (!r && count)
		log_error("store: %s has %lld other connections to %s", *at->sql_hosts,
		    (long long)count, at->sql_database);
	return r ? r : count ? -EBUSY : 0;
}

int
sql_alone(const struct store_where *where)
{
	struct store_where at = *where;
	int r = 0;

	at.sql_hosts_count = 1;
	for (size_t i = 0; !r && i < where->sql_hosts_count; i++, at.sql_hosts++)
		r = alone_at(&at);
	return r;
}
