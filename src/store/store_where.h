// SPDX-License-Identifier: ISC
/* store/store_where.h - where a store is. */
#ifndef STORE_STORE_WHERE_H
#define STORE_STORE_WHERE_H

#include <stdint.h>

/* Members of other kinds are ignored. */
struct store_where {
	const char *kind;		/* a row in store/store_kinds.c: "lmdb" */
	const char *data_dir;		/* lmdb: the directory of its files, which must exist */
	uint64_t max_bytes;		/* lmdb: it grows up to that, at least 1 MiB */
};

enum store_how { STORE_USE, STORE_MAKE };

#endif
