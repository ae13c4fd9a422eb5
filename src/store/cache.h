// SPDX-License-Identifier: ISC
/*
 * store/cache.h - what all workers share and may lose: provider keys, short
 * verdicts, turns, failures.
 *
 * LMDB environments in the runtime directory, written without flushes: they
 * survive the workers, not the machine.  Results as in store/store.h.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define CACHE_NAME_MAX 200
#define CACHE_VALUE_MAX ((size_t)128 * 1024)

struct cache;

/*
 * Opens directory dir, made if it is not there; after fork, once in a process.
 * It is for the service's own user alone: who can write keys of a provider
 * there can be anybody.  It keeps at most limit entries, 0 for as many as fit:
 * of more, those that would end first go first.
 */
int cache_open(struct cache **cache, const char *dir, size_t limit);
void cache_close(struct cache **cache);

/* A copy of the entry in mem.  V_NOT_FOUND: none, or it ended at or before now_ms. */
int cache_get(struct cache *cache, struct arena *mem, const char *name, int64_t now_ms,
    const void **bytes, size_t *len);

/* Writes the entry, over a former one; it ends at ends_ms. */
int cache_put(struct cache *cache, const char *name, const void *bytes, size_t len,
    int64_t now_ms, int64_t ends_ms);

/* Writes an empty entry if there is none.  V_EXISTS: somebody has had this turn. */
int cache_claim(struct cache *cache, const char *name, int64_t now_ms, int64_t ends_ms);

/* No entry is no fault. */
int cache_drop(struct cache *cache, const char *name);

/* The entry, of size bytes, into value.  V_NOT_FOUND: none, an ended one, or another size. */
int cache_read(struct cache *cache, const char *name, void *value, size_t size, int64_t now_ms);

/* Makes of value what it shall be, and of *ends_ms when that ends. */
typedef int cache_change(void *value, int64_t *ends_ms, void *arg);

/*
 * Changes the entry, of size bytes, in one atomic step: value is as cache_read
 * has it, or zeros; what change leaves there is written.  An end at or before
 * now_ms drops the entry.  A result of change that is not 0 is passed on, and
 * nothing is written.
 */
int cache_update(struct cache *cache, const char *name, void *value, size_t size,
    int64_t now_ms, cache_change *change, void *arg);

/* Is given an entry while it is read, so it calls no cache; anything but 0 ends the walk. */
typedef int cache_visit(const char *name, const void *bytes, size_t len, void *arg);

/* Every entry that has not ended, by name.  The result of visit is passed on. */
int cache_walk(struct cache *cache, int64_t now_ms, cache_visit *visit, void *arg);

/* Drops every entry. */
int cache_clear(struct cache *cache);

#endif
