// SPDX-License-Identifier: ISC
/* base/mdb.c - LMDB environments: opening, transactions and faults. */
#include "base/mdb.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mdb_files.h"

/* Far more than there can be processes; the first to open it decides for all. */
#define READERS_MAX	512

/* Another process may enlarge the map again while this one follows. */
#define BEGIN_TRIES	16

/* How much space to request in order to distinguish a full disk from a failing one. */
#define PROBE_BYTES	((off_t)64 * 1024)

/* Results of LMDB that are not an errno already; the others are damage. */
static const struct {
	int rc, r;
} faults[] = {
	{ MDB_INVALID,          -EPROTO },	/* not a file of LMDB */
	{ MDB_VERSION_MISMATCH, -EPROTO },
	{ MDB_READERS_FULL,     -EAGAIN },
	{ MDB_MAP_RESIZED,      -EAGAIN },
	{ MDB_MAP_FULL,         -ENOSPC },
	{ MDB_TXN_FULL,         -ENOSPC },	/* too many pages for one transaction */
	{ EDQUOT,               -ENOSPC },
	{ EFBIG,                -ENOSPC },
};

int
mdb_fault(const struct mdb *db, int rc, const char *call)
{
	int r = rc > 0 ? -rc : -EBADMSG;

	if (rc == MDB_MAP_FULL && db->grows)
		return rc;
	for (size_t i = 0; i < NELEM(faults); i++) {
		if (faults[i].rc == rc)
			r = faults[i].r;
	}
	if (rc > 0)
		return log_fault(r, "%s: %s", db->who, call);
	return log_fault(r, "%s: %s: %s", db->who, call, mdb_strerror(rc));
}

int
mdb_attach(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int r, rc, fd, dead = 0;

	*db = (struct mdb){ .who = options->who, .grows = options->grows,
	    .most_bytes = options->most_bytes, .held = -1 };
	r = mdb_files_prepare(db->who, dir, options->mode, &db->held);
	if (r)
		return r;
	rc = mdb_env_create(&db->env);
	if (rc)
		return mdb_fault(db, rc, "mdb_env_create");
	mdb_env_set_maxreaders(db->env, READERS_MAX);
	mdb_env_set_maxdbs(db->env, options->tables);
	mdb_env_set_mapsize(db->env, options->map_bytes);
	rc = mdb_env_open(db->env, dir, options->flags, options->mode);
	if (rc) {
		log_error("%s: %s cannot be opened", db->who, dir);
		return mdb_fault(db, rc, "mdb_env_open");
	}
	r = mdb_env_get_fd(db->env, &fd) ? -EINVAL : mdb_files_check(db->who, dir, fd);
	if (r)
		return r;
	rc = mdb_reader_check(db->env, &dead);
	if (rc)
		return mdb_fault(db, rc, "mdb_reader_check");
	if (dead)
		log_info("%s: cleared %d readers that died", db->who, dead);
	return 0;
}

void
mdb_detach(struct mdb *db)
{
	if (db->env)
		mdb_env_close(db->env);
	db->env = NULL;
	if (db->who)
		fd_close(&db->held);
	db->held = -1;
}

int
mdb_resize(struct mdb *db, size_t bytes)
{
	int rc;

	rc = mdb_env_set_mapsize(db->env, bytes);
	if (!rc)
		return 0;
	/* the old map is gone, and LMDB would walk into it */
	db->broken = mdb_fault(db, rc, "mdb_env_set_mapsize");
	return db->broken;
}

/* Takes over the map of another process, though not more than this one may write. */
static int
follow(struct mdb *db)
{
	MDB_envinfo info;
	int r;

	r = mdb_resize(db, 0);
	if (r || !db->most_bytes)
		return r;
	mdb_env_info(db->env, &info);
	return info.me_mapsize > db->most_bytes ? mdb_resize(db, db->most_bytes) : 0;
}

int
mdb_begin(struct mdb *db, unsigned flags, MDB_txn **txn)
{
	int r, rc = MDB_MAP_RESIZED, dead;

	if (db->broken)
		return db->broken;
	for (unsigned i = 0; i < BEGIN_TRIES; i++) {
		rc = mdb_txn_begin(db->env, NULL, flags, txn);
		if (!rc)
			return 0;
		*txn = NULL;
		r = 0;
		if (rc == MDB_MAP_RESIZED)
			r = follow(db);
		else if (rc != MDB_READERS_FULL || mdb_reader_check(db->env, &dead) || !dead)
			break;
		if (r)
			return r;
	}
	return mdb_fault(db, rc, "mdb_txn_begin");
}

/*
 * LMDB calls a short write EIO, as it calls a bad disk (mdb_page_flush).  Only a
 * request for space shows which it was.
 */
static bool
disk_is_full(MDB_env *env)
{
	struct stat file;
	int fd, rc;

	if (mdb_env_get_fd(env, &fd) || fstat(fd, &file) != 0)
		return false;
	rc = posix_fallocate(fd, file.st_size, PROBE_BYTES);
	return rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
}

int
mdb_commit(struct mdb *db, MDB_txn **txn)
{
	int rc;

	rc = mdb_txn_commit(*txn);
	*txn = NULL;
	if (!rc)
		return 0;
	if (rc == EIO && disk_is_full(db->env))
		rc = ENOSPC;
	return mdb_fault(db, rc, "mdb_txn_commit");
}

void
mdb_undo(MDB_txn **txn)
{
	if (*txn)
		mdb_txn_abort(*txn);
	*txn = NULL;
}

void
mdb_leave(MDB_cursor **cursor)
{
	if (*cursor)
		mdb_cursor_close(*cursor);
	*cursor = NULL;
}
