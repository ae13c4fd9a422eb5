// SPDX-License-Identifier: ISC
/*
 * store/lmdb_cache.c - entries that end, in an LMDB environment of their own.
 *
 * entry: name -> time of its end (8, big endian) and bytes.
 * ending: the same time and name -> nothing, in the order in which they end.
 */
#include "store/cache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <lmdb.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* The same in every process, so nobody has to follow a map that grew. */
#define MAP_BYTES	((size_t)256 * 1024 * 1024)
#define READERS_MAX	512
#define TIME_LEN	8

/* Ended entries dropped by each write: more than it adds. */
#define SWEEP 4

struct cache {
	MDB_env *env;
	MDB_dbi entry, ending;
	size_t limit;			/* entries; 0: none */
};

static int
fault(int rc, const char *call)
{
	int r = rc == MDB_MAP_FULL ? -ENOSPC : rc > 0 ? -rc : -EIO;

	log_error("cache: %s: %s", call, mdb_strerror(rc));
	return r;
}

static void
txn_drop(MDB_txn **txn)
{
	if (*txn)
		mdb_txn_abort(*txn);
}

static void
cursor_drop(MDB_cursor **cursor)
{
	if (*cursor)
		mdb_cursor_close(*cursor);
}

static int
commit(MDB_txn **txn)
{
	int rc;

	rc = mdb_txn_commit(*txn);
	*txn = NULL;
	return rc ? fault(rc, "mdb_txn_commit") : 0;
}

static int
begin(struct cache *cache, unsigned flags, MDB_txn **txn)
{
	int rc, dead;

	rc = mdb_txn_begin(cache->env, NULL, flags, txn);
	if (rc == MDB_READERS_FULL && mdb_reader_check(cache->env, &dead) == 0)
		rc = mdb_txn_begin(cache->env, NULL, flags, txn);
	return rc ? fault(rc, "mdb_txn_begin") : 0;
}

static int
tables_open(struct cache *cache)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int r, rc;

	r = begin(cache, 0, &txn);
	if (r)
		return r;
	rc = mdb_dbi_open(txn, "entry", MDB_CREATE, &cache->entry);
	if (!rc)
		rc = mdb_dbi_open(txn, "ending", MDB_CREATE, &cache->ending);
	if (rc)
		return fault(rc, "mdb_dbi_open");
	return commit(&txn);
}

static int
env_open(struct cache *cache, const char *dir)
{
	int rc, dead;

	rc = mdb_env_create(&cache->env);
	if (rc)
		return fault(rc, "mdb_env_create");
	mdb_env_set_maxreaders(cache->env, READERS_MAX);
	mdb_env_set_maxdbs(cache->env, 2);
	mdb_env_set_mapsize(cache->env, MAP_BYTES);
	rc = mdb_env_open(cache->env, dir, MDB_NOSYNC | MDB_NOMETASYNC, 0600);
	if (rc)
		return fault(rc, "mdb_env_open");
	mdb_reader_check(cache->env, &dead);
	return tables_open(cache);
}

int
cache_open(struct cache **out, const char *dir, size_t limit)
{
	GUARD(cache_close) struct cache *cache = NULL;
	int r;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return log_fault(-errno, "cache: %s", dir);
	cache = calloc(1, sizeof *cache);
	if (!cache)
		return -ENOMEM;
	cache->limit = limit;
	r = env_open(cache, dir);
	if (r)
		return log_fault(r, "cache: %s cannot be opened; it may be removed", dir);
	*out = cache;
	cache = NULL;
	return 0;
}

void
cache_close(struct cache **cache)
{
	if (!*cache)
		return;
	mdb_env_close((*cache)->env);
	free(*cache);
	*cache = NULL;
}

static void
put_time(uint8_t *out, int64_t ms)
{
	for (int i = 0; i < TIME_LEN; i++)
		out[i] = (uint8_t)((uint64_t)ms >> 8 * (TIME_LEN - 1 - i));
}

static int64_t
get_time(const uint8_t *in)
{
	uint64_t ms = 0;

	for (int i = 0; i < TIME_LEN; i++)
		ms = ms << 8 | in[i];
	return (int64_t)ms;
}

static MDB_val
value_of(const void *bytes, size_t len)
{
	return (MDB_val){ len, (void *)bytes };
}

/* The entry called name within txn.  V_NOT_FOUND. */
static int
find(struct cache *cache, MDB_txn *txn, const char *name, MDB_val *val)
{
	MDB_val key = value_of(name, strlen(name));
	int rc;

	rc = mdb_get(txn, cache->entry, &key, val);
	if (rc == MDB_NOTFOUND || (!rc && val->mv_size < TIME_LEN))
		return V_NOT_FOUND;
	return rc ? fault(rc, "mdb_get") : 0;
}

/* Removes the entry and its place in ending. */
static int
remove_entry(struct cache *cache, MDB_txn *txn, const char *name)
{
	uint8_t order[TIME_LEN + CACHE_NAME_MAX];
	MDB_val key, val;
	int r, rc;

	r = find(cache, txn, name, &val);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	memcpy(order, val.mv_data, TIME_LEN);
	memcpy(order + TIME_LEN, name, strlen(name));
	key = value_of(order, TIME_LEN + strlen(name));
	rc = mdb_del(txn, cache->ending, &key, NULL);
	if (!rc || rc == MDB_NOTFOUND) {
		key = value_of(name, strlen(name));
		rc = mdb_del(txn, cache->entry, &key, NULL);
	}
	return rc && rc != MDB_NOTFOUND ? fault(rc, "mdb_del") : 0;
}

/* The entry that ends first, if that is at or before by_ms.  V_NOT_FOUND. */
static int
first_to_end(struct cache *cache, MDB_txn *txn, int64_t by_ms, char name[CACHE_NAME_MAX + 1])
{
	GUARD(cursor_drop) MDB_cursor *cursor = NULL;
	MDB_val key, val;
	int rc;

	rc = mdb_cursor_open(txn, cache->ending, &cursor);
	if (!rc)
		rc = mdb_cursor_get(cursor, &key, &val, MDB_FIRST);
	if (rc && rc != MDB_NOTFOUND)
		return fault(rc, "mdb_cursor_get");
	if (rc || key.mv_size < TIME_LEN || key.mv_size - TIME_LEN > CACHE_NAME_MAX ||
	    get_time(key.mv_data) > by_ms)
		return V_NOT_FOUND;
	memcpy(name, (const char *)key.mv_data + TIME_LEN, key.mv_size - TIME_LEN);
	name[key.mv_size - TIME_LEN] = '\0';
	return 0;
}

static int
sweep(struct cache *cache, MDB_txn *txn, int64_t now_ms)
{
	char name[CACHE_NAME_MAX + 1];
	int r = 0;

	for (int i = 0; i < SWEEP && !r; i++) {
		r = first_to_end(cache, txn, now_ms, name);
		if (!r)
			r = remove_entry(cache, txn, name);
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* Room for one more: what would end first is of the least use. */
static int
make_room(struct cache *cache, MDB_txn *txn)
{
	char name[CACHE_NAME_MAX + 1];
	MDB_stat stat;
	int r, rc;

	rc = mdb_stat(txn, cache->entry, &stat);
	if (rc)
		return fault(rc, "mdb_stat");
	for (size_t left = stat.ms_entries; cache->limit && left >= cache->limit; left--) {
		r = first_to_end(cache, txn, INT64_MAX, name);
		if (!r)
			r = remove_entry(cache, txn, name);
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
	}
	return 0;
}

static int
put_entry(struct cache *cache, MDB_txn *txn, const char *name, const void *bytes, size_t len,
    int64_t ends_ms)
{
	uint8_t order[TIME_LEN + CACHE_NAME_MAX];
	MDB_val key = value_of(name, strlen(name)), val = { TIME_LEN + len, NULL };
	MDB_val nothing = { 0, NULL };
	int r, rc;

	r = remove_entry(cache, txn, name);
	if (!r)
		r = make_room(cache, txn);
	if (r)
		return r;
	rc = mdb_put(txn, cache->entry, &key, &val, MDB_RESERVE);
	if (rc)
		return fault(rc, "mdb_put");
	put_time(val.mv_data, ends_ms);
	memcpy((uint8_t *)val.mv_data + TIME_LEN, bytes, len);
	put_time(order, ends_ms);
	memcpy(order + TIME_LEN, name, strlen(name));
	key = value_of(order, TIME_LEN + strlen(name));
	rc = mdb_put(txn, cache->ending, &key, &nothing, 0);
	return rc ? fault(rc, "mdb_put") : 0;
}

int
cache_get(struct cache *cache, struct arena *mem, const char *name, int64_t now_ms,
    const void **bytes, size_t *len)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	char *copy;
	MDB_val val;
	int r;

	r = begin(cache, MDB_RDONLY, &txn);
	if (!r)
		r = find(cache, txn, name, &val);
	if (r)
		return r;
	if (get_time(val.mv_data) <= now_ms)
		return V_NOT_FOUND;
	copy = arena_strndup(mem, (const char *)val.mv_data + TIME_LEN, val.mv_size - TIME_LEN);
	if (!copy)
		return -ENOMEM;
	*bytes = copy;
	*len = val.mv_size - TIME_LEN;
	return 0;
}

/* As cache_read, within txn. */
static int
read_value(struct cache *cache, MDB_txn *txn, const char *name, void *value, size_t size,
    int64_t now_ms)
{
	MDB_val val;
	int r;

	r = find(cache, txn, name, &val);
	if (r)
		return r;
	if (get_time(val.mv_data) <= now_ms || val.mv_size != TIME_LEN + size)
		return V_NOT_FOUND;
	memcpy(value, (const uint8_t *)val.mv_data + TIME_LEN, size);
	return 0;
}

int
cache_read(struct cache *cache, const char *name, void *value, size_t size, int64_t now_ms)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int r;

	r = begin(cache, MDB_RDONLY, &txn);
	return r ? r : read_value(cache, txn, name, value, size, now_ms);
}

static int
check_size(const char *name, size_t len)
{
	if (strlen(name) <= CACHE_NAME_MAX && len <= CACHE_VALUE_MAX)
		return 0;
	return log_fault(-E2BIG, "cache: entry of %zu bytes", len);
}

int
cache_put(struct cache *cache, const char *name, const void *bytes, size_t len, int64_t now_ms,
    int64_t ends_ms)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int r;

	r = check_size(name, len);
	if (!r)
		r = begin(cache, 0, &txn);
	if (!r)
		r = sweep(cache, txn, now_ms);
	if (!r)
		r = put_entry(cache, txn, name, bytes, len, ends_ms);
	return r ? r : commit(&txn);
}

int
cache_claim(struct cache *cache, const char *name, int64_t now_ms, int64_t ends_ms)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	MDB_val val;
	int r;

	r = check_size(name, 0);
	if (!r)
		r = begin(cache, 0, &txn);
	if (!r)
		r = sweep(cache, txn, now_ms);
	if (r)
		return r;
	r = find(cache, txn, name, &val);
	if (r < 0 || (!r && get_time(val.mv_data) > now_ms))
		return r ? r : V_EXISTS;
	r = put_entry(cache, txn, name, "", 0, ends_ms);
	return r ? r : commit(&txn);
}

int
cache_drop(struct cache *cache, const char *name)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int r;

	r = begin(cache, 0, &txn);
	if (!r)
		r = remove_entry(cache, txn, name);
	return r ? r : commit(&txn);
}

int
cache_update(struct cache *cache, const char *name, void *value, size_t size, int64_t now_ms,
    cache_change *change, void *arg)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int64_t ends_ms = 0;
	int r;

	r = check_size(name, size);
	if (!r)
		r = begin(cache, 0, &txn);
	if (!r)
		r = sweep(cache, txn, now_ms);
	if (r)
		return r;
	r = read_value(cache, txn, name, value, size, now_ms);
	if (r < 0)
		return r;
	if (r)
		memset(value, 0, size);
	r = change(value, &ends_ms, arg);
	if (r)
		return r;
	r = ends_ms > now_ms ? put_entry(cache, txn, name, value, size, ends_ms) :
	    remove_entry(cache, txn, name);
	return r ? r : commit(&txn);
}

static int
visit_entry(const MDB_val *key, const MDB_val *val, int64_t now_ms, cache_visit *visit, void *arg)
{
	char name[CACHE_NAME_MAX + 1];

	if (key->mv_size > CACHE_NAME_MAX || val->mv_size < TIME_LEN ||
	    get_time(val->mv_data) <= now_ms)
		return 0;
	memcpy(name, key->mv_data, key->mv_size);
	name[key->mv_size] = '\0';
	return visit(name, (const uint8_t *)val->mv_data + TIME_LEN, val->mv_size - TIME_LEN, arg);
}

int
cache_walk(struct cache *cache, int64_t now_ms, cache_visit *visit, void *arg)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	GUARD(cursor_drop) MDB_cursor *cursor = NULL;
	MDB_val key, val;
	int r, rc;

	r = begin(cache, MDB_RDONLY, &txn);
	if (r)
		return r;
	rc = mdb_cursor_open(txn, cache->entry, &cursor);
	if (!rc)
		rc = mdb_cursor_get(cursor, &key, &val, MDB_FIRST);
	for (; !rc && !r; rc = mdb_cursor_get(cursor, &key, &val, MDB_NEXT))
		r = visit_entry(&key, &val, now_ms, visit, arg);
	if (r)
		return r;
	return rc == MDB_NOTFOUND ? 0 : fault(rc, "mdb_cursor_get");
}

int
cache_clear(struct cache *cache)
{
	GUARD(txn_drop) MDB_txn *txn = NULL;
	int r, rc;

	r = begin(cache, 0, &txn);
	if (r)
		return r;
	rc = mdb_drop(txn, cache->entry, 0);
	if (!rc)
		rc = mdb_drop(txn, cache->ending, 0);
	return rc ? fault(rc, "mdb_drop") : commit(&txn);
}
