// SPDX-License-Identifier: ISC
/*
 * cache/cache_files.h - opens the environment of a cache, and sets aside a damaged one.
 *
 * What is in a cache may be lost, and must never keep the service from running.  A
 * process that meets damage in an open cache, or dies of it, leaves a mark there, and
 * the next one makes the cache anew.
 */
#ifndef CACHE_CACHE_FILES_H
#define CACHE_CACHE_FILES_H

#include <stddef.h>

#include "base/mdb.h"

/* What is done first with the open environment, and again with a new one. */
typedef int cache_begin(struct mdb *db, void *arg);

/* map_bytes: the same in every process, so that the map never grows.  -errno, logged. */
int cache_attach(struct mdb *db, const char *dir, unsigned databases, size_t map_bytes,
    cache_begin *begin, void *arg);

#endif
