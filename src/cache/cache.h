// SPDX-License-Identifier: ISC
/*
 * cache/cache.h - what all workers of a machine share and may lose: provider
 * keys, short verdicts, turns, failures.
 *
 * A cache is an LMDB environment in the runtime directory, written without
 * flushes: it survives the workers, not the machine.  It has tables, and each
 * table has entries that end.  Results as in base/mdb.h.
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
 * process.  It is for the service's own user alone: whoever can write keys of
 * a provider there can be anybody.  A table that is full drops the entries
 * that would end first, and never those of another table.
 */
int cache_open(struct cache **cache, const char *dir, const struct cache_table *tables,
    size_t count);
void cache_close(struct cache **cache);

/* A copy of the entry in mem.  V_NOT_FOUND: none, or it ended at or before now_ms. */
int cache_get(struct cache *cache, unsigned table, struct arena *mem, const char *name,
    int64_t now_ms, const void **bytes, size_t *len);

/* Writes the entry, over a former one; it ends at ends_ms. */
int cache_put(struct cache *cache, unsigned table, const char *name, const void *bytes,
    size_t len, int64_t now_ms, int64_t ends_ms);

/* Writes an empty entry if there is none.  V_EXISTS: somebody has had this turn. */
int cache_claim(struct cache *cache, unsigned table, const char *name, int64_t now_ms,
    int64_t ends_ms);

/* It is no fault if there is none. */
int cache_drop(struct cache *cache, unsigned table, const char *name);

/* The entry, of size bytes, into value.  V_NOT_FOUND: none, an ended one, or another size. */
int cache_read(struct cache *cache, unsigned table, const char *name, void *value, size_t size,
    int64_t now_ms);

/* Changes value and its end; it was zeros and an end of 0 if there was no entry. */
typedef int cache_change(void *value, int64_t *ends_ms, void *arg);

/*
 * Changes the entry, of size bytes, in one atomic step: value is as cache_read
 * has it, or zeros; what change leaves there is written.  An end at or before
 * now_ms drops the entry.  A result of change that is not 0 is passed on, and
 * nothing is written.
 */
int cache_update(struct cache *cache, unsigned table, const char *name, void *value,
    size_t size, int64_t now_ms, cache_change *change, void *arg);

/* An entry that is changed together with others. */
struct cache_item {
	unsigned table;
	const char *name;
	void *value;			/* as cache_read has it, or zeros */
	size_t size;
	int64_t ends_ms;		/* out, then in: its end; 0 if there was no entry */
};

typedef int cache_change_many(struct cache_item *items, size_t count, void *arg);

/*
 * As cache_update, for several entries, no two of which are the same, in one
 * atomic step.  change is called once, when all have been read; if it refuses,
 * nothing of any of them is written.  An item that it leaves alone stays as it is.
 */
int cache_update_many(struct cache *cache, struct cache_item *items, size_t count,
    int64_t now_ms, cache_change_many *change, void *arg);

/* Is given an entry while it is read, so it calls no cache; anything but 0 ends the walk. */
typedef int cache_visit(const char *name, const void *bytes, size_t len, void *arg);

/* Every entry of the table that has not ended, by name.  The result of visit is passed on. */
int cache_walk(struct cache *cache, unsigned table, int64_t now_ms, cache_visit *visit,
    void *arg);

/* Drops every entry of the table. */
int cache_clear(struct cache *cache, unsigned table);

#endif
