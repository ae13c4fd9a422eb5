// SPDX-License-Identifier: ISC
/* cache/cache.c - the calls of cache.h, each one transaction. */
#include "cache/cache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/verdict.h"
#include "cache/cache_files.h"
#include "cache/entry.h"

/* For each table.  The same in every process, so that the map never grows. */
#define MAP_BYTES	((size_t)256 * 1024 * 1024)
#define TABLE_NAME_SIZE	32

_Static_assert(CACHE_NAME_MAX == ENTRY_NAME_MAX, "cache.h hides entry.h, which includes LMDB's");

struct cache {
	struct mdb mdb;
	struct table tables[CACHE_TABLES_MAX];
	struct cache_room room;
};

/* The tables of a cache that is being opened. */
struct tables {
	const struct cache_table *wanted;
	struct table *open;
	size_t count;
};

static int
access_begin(struct cache *cache, unsigned table, unsigned flags, struct access *at)
{
	int r;

	at->mdb = &cache->mdb;
	at->table = &cache->tables[table];
	r = mdb_begin(at->mdb, flags, &at->txn);
	at->full = !r && !(flags & MDB_RDONLY) && !cache_keep_room(at->mdb, &cache->room);
	return r;
}

static int
commit(struct access *at)
{
	return mdb_commit(at->mdb, &at->txn);
}

static int
table_open(struct mdb *db, MDB_txn *txn, const struct cache_table *wanted, struct table *table)
{
	char name[TABLE_NAME_SIZE], ending[TABLE_NAME_SIZE];
	int rc;

	if ((size_t)snprintf(name, sizeof name, "%s 2", wanted->name) >= sizeof name ||
	    (size_t)snprintf(ending, sizeof ending, "%s 2 ends", wanted->name) >= sizeof ending)
		return -ENAMETOOLONG;
	table->limit = wanted->limit;
	rc = mdb_table(db, txn, name, MDB_CREATE, &table->entry);
	if (!rc)
		rc = mdb_table(db, txn, ending, MDB_CREATE, &table->ending);
	return rc ? mdb_fault(db, rc, "mdb_dbi_open") : 0;
}

static int
tables_open(struct mdb *db, void *arg)
{
	GUARD(mdb_undo) MDB_txn *txn = NULL;
	const struct tables *tables = arg;
	int r;

	r = mdb_begin(db, 0, &txn);
	for (size_t i = 0; i < tables->count && !r; i++)
		r = table_open(db, txn, &tables->wanted[i], &tables->open[i]);
	return r ? r : mdb_commit(db, &txn);
}

int
cache_open(struct cache **out, const char *dir, const struct cache_table *wanted, size_t count)
{
	GUARD(cache_close) struct cache *cache = NULL;
	struct tables tables;
	int r;

	if (count > CACHE_TABLES_MAX)
		return log_fault(-EINVAL, "cache: %zu tables", count);
	cache = calloc(1, sizeof *cache);
	if (!cache)
		return -ENOMEM;
	tables = (struct tables){ wanted, cache->tables, count };
	r = cache_attach(&cache->mdb, dir, 2 * CACHE_TABLES_MAX, count * MAP_BYTES, tables_open,
	    &tables);
	if (r)
		return r;
	*out = cache;
	cache = NULL;
	return 0;
}

void
cache_close(struct cache **cache)
{
	if (!*cache)
		return;
	mdb_detach(&(*cache)->mdb);
	free(*cache);
	*cache = NULL;
}

static bool
is_live(const MDB_val *val, int64_t now_ms, int64_t longest_ms)
{
	const int64_t ends_ms = entry_ends_ms(val);

	return ends_ms > now_ms && ends_ms - longest_ms <= now_ms;
}

int
cache_get(struct cache *cache, unsigned table, struct arena *mem, const char *name,
    int64_t now_ms, int64_t longest_ms, const void **bytes, size_t *len)
{
	GUARD(access_end) struct access at = { 0 };
	char *copy;
	MDB_val val;
	int r;

	r = access_begin(cache, table, MDB_RDONLY, &at);
	if (!r)
		r = entry_find(&at, name, &val);
	if (r)
		return r;
	if (!is_live(&val, now_ms, longest_ms))
		return V_NOT_FOUND;
	copy = arena_strndup(mem, entry_bytes(&val), entry_len(&val));
	if (!copy)
		return -ENOMEM;
	*bytes = copy;
	*len = entry_len(&val);
	return 0;
}

/* As cache_read, within at; and when the entry expires. */
static int
read_value(const struct access *at, const char *name, void *value, size_t size, int64_t now_ms,
    int64_t *ends_ms)
{
	MDB_val val;
	int r;

	r = entry_find(at, name, &val);
	if (r)
		return r;
	if (entry_ends_ms(&val) <= now_ms || entry_len(&val) != size)
		return V_NOT_FOUND;
	memcpy(value, entry_bytes(&val), size);
	*ends_ms = entry_ends_ms(&val);
	return 0;
}

int
cache_read(struct cache *cache, unsigned table, const char *name, void *value, size_t size,
    int64_t now_ms)
{
	GUARD(access_end) struct access at = { 0 };
	int64_t ends_ms;
	int r;

	r = access_begin(cache, table, MDB_RDONLY, &at);
	return r ? r : read_value(&at, name, value, size, now_ms, &ends_ms);
}

static int
check_size(const char *name, size_t len)
{
	if (strlen(name) <= CACHE_NAME_MAX && len <= CACHE_VALUE_MAX)
		return 0;
	return log_fault(-E2BIG, "cache: entry of %zu bytes", len);
}

int
cache_put(struct cache *cache, unsigned table, const char *name, const void *bytes,
    size_t len, int64_t now_ms, int64_t ends_ms)
{
	GUARD(access_end) struct access at = { 0 };
	int r;

	r = check_size(name, len);
	if (!r)
		r = access_begin(cache, table, 0, &at);
	if (!r)
		r = entry_sweep(&at, now_ms);
	if (!r)
		r = entry_put(&at, name, bytes, len, ends_ms);
	return r ? r : commit(&at);
}

int
cache_claim(struct cache *cache, unsigned table, const char *name, int64_t now_ms,
    int64_t longest_ms, int64_t ends_ms)
{
	GUARD(access_end) struct access at = { 0 };
	MDB_val val;
	int r;

	r = check_size(name, 0);
	if (!r)
		r = access_begin(cache, table, 0, &at);
	if (!r)
		r = entry_sweep(&at, now_ms);
	if (r)
		return r;
	r = entry_find(&at, name, &val);
	if (r < 0 || (!r && is_live(&val, now_ms, longest_ms)))
		return r ? r : V_EXISTS;
	r = entry_put(&at, name, "", 0, ends_ms);
	return r ? r : commit(&at);
}

int
cache_drop(struct cache *cache, unsigned table, const char *name)
{
	GUARD(access_end) struct access at = { 0 };
	int r;

	r = access_begin(cache, table, 0, &at);
	if (!r)
		r = entry_remove(&at, name);
	return r ? r : commit(&at);
}

/* Reads the entry that item names, after removing a few expired ones. */
static int
read_item(const struct access *at, struct cache_item *item, int64_t now_ms)
{
	int r;

	r = entry_sweep(at, now_ms);
	if (r)
		return r;
	memset(item->value, 0, item->size);
	item->ends_ms = 0;
	r = read_value(at, item->name, item->value, item->size, now_ms, &item->ends_ms);
	return r == V_NOT_FOUND ? 0 : r;
}

/* Does the entry have the item's bytes and expiry? */
static bool
is_unchanged(const struct access *at, const struct cache_item *item)
{
	MDB_val val;

	return entry_find(at, item->name, &val) == 0 && entry_len(&val) == item->size &&
	    entry_ends_ms(&val) == item->ends_ms &&
	    memcmp(entry_bytes(&val), item->value, item->size) == 0;
}

static int
write_item(const struct access *at, const struct cache_item *item, int64_t now_ms)
{
	if (item->ends_ms <= now_ms)
		return entry_remove(at, item->name);
	if (is_unchanged(at, item))
		return 0;
	return entry_put(at, item->name, item->value, item->size, item->ends_ms);
}

int
cache_update_many(struct cache *cache, struct cache_item *items, size_t count, int64_t now_ms,
    cache_change_many *change, void *arg)
{
	GUARD(access_end) struct access at = { 0 };
	int r = 0;

	for (size_t i = 0; i < count && !r; i++)
		r = check_size(items[i].name, items[i].size);
	if (!r)
		r = access_begin(cache, 0, 0, &at);
	for (size_t i = 0; i < count && !r; i++) {
		at.table = &cache->tables[items[i].table];
		r = read_item(&at, &items[i], now_ms);
	}
	if (!r)
		r = change(items, count, arg);
	for (size_t i = 0; i < count && !r; i++) {
		at.table = &cache->tables[items[i].table];
		r = write_item(&at, &items[i], now_ms);
	}
	return r ? r : commit(&at);
}

/* A change of one entry, as the only one of many. */
struct change_one {
	cache_change *change;
	void *arg;
};

static int
change_first(struct cache_item *items, size_t count, void *arg)
{
	const struct change_one *one = arg;

	(void)count;
	return one->change(items->value, &items->ends_ms, one->arg);
}

int
cache_update(struct cache *cache, unsigned table, const char *name, void *value, size_t size,
    int64_t now_ms, cache_change *change, void *arg)
{
	struct cache_item item = { table, name, value, size, 0 };
	struct change_one one = { change, arg };

	return cache_update_many(cache, &item, 1, now_ms, change_first, &one);
}

int
cache_walk(struct cache *cache, unsigned table, int64_t now_ms, cache_visit *visit,
    void *arg)
{
	GUARD(access_end) struct access at = { 0 };
	GUARD(mdb_leave) MDB_cursor *cursor = NULL;
	char name[CACHE_NAME_MAX + 1];
	MDB_val val;
	int r, rc;

	r = access_begin(cache, table, MDB_RDONLY, &at);
	if (r)
		return r;
	rc = mdb_enter(at.mdb, at.txn, at.table->entry, &cursor);
	if (rc)
		return mdb_fault(at.mdb, rc, "mdb_cursor_open");
	for (;;) {
		r = entry_next(&at, cursor, name, &val);
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
		if (*name && entry_ends_ms(&val) > now_ms)
			r = visit(name, entry_bytes(&val), entry_len(&val), arg);
		if (r)
			return r;
	}
}

int
cache_clear(struct cache *cache, unsigned table)
{
	GUARD(access_end) struct access at = { 0 };
	int r, rc;

	r = access_begin(cache, table, 0, &at);
	if (r)
		return r;
	rc = mdb_empty(at.mdb, at.txn, at.table->entry);
	if (!rc)
		rc = mdb_empty(at.mdb, at.txn, at.table->ending);
	return rc ? mdb_fault(at.mdb, rc, "mdb_drop") : commit(&at);
}
