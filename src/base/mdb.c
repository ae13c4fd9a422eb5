// SPDX-License-Identifier: ISC
/* base/mdb.c - LMDB environments: transactions and faults. */
#include "base/mdb.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/leave.h"
#include "base/log.h"
#include "base/mdb_crash.h"
#include "base/scoreboard.h"

/* Another process may enlarge the map again while this one follows. */
#define BEGIN_TRIES	16

/* How often reads look whether the files are still those under their names. */
#define LOOK_MS 1000

/* How much space to request in order to distinguish a full disk from a failing one. */
#define PROBE_BYTES	((off_t)64 * 1024)

/* Results of LMDB that are not an errno already, in words; the others are damage. */
static const struct fault {
	int rc, r;
	const char *said;
} faults[] = {
	{ MDB_INVALID,          -EPROTO,  "data.mdb is not a database" },
	{ MDB_VERSION_MISMATCH, -EPROTO,  "data.mdb was written by another version of LMDB" },
	{ MDB_PANIC,            -EIO,     "a former write failed half way" },
	{ MDB_READERS_FULL,     -EAGAIN,  "too many processes read data.mdb" },
	{ MDB_MAP_RESIZED,      -EAGAIN,  "other processes enlarge data.mdb again and again" },
	{ MDB_MAP_FULL,         -ENOSPC,  "data.mdb has all the bytes that it may have" },
	{ MDB_TXN_FULL,         -ENOSPC,  "too much is to be written at once" },
	{ EDQUOT,               -ENOSPC,  "data.mdb cannot grow" },
	{ EFBIG,                -ENOSPC,  "data.mdb cannot grow" },
};

static const struct fault damage = { 0, -EBADMSG, "data.mdb is damaged" };

/* What a call of LMDB does, if it is not reading. */
static const struct {
	const char *call, *done;
} writing[] = {
	{ "mdb_env_open",        "opened" },
	{ "mdb_put",             "written" },
	{ "mdb_del",             "written" },
	{ "mdb_drop",            "written" },
	{ "mdb_txn_commit",      "written" },
	{ "mdb_env_copyfd2",     "copied" },
	{ "mdb_env_set_mapsize", "enlarged" },
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

static const struct fault *
fault_of(int rc)
{
	for (size_t i = 0; i < NELEM(faults); i++) {
		if (faults[i].rc == rc)
			return &faults[i];
	}
	return rc > 0 ? NULL : &damage;
}

static const char *
done_by(const char *call)
{
	for (size_t i = 0; i < NELEM(writing); i++) {
		if (strcmp(writing[i].call, call) == 0)
			return writing[i].done;
	}
	return "read";
}

int
mdb_fault(struct mdb *db, int rc, const char *call)
{
	const struct fault *fault = fault_of(rc);
	int r;

	if (rc == MDB_MAP_FULL && db->grows)
		return rc;
	r = note_damage(db, fault ? fault->r : -rc);
	if (rc == MDB_PANIC)
		leave_ask("%s: a write failed half way", db->who);
	log_debug("%s: %s: %s", db->who, call, mdb_strerror(rc));
	if (!fault)
		return log_fault(r, "%s: data.mdb cannot be %s", db->who, done_by(call));
	log_error("%s: %s%s", db->who, fault->said, fault == &damage && db->remedy ?
	    db->remedy : "");
	return r;
}

/* A copy that is read without locks has none that it could lose. */
static bool
has_files(const struct mdb *db)
{
	return db->files.held < 0 || mdb_files_are_there(&db->files);
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
	log_debug("%s: LMDB: %s", db->who, mdb_crash_what());
	log_error("%s: a page of data.mdb is damaged or missing", db->who);
	return db->writes ? give_up(db, "it was written to") : MDB_CORRUPTED;
}

int
mdb_crashed_outside(struct mdb *db)
{
	mdb_crashed(db);
	give_up(db, "neither its first pages nor its lock file can be trusted");
	if (has_files(db))
		return MDB_CORRUPTED;
	/* the pages may be as they were */
	if (!db->forgets)
		db->broken = -EIO;
	return EIO;
}

int
mdb_clear_readers(struct mdb *db, int *dead)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed_outside(db);
	rc = mdb_reader_check(db->env, dead);
	mdb_crash_end();
	return rc;
}

static int
set_mapsize(struct mdb *db, size_t bytes)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed_outside(db);
	rc = mdb_env_set_mapsize(db->env, bytes);
	mdb_crash_end();
	return rc;
}

int
mdb_resize(struct mdb *db, size_t bytes)
{
	int rc;

	rc = set_mapsize(db, bytes);
	if (!rc)
		return 0;
	/* the old map is gone, and LMDB would walk into it */
	db->broken = mdb_fault(db, rc, "mdb_env_set_mapsize");
	leave_ask("%s: no map of %zu bytes", db->who, bytes);
	return db->broken;
}

static int
env_info(struct mdb *db, MDB_envinfo *info)
{
	int rc;

	if (MDB_CRASHED())
		return mdb_crashed_outside(db);
	rc = mdb_env_info(db->env, info);
	mdb_crash_end();
	return rc;
}

/* Takes over the map of another process, though not more than this one may write. */
static int
follow(struct mdb *db)
{
	MDB_envinfo info;
	int r, rc;

	r = mdb_resize(db, 0);
	if (r || !db->most_bytes)
		return r;
	rc = env_info(db, &info);
	if (rc)
		return mdb_fault(db, rc, "mdb_env_info");
	return info.me_mapsize > db->most_bytes ? mdb_resize(db, db->most_bytes) : 0;
}

/*
 * A file that was removed or replaced is seen by us alone: what others write, such as
 * the end of a token, does not reach us, and what we write is lost.
 */
static int
look_at_files(struct mdb *db)
{
	if (has_files(db))
		return 0;
	leave_ask("%s: %s or its lock file was removed, replaced or cut off", db->who,
	    db->files.data);
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
		return mdb_crashed_outside(db);
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
		else if (rc != MDB_READERS_FULL || mdb_clear_readers(db, &dead) || !dead)
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

	if (MDB_CRASHED()) {
		mdb_crashed_outside(db);
		return;
	}
	rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &probe);
	if (!rc)
		mdb_txn_abort(probe);
	mdb_crash_end();
	if (rc == MDB_PANIC)
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
		mdb_crashed_outside(db);
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
