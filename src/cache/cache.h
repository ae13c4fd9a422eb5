// SPDX-License-Identifier: ISC
/*
 * cache/cache.h - what all workers of a machine share and may lose: provider
 * keys, short verdicts, turns, failures.
 *
 * A cache is an LMDB environment in the runtime directory, written without
 * flushes: it survives the workers, but not the machine.  It has tables, and
 * each table has entries that expire.  Results as in base/mdb.h.
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define CACHE_NAME_MAX 200
#define CACHE_VALUE_MAX ((size_t)128 * 1024)
#define CACHE_TABLES_MAX 8

struct cache;

/* A table; the calls below name it by its position. */
struct cache_table {
	const char *name;
	size_t limit;			/* entries; 0: as many as fit */
};

/*
 * Opens directory dir, which is created if need be; after fork, once in a
 * process.  Only the service's own user may write it: a process that can write
 * the keys of a provider there can log in as any user.  A full table drops the
 * entries that expire first, and never those of another table.
 */
int cache_open(struct cache **cache, const char *dir, const struct cache_table *tables,
    size_t count);
void cache_close(struct cache **cache);

/*
 * A copy of the entry in mem.  V_NOT_FOUND: none, or it expired at or before now_ms, or
 * expires later than longest_ms from now: a clock that has been set back since wrote it.
 */
int cache_get(struct cache *cache, unsigned table, struct arena *mem, const char *name,
    int64_t now_ms, int64_t longest_ms, const void **bytes, size_t *len);

/* Writes the entry, replacing an older one; it expires at ends_ms. */
int cache_put(struct cache *cache, unsigned table, const char *name, const void *bytes,
    size_t len, int64_t now_ms, int64_t ends_ms);

/*
 * Writes an empty entry if there is none that cache_get would find.  V_EXISTS: another
 * process already has.
 */
int cache_claim(struct cache *cache, unsigned table, const char *name, int64_t now_ms,
    int64_t longest_ms, int64_t ends_ms);

/* Dropping an absent entry is not a fault. */
int cache_drop(struct cache *cache, unsigned table, const char *name);

/* Reads the entry, of size bytes, into value.  V_NOT_FOUND: none, expired, or another size. */
int cache_read(struct cache *cache, unsigned table, const char *name, void *value, size_t size,
    int64_t now_ms);

/* Updates value in place and its expiry; both are zero if there was no entry. */
typedef int cache_change(void *value, int64_t *ends_ms, void *arg);

/*
 * Changes the entry, of size bytes, in one atomic step: value is as cache_read
 * returns it, or zeros, and is written as change leaves it.  An expiry at or
 * before now_ms drops the entry.  If change returns anything but 0, that is the
 * result, and nothing is written.
 */
int cache_update(struct cache *cache, unsigned table, const char *name, void *value,
    size_t size, int64_t now_ms, cache_change *change, void *arg);

/* An entry that is changed together with others. */
struct cache_item {
	unsigned table;
	const char *name;
	void *value;			/* as cache_read returns it, or zeros */
	size_t size;
	int64_t ends_ms;		/* out, then in: its expiry; 0 if there was no entry */
};

typedef int cache_change_many(struct cache_item *items, size_t count, void *arg);

/*
 * As cache_update, for several entries, no two of which are the same, in one
 * atomic step.  change is called once, when all have been read; if it refuses,
 * nothing of any of them is written.  An item that it does not change remains unchanged.
 */
int cache_update_many(struct cache *cache, struct cache_item *items, size_t count,
    int64_t now_ms, cache_change_many *change, void *arg);

/* Called while the cache is being read: must not call it.  Anything but 0 ends the walk. */
typedef int cache_visit(const char *name, const void *bytes, size_t len, void *arg);

/* Visits every live entry of the table, by name.  Returns the result of visit. */
int cache_walk(struct cache *cache, unsigned table, int64_t now_ms, cache_visit *visit,
    void *arg);

/* Drops every entry of the table. */
int cache_clear(struct cache *cache, unsigned table);

#endif
