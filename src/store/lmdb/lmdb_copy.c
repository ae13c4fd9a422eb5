// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_copy.c - copies of a store that others use. */
#include "store/lmdb/lmdb_copy.h"

#include <errno.h>
#include <unistd.h>

#include "base/mdb_call.h"
#include "base/mdb_crash.h"
#include "store/lmdb/lmdb_room.h"

struct copy {
	MDB_env *env;
	int fd;
};

static int
copy_to(void *arg)
{
	const struct copy *copy = arg;

	return mdb_env_copyfd2(copy->env, copy->fd, MDB_CP_COMPACT);
}

/*
 * LMDB reads within a transaction of its own, so that writes go on.  After a crash there its
 * second thread waits for ever: the process must end soon.
 */
int
lmdb_copy_env(struct lmdb *db, int fd)
{
	struct copy copy = { db->mdb.env, fd };
	int rc;

	mdb_crash_enter(&db->mdb.files);
	rc = mdb_within(&db->mdb, copy_to, &copy);
	mdb_crash_leave();
	/* a pipe cannot be flushed */
	if (!rc && fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
		rc = errno;
	return rc ? mdb_fault(&db->mdb, rc, "mdb_env_copyfd2") : 0;
}

int
lmdb_copy(struct store *st, int fd)
{
	return lmdb_copy_env((struct lmdb *)st, fd);
}

int
lmdb_copy_bytes(struct store *st, uint64_t *bytes)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	size_t used;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = room_within(&tx, &used);
	if (r)
		return r;
	*bytes = used;
	return 0;
}
