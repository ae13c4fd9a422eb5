// SPDX-License-Identifier: ISC
/* cache/entry.c - entries and the order in which they expire, within a transaction. */
#include "cache/entry.h"

#include <string.h>

#include "base/leave.h"
#include "base/log.h"
#include "base/secret.h"
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

/* --- looking them up ------------------------------------------------------------ */

/* A call of LMDB, and what it found. */
struct lookup {
	const struct access *at;
	MDB_cursor *cursor;		/* NULL: by key */
	MDB_val key, val;
	bool intact;
};

static bool
is_intact(const MDB_val *key, const MDB_val *val)
{
	uint8_t sum[CHECKSUM_LEN];

	if (key->mv_size > ENTRY_NAME_MAX || val->mv_size < CHECKSUM_LEN + ENTRY_TIME_LEN)
		return false;
	secret_checksum(sum, key->mv_data, key->mv_size,
	    (const uint8_t *)val->mv_data + CHECKSUM_LEN, val->mv_size - CHECKSUM_LEN);
	return memcmp(sum, val->mv_data, sizeof sum) == 0;
}

/* Once the checksum has been calculated, all of the entry is known to be readable. */
static int
look(void *arg)
{
	struct lookup *l = arg;
	int rc;

	rc = l->cursor ? mdb_cursor_get(l->cursor, &l->key, &l->val, MDB_NEXT) :
	    mdb_get(l->at->txn, l->at->table->entry, &l->key, &l->val);
	l->intact = !rc && is_intact(&l->key, &l->val);
	return rc;
}

/* Says once that there was a damaged entry; what is in a cache may be lost. */
static void
say_damaged(const struct access *at)
{
	static bool said;

	if (!said)
		log_error("cache: damaged entries in %s, which count as absent",
		    at->mdb->files.data);
	said = true;
}

static int
look_up(struct lookup *l, MDB_val *val)
{
	int rc = mdb_within(l->at->mdb, look, l);

	if (rc == MDB_NOTFOUND)
		return V_NOT_FOUND;
	if (rc)
		return mdb_fault(l->at->mdb, rc, l->cursor ? "mdb_cursor_get" : "mdb_get");
	if (!l->intact)
		say_damaged(l->at);
	else
		*val = value_of((const uint8_t *)l->val.mv_data + CHECKSUM_LEN,
		    l->val.mv_size - CHECKSUM_LEN);
	return 0;
}

int
entry_find(const struct access *at, const char *name, MDB_val *val)
{
	struct lookup l = { .at = at, .key = value_of(name, strlen(name)) };
	int r = look_up(&l, val);

	return r || l.intact ? r : V_NOT_FOUND;
}

int
entry_next(const struct access *at, MDB_cursor *cursor, char name[ENTRY_NAME_MAX + 1],
    MDB_val *val)
{
	struct lookup l = { .at = at, .cursor = cursor };
	size_t len = 0;
	int r = look_up(&l, val);

	if (!r && l.intact) {
		len = l.key.mv_size;
		memcpy(name, l.key.mv_data, len);
	}
	name[len] = '\0';
	return r;
}

/* --- changing them -------------------------------------------------------------- */

/* The key of "NAME ends" for an entry, in order. */
static MDB_val
order_of(uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX], const char *name, int64_t ends_ms)
{
	put_time(order, ends_ms);
	memcpy(order + ENTRY_TIME_LEN, name, strlen(name));
	return value_of(order, ENTRY_TIME_LEN + strlen(name));
}

static int
drop(const struct access *at, MDB_dbi dbi, MDB_val key)
{
	int rc = mdb_remove(at->mdb, at->txn, dbi, &key);

	return rc && rc != MDB_NOTFOUND ? mdb_fault(at->mdb, rc, "mdb_del") : 0;
}

/* Another entry that is lost in the order is dropped when its turn comes. */
int
entry_remove(const struct access *at, const char *name)
{
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX];
	MDB_val val;
	int r;

	r = entry_find(at, name, &val);
	if (!r)
		r = drop(at, at->table->ending, order_of(order, name, entry_ends_ms(&val)));
	if (r < 0)
		return r;
	/* a damaged one too */
	return drop(at, at->table->entry, value_of(name, strlen(name)));
}

/* The entry that expires first. */
struct first {
	char name[ENTRY_NAME_MAX + 1];
	int64_t ends_ms;
};

/* V_NOT_FOUND: there is none. */
static int
first_to_end(const struct access *at, struct first *first)
{
	GUARD(mdb_leave) MDB_cursor *cursor = NULL;
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX];
	struct mdb_copy key = { order, sizeof order, 0 };
	int rc;

	rc = mdb_enter(at->mdb, at->txn, at->table->ending, &cursor);
	if (!rc)
		rc = mdb_move(at->mdb, cursor, MDB_FIRST, &key, NULL);
	if (rc == MDB_NOTFOUND)
		return V_NOT_FOUND;
	if (!rc && (key.len < ENTRY_TIME_LEN || key.len > key.size))
		rc = MDB_CORRUPTED;
	if (rc)
		return mdb_fault(at->mdb, rc, "mdb_cursor_get");
	memcpy(first->name, order + ENTRY_TIME_LEN, key.len - ENTRY_TIME_LEN);
	first->name[key.len - ENTRY_TIME_LEN] = '\0';
	first->ends_ms = get_time(order);
	return 0;
}

/* If the entry says another time, only its place in the order was wrong. */
static int
drop_first(const struct access *at, const struct first *first)
{
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX];
	MDB_val val;
	int r;

	r = entry_find(at, first->name, &val);
	if (r < 0 || (!r && entry_ends_ms(&val) != first->ends_ms))
		return r ? r : drop(at, at->table->ending, order_of(order, first->name,
		    first->ends_ms));
	r = drop(at, at->table->entry, value_of(first->name, strlen(first->name)));
	return r ? r : drop(at, at->table->ending, order_of(order, first->name, first->ends_ms));
}

int
entry_sweep(const struct access *at, int64_t now_ms)
{
	struct first first;
	int r = 0;

	for (int i = 0; i < SWEEP && !r; i++) {
		r = first_to_end(at, &first);
		if (!r && first.ends_ms > now_ms)
			return 0;
		if (!r)
			r = drop_first(at, &first);
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* Entries dropped for each that is added to a full disk. */
#define FULL_DROPS 2

/* Makes room for one more: what expires first is of the least use. */
static int
make_room(const struct access *at)
{
	const size_t limit = at->table->limit;
	size_t drops = at->full ? FULL_DROPS : 0;
	struct first first;
	MDB_stat stat;
	int r, rc;

	rc = mdb_size(at->mdb, at->txn, at->table->entry, &stat);
	if (rc)
		return mdb_fault(at->mdb, rc, "mdb_stat");
	if (limit && stat.ms_entries >= limit && stat.ms_entries - limit + 1 > drops)
		drops = stat.ms_entries - limit + 1;
	while (drops--) {
		r = first_to_end(at, &first);
		if (!r)
			r = drop_first(at, &first);
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
	}
	return 0;
}

int
entry_put(const struct access *at, const char *name, const void *bytes, size_t len,
    int64_t ends_ms)
{
	uint8_t order[ENTRY_TIME_LEN + ENTRY_NAME_MAX], *to;
	MDB_val key = value_of(name, strlen(name)), nothing = { 0, NULL };
	MDB_val val = { CHECKSUM_LEN + ENTRY_TIME_LEN + len, NULL };
	int r, rc;

	r = entry_remove(at, name);
	if (!r)
		r = make_room(at);
	if (r)
		return r;
	rc = mdb_write(at->mdb, at->txn, at->table->entry, &key, &val, MDB_RESERVE);
	if (rc)
		return mdb_fault(at->mdb, rc, "mdb_put");
	to = val.mv_data;
	put_time(to + CHECKSUM_LEN, ends_ms);
	memcpy(to + CHECKSUM_LEN + ENTRY_TIME_LEN, bytes, len);
	secret_checksum(to, name, strlen(name), to + CHECKSUM_LEN, ENTRY_TIME_LEN + len);
	key = order_of(order, name, ends_ms);
	rc = mdb_write(at->mdb, at->txn, at->table->ending, &key, &nothing, 0);
	return rc ? mdb_fault(at->mdb, rc, "mdb_put") : 0;
}
