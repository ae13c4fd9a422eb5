// SPDX-License-Identifier: ISC
/* tests/store_at.h - a store in LMDB, in a directory of a test. */
#ifndef TESTS_STORE_AT_H
#define TESTS_STORE_AT_H

#include <stdio.h>
#include <unistd.h>

#include "base/guard.h"
#include "store/lmdb/lmdb_board.h"
#include "store/store.h"

static inline struct store_where
store_at(const char *data_dir, uint64_t max_bytes)
{
	return (struct store_where){ .kind = "lmdb", .data_dir = data_dir,
	    .max_bytes = max_bytes };
}

static inline int
open_lmdb(struct store **st, const char *data_dir, uint64_t max_bytes, enum store_how how)
{
	const struct store_where where = store_at(data_dir, max_bytes);

	return store_open(st, &where, how);
}

/* Removes the directory and what a store in it consists of. */
static inline int
remove_lmdb(const char *data_dir)
{
	static const char *const files[] = { "data.mdb", "lock.mdb", "lock.ns", "last-commit" };
	char path[256];

	board_forget(data_dir);
	for (size_t i = 0; i < NELEM(files); i++) {
		snprintf(path, sizeof path, "%s/%s", data_dir, files[i]);
		unlink(path);
	}
	return rmdir(data_dir) == 0 ? 0 : 1;
}

#endif
