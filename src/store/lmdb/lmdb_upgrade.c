// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_upgrade.c - copies and upgrades a store of an older schema. */
#include "store/lmdb/lmdb_upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mdb_call.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb.h"
#include "store/lmdb/lmdb_copy.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_room.h"

/* From the schema that is its index to the next one. */
static const struct migration {
	const char *what;
	int (*apply)(struct txn *tx);		/* NULL: what is there can stay */
} migrations[STORE_SCHEMA] = {
	{ "domains and roles of Webitel", NULL },
	{ "shorter records", NULL },
	{ "the number of each commit, and generations of tokens", NULL },
	{ "limits and successors of tokens", NULL },
	{ "logins that were ended", NULL },
};

/* A line for each process that reads: "pid thread txn", under a heading. */
static int
count_reader(const char *line, void *count)
{
	int pid;

	if (sscanf(line, "%d", &pid) == 1 && pid != getpid())
		(*(size_t *)count)++;
	return 0;
}

/* A service of the older version would continue to write in its way. */
static int
check_unused(struct lmdb *db)
{
	size_t others = 0;
	int rc;

	rc = mdb_readers(&db->mdb, count_reader, &others);
	if (rc < 0)
		return mdb_fault(&db->mdb, rc, "mdb_reader_list");
	return others ? log_fault(-EBUSY, "store: %zu other processes have it open", others) : 0;
}

/* The copy has only the pages in use. */
static int
copy(struct lmdb *db, const char *path)
{
	GUARD(fd_close) int fd = -1;
	int r;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return log_fault(-errno, "store: %s", path);
	r = lmdb_copy_env(db, fd);
	if (r)
		unlink(path);
	return r;
}

/* Another process may have done it since. */
static int
migrate(struct txn *tx)
{
	const struct place at = at_text(TABLE_META, "store");
	struct meta meta;
	int r;

	r = place_get(tx, &at, &meta);
	for (; !r && meta.schema < STORE_SCHEMA; meta.schema++) {
		log_info("store: from schema %llu on: %s", (unsigned long long)meta.schema,
		    migrations[meta.schema].what);
		if (migrations[meta.schema].apply)
			r = migrations[meta.schema].apply(tx);
	}
	return r ? r : place_put(tx, &at, &meta);
}

static int
attempt(struct lmdb *db)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	if (!r)
		r = lmdb_tables_open(&tx, true);
	if (!r)
		r = migrate(&tx);
	return r ? r : txn_commit(&tx);
}

int
lmdb_migrate(struct lmdb *db)
{
	int r;

	do
		r = attempt(db);
	while (room_again(db, &r));
	return r;
}

int
lmdb_upgrade(const struct store_where *where, const char *backup, uint64_t *from)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	struct meta meta;
	int r;

	r = lmdb_env_open(&db, where, STORE_USE);
	if (!r)
		r = lmdb_schema(db, &meta);
	if (r)
		return r;
	*from = meta.schema;
	if (meta.schema == STORE_SCHEMA)
		return 0;
	r = check_unused(db);
	if (!r)
		r = copy(db, backup);
	return r ? r : lmdb_migrate(db);
}
