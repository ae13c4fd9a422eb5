// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_restore.c - copies of a store, checked and put in its place. */
#include "store/lmdb/lmdb.h"

#include "base/verdict.h"
#include "store/lmdb/lmdb_check.h"
#include "store/lmdb/lmdb_env.h"

int
lmdb_check_copy(const struct store_where *where, const char *path, struct store_check *check,
    struct meta *meta)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	struct meta found;
	int r;

	r = lmdb_file_open(&db, where, path);
	if (!r)
		r = lmdb_schema(db, &found);
	if (!r)
		r = lmdb_check(&db->base, check);
	if (!r)
		*meta = found;
	return r;
}
