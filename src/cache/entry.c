// SPDX-License-Identifier: ISC
/* cache/entry.c - entries and the order in which they expire, within a transaction. */
#include "cache/entry.h"

#include <string.h>

#include "base/leave.h"
#include "base/verdict.h"

/* Expired entries dropped by each write: more than it adds. */
#define SWEEP 4

/* Damage is met once: the next process to open the cache sets it aside (cache_files.c). */
void
access_end(struct access *at)
{
	mdb_undo(&at->txn);
	if (!at->mdb || !at->mdb->damaged)
		return;
	mdb_files_mark(&at->mdb->files);
	leave_ask("cache: %s is damaged", at->mdb->files.data);
}

static void
put_time(uint8_t *out, int64_t ms)
{
	for (int i = 0; i < ENTRY_TIME_LEN; i++)
		out[i] = (uint8_t)((uint64_t)ms >> 8 * (ENTRY_TIME_LEN - 1 - i));
}

static int64_t
get_time(const uint8_t *in)
{
	uint64_t ms = 0;

	for (int i = 0; i < ENTRY_TIME_LEN; i++)
		ms = ms << 8 | in[i];
	return (int64_t)ms;
}

int64_t
entry_ends_ms(const MDB_val *val)
{
	return get_time(val->mv_data);
}

const void *
entry_bytes(const MDB_val *val)
{
	return (const uint8_t *)val->mv_data + ENTRY_TIME_LEN;
}

size_t
entry_len(const MDB_val *val)
{
	return val->mv_size - ENTRY_TIME_LEN;
}

static MDB_val
value_of(const void *bytes, size_t len)
{
	return (MDB_val){ len, (void *)bytes };
}

int
entry_find(const struct access *at, const char *name, MDB_val *val)
{
	MDB_val key = value_of(name, strlen(name));
	int rc;

	rc = mdb_get(at->txn, at->table->entry, &key, val);
	if (rc == MDB_NOTFOUND || (!rc && val->mv_size < ENTRY_TIME_LEN))
		return V_NOT_FOUND;
	return rc ? mdb_fault(at->mdb, rc, "mdb_get") : 0;
}

int
entry_remove(const struct access *at, const char *name)
{
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX];
	MDB_val key, val;
	int r, rc;

	r = entry_find(at, name, &val);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	memcpy(order, val.mv_data, ENTRY_TIME_LEN);
	memcpy(order + ENTRY_TIME_LEN, name, strlen(name));
	key = value_of(order, ENTRY_TIME_LEN + strlen(name));
	rc = mdb_del(at->txn, at->table->ending, &key, NULL);
	if (!rc || rc == MDB_NOTFOUND) {
		key = value_of(name, strlen(name));
		rc = mdb_del(at->txn, at->table->entry, &key, NULL);
	}
	return rc && rc != MDB_NOTFOUND ? mdb_fault(at->mdb, rc, "mdb_del") : 0;
}

/* The entry that expires first, if that is at or before by_ms.  V_NOT_FOUND. */
static int
first_to_end(const struct access *at, int64_t by_ms, char name[ENTRY_NAME_MAX + 1])
{
	GUARD(mdb_leave) MDB_cursor *cursor = NULL;
	MDB_val key, val;
	int rc;

	rc = mdb_cursor_open(at->txn, at->table->ending, &cursor);
	if (!rc)
		rc = mdb_cursor_get(cursor, &key, &val, MDB_FIRST);
	if (rc && rc != MDB_NOTFOUND)
		return mdb_fault(at->mdb, rc, "mdb_cursor_get");
	if (rc || key.mv_size < ENTRY_TIME_LEN || key.mv_size - ENTRY_TIME_LEN > ENTRY_NAME_MAX ||
	    get_time(key.mv_data) > by_ms)
		return V_NOT_FOUND;
	memcpy(name, (const char *)key.mv_data + ENTRY_TIME_LEN, key.mv_size - ENTRY_TIME_LEN);
	name[key.mv_size - ENTRY_TIME_LEN] = '\0';
	return 0;
}

int
entry_sweep(const struct access *at, int64_t now_ms)
{
	char name[ENTRY_NAME_MAX + 1];
	int r = 0;

	for (int i = 0; i < SWEEP && !r; i++) {
		r = first_to_end(at, now_ms, name);
		if (!r)
			r = entry_remove(at, name);
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* Entries dropped for each that is added to a full disk. */
#define FULL_DROPS 2

/* Makes room for one more: what expires first is of the least use. */
static int
make_room(const struct access *at)
{
	char name[ENTRY_NAME_MAX + 1];
	const size_t limit = at->table->limit;
	size_t drops = at->full ? FULL_DROPS : 0;
	MDB_stat stat;
	int r, rc;

	rc = mdb_stat(at->txn, at->table->entry, &stat);
	if (rc)
		return mdb_fault(at->mdb, rc, "mdb_stat");
	if (limit && stat.ms_entries >= limit && stat.ms_entries - limit + 1 > drops)
		drops = stat.ms_entries - limit + 1;
	while (drops--) {
		r = first_to_end(at, INT64_MAX, name);
		if (!r)
			r = entry_remove(at, name);
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
	}
	return 0;
}

int
entry_put(const struct access *at, const char *name, const void *bytes, size_t len,
    int64_t ends_ms)
{
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX];
	MDB_val key = value_of(name, strlen(name)), val = { ENTRY_TIME_LEN + len, NULL };
	MDB_val nothing = { 0, NULL };
	int r, rc;

	r = entry_remove(at, name);
	if (!r)
		r = make_room(at);
	if (r)
		return r;
	rc = mdb_put(at->txn, at->table->entry, &key, &val, MDB_RESERVE);
	if (rc)
		return mdb_fault(at->mdb, rc, "mdb_put");
	put_time(val.mv_data, ends_ms);
	memcpy((uint8_t *)val.mv_data + ENTRY_TIME_LEN, bytes, len);
	put_time(order, ends_ms);
	memcpy(order + ENTRY_TIME_LEN, name, strlen(name));
	key = value_of(order, ENTRY_TIME_LEN + strlen(name));
	rc = mdb_put(at->txn, at->table->ending, &key, &nothing, 0);
	return rc ? mdb_fault(at->mdb, rc, "mdb_put") : 0;
}
