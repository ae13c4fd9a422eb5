// SPDX-License-Identifier: ISC
/* base/mdb_open.c - LMDB environments: how they open and close. */
#include <errno.h>
#include <time.h>

#include "base/log.h"
#include "base/mdb.h"
#include "base/mdb_crash.h"

/* Far more than there can be processes; the first to open it decides for all. */
#define READERS_MAX	512

/* How often, and after how long, an environment that a killed process left half open is tried. */
#define HALF_OPEN_TRIES		200
#define HALF_OPEN_WAIT_MS	10

static int
env_open(struct mdb *db, const char *path, unsigned flags, mode_t mode)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed_outside(db);
	rc = mdb_env_open(db->env, path, flags, mode);
	mdb_crash_end();
	return rc;
}

static int
env_create(struct mdb *db, unsigned tables)
{
	int rc;

	rc = mdb_env_create(&db->env);
	if (rc)
		return mdb_fault(db, rc, "mdb_env_create");
	mdb_env_set_userctx(db->env, db);
	mdb_env_set_assert(db->env, mdb_crash_assert);
	mdb_env_set_maxdbs(db->env, tables);
	return 0;
}

static int
env_start(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int r, rc;

	r = env_create(db, options->tables);
	if (r)
		return r;
	mdb_env_set_maxreaders(db->env, READERS_MAX);
	mdb_env_set_mapsize(db->env, options->map_bytes);
	rc = env_open(db, dir, options->flags, options->mode);
	if (!rc)
		return 0;
	log_error("%s: the database in %s cannot be opened", db->who, dir);
	return mdb_fault(db, rc, "mdb_env_open");
}

/*
 * The first process that opens an environment begins its lock file anew, and says last
 * which commit is the newest.  If it is killed in between, the next ones read that there
 * was none, take whatever state that stands for, and number their commits from there.
 * All of them must close the file, so that one is the first again.
 */
static bool
is_half_open(struct mdb *db)
{
	MDB_txn *txn = NULL;
	MDB_envinfo info;
	bool is_half;

	if (MDB_CRASHED())
		return false;		/* it is met again where it is reported */
	is_half = mdb_env_info(db->env, &info) == 0 && info.me_last_txnid &&
	    mdb_txn_begin(db->env, NULL, MDB_RDONLY, &txn) == 0 && mdb_txn_id(txn) == 0;
	if (txn)
		mdb_txn_abort(txn);
	mdb_crash_end();
	return is_half;
}

/* It takes this process off the list of readers, which is in the lock file. */
static void
env_close(struct mdb *db)
{
	MDB_env *env = db->env;

	db->env = NULL;
	if (MDB_CRASHED()) {
		mdb_crashed(db);
		return;
	}
	mdb_env_close(env);
	mdb_crash_end();
}

static int
open_env(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	const struct timespec moment = { .tv_nsec = HALF_OPEN_WAIT_MS * 1000000L };
	int r, rc, fd, dead = 0;

	r = env_start(db, dir, options);
	for (int tries = 0; !r && tries < HALF_OPEN_TRIES && is_half_open(db); tries++) {
		env_close(db);
		nanosleep(&moment, NULL);
		r = env_start(db, dir, options);
	}
	if (r)
		return r;
	r = mdb_env_get_fd(db->env, &fd) ? -EINVAL : mdb_files_check(&db->files, db->who, fd);
	if (r)
		return r;
	rc = mdb_clear_readers(db, &dead);
	if (rc)
		return mdb_fault(db, rc, "mdb_reader_check");
	if (dead)
		log_info("%s: cleared %d readers that died", db->who, dead);
	return 0;
}

int
mdb_attach(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int r;

	*db = (struct mdb){ .who = options->who, .remedy = options->remedy, .grows = options->grows,
	    .most_bytes = options->most_bytes, .forgets = options->forgets };
	r = mdb_files_open(&db->files, db->who, dir, options->mode);
	db->damaged = r && db->forgets && db->files.lost_lock;
	if (r)
		return r;
	/* what made a process die could do so here again */
	db->damaged = db->forgets && mdb_files_are_marked(&db->files);
	if (db->damaged)
		return log_fault(-EIO, "%s: %s was found damaged in use", db->who, dir);
	mdb_crash_enter(&db->files);
	r = open_env(db, dir, options);
	mdb_crash_leave();
	return r;
}

int
mdb_attach_file(struct mdb *db, const char *path, const struct mdb_options *options)
{
	int r, rc;

	*db = (struct mdb){ .who = options->who, .files = MDB_FILES_NONE };
	r = env_create(db, options->tables);
	if (r)
		return r;
	rc = env_open(db, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, 0);
	return rc ? mdb_fault(db, rc, "mdb_env_open") : 0;
}

void
mdb_detach(struct mdb *db)
{
	/* what crashed could do so again; the process ends soon */
	if (db->env && !db->crashed)
		env_close(db);
	db->env = NULL;
	if (db->who)
		mdb_files_close(&db->files);
}
