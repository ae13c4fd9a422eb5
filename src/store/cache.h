// SPDX-License-Identifier: ISC
/*
 * store/cache.h - what all workers share and may lose: provider keys, short
 * verdicts, turns.
 *
 * A second LMDB environment in the runtime directory, written without flushes:
 * it survives the workers, not the machine.  Results as in store/store.h.
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
 * there can be anybody.
 */
int cache_open(struct cache **cache, const char *dir);
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

#endif
