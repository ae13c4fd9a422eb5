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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mdb.h"

/* What is done first with the open environment, and again with a new one. */
typedef int cache_begin(struct mdb *db, void *arg);

/* map_bytes: the same in every process, so that the map never grows.  -errno, logged. */
int cache_attach(struct mdb *db, const char *dir, unsigned databases, size_t map_bytes,
    cache_begin *begin, void *arg);

/* Zeros at first. */
struct cache_room {
	off_t kept_bytes;		/* how far the file has blocks */
	int64_t full_ms;		/* when there were no more; 0: there were */
};

/*
 * Keeps blocks allocated behind the last page in use, in which writes go on when the disk
 * is full.  False: it is, and nothing must be added without something else being dropped.
 */
bool cache_keep_room(struct mdb *db, struct cache_room *room);

#endif
