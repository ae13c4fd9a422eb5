// SPDX-License-Identifier: ISC
/* base/mdb.c - LMDB environments: opening, transactions and faults. */
#include "base/mdb.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/leave.h"
#include "base/log.h"
#include "base/mdb_crash.h"
#include "base/scoreboard.h"

/* Far more than there can be processes; the first to open it decides for all. */
#define READERS_MAX	512

/* How often, and after how long, an environment that a killed process left half open is tried. */
#define HALF_OPEN_TRIES		200
#define HALF_OPEN_WAIT_MS	10

/* Another process may enlarge the map again while this one follows. */
#define BEGIN_TRIES	16

/* How often reads look whether the files are still those under their names. */
#define LOOK_MS 1000

/* How much space to request in order to distinguish a full disk from a failing one. */
#define PROBE_BYTES	((off_t)64 * 1024)

/* Results of LMDB that are not an errno already; the others are damage. */
static const struct {
	int rc, r;
} faults[] = {
	{ MDB_INVALID,          -EPROTO },	/* not a file of LMDB */
	{ MDB_VERSION_MISMATCH, -EPROTO },
	{ MDB_PANIC,            -EIO },		/* a former write failed half way */
	{ MDB_READERS_FULL,     -EAGAIN },
	{ MDB_MAP_RESIZED,      -EAGAIN },
	{ MDB_MAP_FULL,         -ENOSPC },
	{ MDB_TXN_FULL,         -ENOSPC },	/* too many pages for one transaction */
	{ EDQUOT,               -ENOSPC },
	{ EFBIG,                -ENOSPC },
};

/* What is damaged will be made anew, if it may be lost. */
static int
note_damage(struct mdb *db, int r)
{
	if (r != -EBADMSG && r != -EPROTO)
		return r;
	db->damaged = true;
	return db->forgets ? -EIO : r;
}

int
mdb_fault(struct mdb *db, int rc, const char *call)
{
	int r = rc > 0 ? -rc : -EBADMSG;

	if (rc == MDB_MAP_FULL && db->grows)
		return rc;
	for (size_t i = 0; i < NELEM(faults); i++) {
		if (faults[i].rc == rc)
			r = faults[i].r;
	}
	r = note_damage(db, r);
	if (rc == MDB_PANIC)
		leave_ask("%s: LMDB has given up", db->who);
	if (rc > 0)
		return log_fault(r, "%s: %s", db->who, call);
	return log_fault(r, "%s: %s: %s", db->who, call, mdb_strerror(rc));
}

static int
give_up(struct mdb *db, const char *why)
{
	db->crashed = true;
	db->broken = note_damage(db, -EBADMSG);
	leave_ask("%s: %s", db->who, why);
	return MDB_CORRUPTED;
}

int
mdb_crashed(struct mdb *db)
{
	log_error("%s: LMDB met a damaged page: %s", db->who, mdb_crash_what());
	return db->writes ? give_up(db, "it was written to") : MDB_CORRUPTED;
}

/* Only the beginning of the file is read outside of transactions. */
static int
crashed_outside(struct mdb *db)
{
	mdb_crashed(db);
	return give_up(db, "its first pages cannot be used");
}

static int
env_open(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int rc;

	if (MDB_CRASHED())
		return crashed_outside(db);
	rc = mdb_env_open(db->env, dir, options->flags, options->mode);
	mdb_crash_end();
	return rc;
}

static int
env_start(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int rc;

	rc = mdb_env_create(&db->env);
	if (rc)
		return mdb_fault(db, rc, "mdb_env_create");
	mdb_prepare(db);
	mdb_env_set_maxreaders(db->env, READERS_MAX);
	mdb_env_set_maxdbs(db->env, options->tables);
	mdb_env_set_mapsize(db->env, options->map_bytes);
	rc = env_open(db, dir, options);
	if (!rc)
		return 0;
	log_error("%s: %s cannot be opened", db->who, dir);
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
	mdb_crash_end();
	if (txn)
		mdb_txn_abort(txn);
	return is_half;
}

static int
open_env(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	const struct timespec moment = { .tv_nsec = HALF_OPEN_WAIT_MS * 1000000L };
	int r, rc, fd, dead = 0;

	r = env_start(db, dir, options);
	for (int tries = 0; !r && tries < HALF_OPEN_TRIES && is_half_open(db); tries++) {
		mdb_env_close(db->env);
		db->env = NULL;
		nanosleep(&moment, NULL);
		r = env_start(db, dir, options);
	}
	if (r)
		return r;
	r = mdb_env_get_fd(db->env, &fd) ? -EINVAL : mdb_files_check(&db->files, db->who, fd);
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
mdb_prepare(struct mdb *db)
{
	mdb_env_set_userctx(db->env, db);
	mdb_env_set_assert(db->env, mdb_crash_assert);
}

int
mdb_attach(struct mdb *db, const char *dir, const struct mdb_options *options)
{
	int r;

	*db = (struct mdb){ .who = options->who, .grows = options->grows,
	    .most_bytes = options->most_bytes, .forgets = options->forgets };
	r = mdb_files_open(&db->files, db->who, dir, options->mode);
	if (r)
		return r;
	/* what made a process die could do so here again */
	if (db->forgets && mdb_files_are_marked(&db->files))
		return note_damage(db, log_fault(-EBADMSG, "%s: %s was found damaged in use",
		    db->who, dir));
	mdb_crash_enter(&db->files);
	r = open_env(db, dir, options);
	mdb_crash_leave();
	return r;
}

void
mdb_detach(struct mdb *db)
{
	/* what crashed could do so again; the process ends soon */
	if (db->env && !db->crashed)
		mdb_env_close(db->env);
	db->env = NULL;
	if (db->who)
		mdb_files_close(&db->files);
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
	leave_ask("%s: no map of %zu bytes", db->who, bytes);
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

/*
 * A file that was removed or replaced is seen by us alone: what others write, such as
 * the end of a token, does not reach us, and what we write is lost.
 */
static int
look_at_files(struct mdb *db)
{
	/* a copy that is read without locks has none */
	if (db->files.held < 0 || mdb_files_are_there(&db->files))
		return 0;
	leave_ask("%s: %s or its lock file was removed or replaced", db->who, db->files.data);
	/* of what may be lost only the rest of this process's work is */
	if (!db->forgets)
		db->broken = -EIO;
	return db->broken;
}

static int
look_now_and_then(struct mdb *db)
{
	int64_t now_ms = clock_steady_ms();

	if (db->broken || now_ms - db->looked_ms < LOOK_MS)
		return db->broken;
	db->looked_ms = now_ms;
	return look_at_files(db);
}

static int
txn_begin(struct mdb *db, unsigned flags, MDB_txn **txn)
{
	int rc;

	if (MDB_CRASHED())
		return crashed_outside(db);
	if (!(flags & MDB_RDONLY))
		scoreboard_lock(LOCK_AWAITED);
	rc = mdb_txn_begin(db->env, NULL, flags, txn);
	mdb_crash_end();
	if (!(flags & MDB_RDONLY))
		scoreboard_lock(rc ? LOCK_NONE : LOCK_HELD);
	return rc;
}

int
mdb_begin(struct mdb *db, unsigned flags, MDB_txn **txn)
{
	int r, rc = MDB_MAP_RESIZED, dead;

	r = look_now_and_then(db);
	if (r)
		return r;
	mdb_crash_enter(&db->files);
	for (unsigned i = 0; i < BEGIN_TRIES; i++) {
		rc = txn_begin(db, flags, txn);
		if (!rc) {
			db->writes = !(flags & MDB_RDONLY);
			return 0;
		}
		*txn = NULL;
		r = 0;
		if (rc == MDB_MAP_RESIZED)
			r = follow(db);
		else if (rc != MDB_READERS_FULL || mdb_reader_check(db->env, &dead) || !dead)
			break;
		if (r)
			return r;
	}
	mdb_crash_leave();
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

/* A page with a number that leads far beyond the map, or a limit of this process? */
static bool
is_limited(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

/* LMDB tells only the next transaction that it cannot go on: do not leave that to a client. */
static void
look_for_panic(struct mdb *db)
{
	MDB_txn *probe;
	int rc;

	rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &probe);
	if (!rc)
		mdb_txn_abort(probe);
	else if (rc == MDB_PANIC)
		mdb_fault(db, rc, "mdb_txn_begin");
}

/* A transaction has ended. */
static void
end(struct mdb *db)
{
	if (db->writes)
		scoreboard_lock(LOCK_NONE);
	db->writes = false;
	mdb_crash_leave();
}

static int
txn_commit(struct mdb *db, MDB_txn *txn)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed(db);
	rc = mdb_txn_commit(txn);
	mdb_crash_end();
	return rc;
}

int
mdb_commit(struct mdb *db, MDB_txn **txn)
{
	int r, rc;

	r = db->broken ? db->broken : look_at_files(db);
	if (r) {
		mdb_undo(txn);
		return r;
	}
	rc = txn_commit(db, *txn);
	if (db->crashed) {
		mdb_undo(txn);
		return mdb_fault(db, rc, "mdb_txn_commit");
	}
	*txn = NULL;
	end(db);
	if (!rc)
		return 0;
	look_for_panic(db);
	if (rc == EIO && disk_is_full(db->env))
		rc = ENOSPC;
	if (rc == EFBIG && !is_limited())
		rc = MDB_CORRUPTED;
	return mdb_fault(db, rc, "mdb_txn_commit");
}

/* A second crash leaves the lock as it is: the kernel releases it with the process. */
static void
txn_abort(struct mdb *db, MDB_txn *txn)
{
	if (MDB_CRASHED()) {
		crashed_outside(db);
		return;
	}
	mdb_txn_abort(txn);
	mdb_crash_end();
}

void
mdb_undo(MDB_txn **txn)
{
	struct mdb *db;

	if (!*txn)
		return;
	db = mdb_env_get_userctx(mdb_txn_env(*txn));
	txn_abort(db, *txn);
	*txn = NULL;
	end(db);
}

void
mdb_leave(MDB_cursor **cursor)
{
	if (*cursor)
		mdb_cursor_close(*cursor);
	*cursor = NULL;
}
