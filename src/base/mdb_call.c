// SPDX-License-Identifier: ISC
/* base/mdb_call.c - the calls of LMDB that read pages, which survive damaged ones. */
#include "base/mdb_call.h"

#include <string.h>

#include "base/mdb_crash.h"

static void
copy(struct mdb_copy *to, const MDB_val *from)
{
	to->len = from->mv_size;
	memcpy(to->bytes, from->mv_data, to->len < to->size ? to->len : to->size);
}

int
mdb_read(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, const MDB_val *key, struct mdb_copy *val)
{
	MDB_val found;
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_get(txn, dbi, (MDB_val *)key, &found);
	if (!rc)
		copy(val, &found);
	mdb_crash_end();
	return rc;
}

int
mdb_write(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *val, unsigned flags)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_put(txn, dbi, key, val, flags);
	mdb_crash_end();
	return rc;
}

int
mdb_remove(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_val *key)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_del(txn, dbi, key, NULL);
	mdb_crash_end();
	return rc;
}

int
mdb_empty(struct mdb *db, MDB_txn *txn, MDB_dbi dbi)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_drop(txn, dbi, 0);
	mdb_crash_end();
	return rc;
}

int
mdb_size(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_stat *stat)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_stat(txn, dbi, stat);
	mdb_crash_end();
	return rc;
}

int
mdb_table(struct mdb *db, MDB_txn *txn, const char *name, unsigned flags, MDB_dbi *dbi)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_dbi_open(txn, name, flags, dbi);
	mdb_crash_end();
	return rc;
}

int
mdb_enter(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_cursor_open(txn, dbi, cursor);
	mdb_crash_end();
	return rc;
}

int
mdb_move(struct mdb *db, MDB_cursor *cursor, MDB_cursor_op op, struct mdb_copy *key,
    struct mdb_copy *val)
{
	MDB_val at = { key->len, key->bytes }, found;
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_cursor_get(cursor, &at, &found, op);
	if (!rc)
		copy(key, &at);
	if (!rc && val)
		copy(val, &found);
	mdb_crash_end();
	return rc;
}

int
mdb_info(struct mdb *db, MDB_envinfo *info)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_env_info(db->env, info);
	mdb_crash_end();
	return rc;
}

int
mdb_used(struct mdb *db, size_t *bytes, size_t *page_bytes)
{
	MDB_envinfo info;
	MDB_stat stat;
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_env_info(db->env, &info);
	if (!rc)
		rc = mdb_env_stat(db->env, &stat);
	mdb_crash_end();
	if (rc)
		return rc;
	*page_bytes = stat.ms_psize;
	*bytes = (info.me_last_pgno + 1) * stat.ms_psize;
	return 0;
}

int
mdb_readers(struct mdb *db, MDB_msg_func *each, void *arg)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_reader_list(db->env, each, arg);
	mdb_crash_end();
	return rc;
}

int
mdb_within(struct mdb *db, int (*call)(void *arg), void *arg)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = call(arg);
	mdb_crash_end();
	return rc;
}
