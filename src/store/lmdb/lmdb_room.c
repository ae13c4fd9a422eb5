// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_room.c - the room that writes may take: the map, the disk, the reserve. */
#include "store/lmdb/lmdb_room.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mdb_call.h"

/*
 * A step of LMDB_STEP tokens copies up to 500 pages, and those that it frees
 * can be used from the third step on: this is several times as much.
 */
#define DISK_RESERVE	((off_t)8 * 1024 * 1024)
#define BLOCK_BYTES	512		/* stat(2), whatever the file system has */
#define MAP_RESERVE	((size_t)16 * 1024 * 1024)

static int
map_bytes(struct lmdb *db, size_t *bytes)
{
	MDB_envinfo info;
	int rc = mdb_info(&db->mdb, &info);

	if (rc)
		return mdb_fault(&db->mdb, rc, "mdb_env_info");
	*bytes = info.me_mapsize;
	return 0;
}

int
room_used(struct lmdb *db, size_t *bytes)
{
	size_t page;
	int rc = mdb_used(&db->mdb, bytes, &page);

	return rc ? mdb_fault(&db->mdb, rc, "mdb_env_info") : 0;
}

/* Not logged here: operations that remove something use the reserve. */
static int
full(struct lmdb *db, int of)
{
	db->full = of;
	return -ENOSPC;
}

int
room_report(struct lmdb *db, int r)
{
	if (r != -ENOSPC || db->full == FULL_NOT)
		return r;
	if (db->full == FULL_DISK)
		log_error("store: the disk is full, except for what revocations need");
	else
		log_error("store: all %zu permitted bytes are in use", db->max_bytes);
	db->full = FULL_NOT;
	return r;
}

int
room_grow(struct lmdb *db)
{
	const size_t most = db->mdb.most_bytes;
	size_t bytes = 0;
	int r;

	r = map_bytes(db, &bytes);
	if (r)
		return r;
	if (bytes >= most)
		return full(db, FULL_MAP);
	return mdb_resize(&db->mdb, bytes < most / 2 ? bytes * 2 : most);
}

bool
room_again(struct lmdb *db, int *r)
{
	if (*r != MDB_MAP_FULL)
		return false;
	*r = room_report(db, room_grow(db));
	return *r == 0;
}

/* Are the blocks of the reserve allocated, as far as their number tells? */
static int
look_at_reserve(struct lmdb *db, int *fd, off_t *used, bool *kept)
{
	struct stat file;
	size_t bytes = 0;
	int r;

	r = room_used(db, &bytes);
	if (r)
		return r;
	*used = (off_t)bytes;
	if (mdb_env_get_fd(db->mdb.env, fd) || fstat(*fd, &file) != 0)
		return log_fault(-errno, "store: fstat");
	*kept = file.st_blocks * BLOCK_BYTES >= *used + DISK_RESERVE / 2;
	return 0;
}

/* The file keeps its length.  A file system that cannot do so has no reserve. */
int
room_keep(struct txn *tx)
{
	off_t used;
	bool kept;
	int fd, r;

	r = look_at_reserve(tx->db, &fd, &used, &kept);
	if (r || kept || fallocate(fd, FALLOC_FL_KEEP_SIZE, used, DISK_RESERVE) == 0)
		return r;
	if (errno != ENOSPC && errno != EDQUOT && errno != EFBIG)
		return 0;
	return full(tx->db, FULL_DISK);
}

int
room_prepare(struct lmdb *db)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	off_t used;
	bool kept;
	int fd, r;

	r = look_at_reserve(db, &fd, &used, &kept);
	if (r || kept)
		return r;
	r = txn_begin(db, 0, &tx);
	if (!r)
		r = room_keep(&tx);
	return r == -ENOSPC ? 0 : r;
}

/* Adds the pages of a database as tx, as it is now, has them. */
static int
add_pages(struct txn *tx, MDB_dbi dbi, size_t *bytes)
{
	MDB_stat stat;
	int rc;

	rc = mdb_size(&tx->db->mdb, tx->mdb, dbi, &stat);
	if (rc)
		return txn_fault(tx, rc, "mdb_stat");
	*bytes += stat.ms_psize *
	    (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages);
	return 0;
}

int
room_within(struct txn *tx, size_t *bytes)
{
	const MDB_dbi free_list = 0;		/* as in mdb_stat.c of LMDB */
	MDB_dbi root;
	int r, rc;

	*bytes = 0;
	rc = mdb_table(&tx->db->mdb, tx->mdb, NULL, 0, &root);
	if (rc)
		return txn_fault(tx, rc, "mdb_dbi_open");
	r = add_pages(tx, free_list, bytes);
	if (!r)
		r = add_pages(tx, root, bytes);
	for (enum table i = 0; i < TABLES && !r; i++)
		r = add_pages(tx, tx->db->dbi[i], bytes);
	return r;
}

/*
 * The map keeps a file within max_bytes.  One that is larger got so by using
 * the reserve, and its free pages belong to the reserve.
 */
int
room_check(struct txn *tx)
{
	struct lmdb *db = tx->db;
	size_t used;
	int r;

	r = room_used(db, &used);
	if (r || used <= db->max_bytes)
		return r;
	r = room_within(tx, &used);
	if (r || used <= db->max_bytes)
		return r;
	return full(db, FULL_MAP);
}

int
room_enter(struct lmdb *db)
{
	size_t bytes = 0;
	int r;

	db->mdb.most_bytes = db->max_bytes + MAP_RESERVE;
	r = map_bytes(db, &bytes);
	if (r)
		return r;
	bytes += MAP_RESERVE;
	return mdb_resize(&db->mdb, bytes < db->mdb.most_bytes ? bytes : db->mdb.most_bytes);
}

void
room_leave(struct lmdb *db)
{
	size_t bytes = 0;

	db->mdb.most_bytes = db->max_bytes;
	if (map_bytes(db, &bytes) == 0 && bytes > db->max_bytes)
		mdb_resize(&db->mdb, db->max_bytes);
}
