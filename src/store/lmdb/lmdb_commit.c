// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_commit.c - the last commit: which one it was. */
#include "store/lmdb/lmdb_commit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mdb_call.h"
#include "base/path.h"
#include "base/shared.h"
#include "base/verdict.h"
#include "store/lmdb/codec.h"
#include "store/store.h"

/* Of the record, among the databases, of which none is called so. */
#define COMMIT_KEY	"commit"

/* LMDB's number of a copy (mdb_env_copyfd2), and of the first commit in a new store. */
#define FIRST_NUMBER	1

static const struct field fields[] = {
	{ "number", FIELD_NUMBER, offsetof(struct commit, number), sizeof(uint64_t) },
	{ "base", FIELD_NUMBER, offsetof(struct commit, base), sizeof(uint64_t) },
	{ "at", FIELD_TIME, offsetof(struct commit, at_ms), sizeof(int64_t) },
	{ "settled", FIELD_TIME, offsetof(struct commit, settled_ms), sizeof(int64_t) },
};

/* Tag 11, which is no other record's (store/record.c). */
static const struct record_kind commit_kind = { "commit", 11, sizeof(struct commit), fields,
    NELEM(fields) };

/* --- the file beside the database ------------------------------------------------- */

struct last {
	_Atomic uint64_t number, inverted;	/* ~number */
	struct uuid instance;
};

struct commit_file {
	struct shared shared;
	struct last *last;
};

/* Another store's, or one from before the store was made. */
static void
begin_anew(struct last *last, const struct uuid *instance)
{
	atomic_store(&last->number, 0);
	atomic_store(&last->inverted, UINT64_MAX);
	last->instance = *instance;
}

/* The number that both of its forms reach. */
static uint64_t
last_number(const struct last *last)
{
	const uint64_t number = atomic_load(&last->number);
	const uint64_t inverted = atomic_load(&last->inverted);

	return number < ~inverted ? number : ~inverted;
}

static int
open_file(struct commit_file *file, struct lmdb *db)
{
	const char *data_dir;

	if (mdb_env_get_path(db->mdb.env, &data_dir))
		return -EINVAL;
	return shared_open_in(&file->shared, data_dir, COMMIT_FILE, sizeof *file->last);
}

void
commit_file_open(struct lmdb *db, const struct meta *meta)
{
	struct commit_file *file = calloc(1, sizeof *file);
	int r = -ENOMEM;

	if (file)
		r = open_file(file, db);
	if (r) {
		free(file);
		log_fault(r, "store: a return to a former state would not be noticed");
		return;
	}
	file->last = file->shared.at;
	if (!uuid_equal(&file->last->instance, &meta->instance))
		begin_anew(file->last, &meta->instance);
	db->commit_file = file;
}

void
commit_file_close(struct lmdb *db)
{
	if (!db->commit_file)
		return;
	shared_close(&db->commit_file->shared);
	free(db->commit_file);
	db->commit_file = NULL;
}

uint64_t
commit_least(const struct lmdb *db)
{
	return db->commit_file ? last_number(db->commit_file->last) : 0;
}

void
commit_note(struct lmdb *db, const struct commit *commit)
{
	struct last *last;
	uint64_t old;

	db->commit = *commit;
	if (!db->commit_file)
		return;
	last = db->commit_file->last;
	old = atomic_load(&last->number);
	while (old < commit->number &&
	    !atomic_compare_exchange_weak(&last->number, &old, commit->number))
		continue;
	old = atomic_load(&last->inverted);
	while (~old < commit->number &&
	    !atomic_compare_exchange_weak(&last->inverted, &old, ~commit->number))
		continue;
}

uint64_t
commit_last_in(const char *data_dir)
{
	GUARD(fd_close) int fd = -1;
	char path[PATH_MAX];
	struct last last;

	if (path_in(path, data_dir, COMMIT_FILE))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return fd >= 0 && read(fd, &last, sizeof last) == sizeof last ? last_number(&last) : 0;
}

/* --- the record in the database ---------------------------------------------------- */

static MDB_val
key_of(void)
{
	return (MDB_val){ sizeof COMMIT_KEY - 1, (void *)(uintptr_t)COMMIT_KEY };
}

/* The database of databases: in its page are the roots of all others, so each commit writes it. */
static int
databases(struct txn *tx, MDB_dbi *dbi)
{
	int rc = mdb_table(&tx->db->mdb, tx->mdb, NULL, 0, dbi);

	return rc ? mdb_fault(&tx->db->mdb, rc, "mdb_dbi_open") : 0;
}

/* Zeros in a store of an older schema, which has none. */
static int
commit_read(struct txn *tx, struct commit *commit)
{
	const MDB_val key = key_of();
	uint8_t bytes[CODEC_SIZE_MAX];
	struct mdb_copy value = { bytes, sizeof bytes, 0 };
	MDB_dbi dbi;
	int r, rc;

	*commit = (struct commit){ 0 };
	r = databases(tx, &dbi);
	if (r)
		return r;
	rc = mdb_read(&tx->db->mdb, tx->mdb, dbi, &key, &value);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc)
		return mdb_fault(&tx->db->mdb, rc, "mdb_get");
	if (value.len > sizeof bytes || codec_decode(&commit_kind, bytes, value.len, key.mv_data,
	    key.mv_size, commit))
		return log_fault(-EBADMSG, "store: the record of the last commit is damaged");
	return 0;
}

int64_t
commit_settled(const struct commit *last, int64_t now_ms)
{
	if (!last->at_ms)
		return 0;
	if (now_ms - last->at_ms >= STORE_GRACE_MS || last->at_ms - now_ms >= STORE_GRACE_MS)
		return now_ms + STORE_GRACE_MS;
	return last->settled_ms;
}

int
commit_write(struct txn *tx)
{
	const struct commit *last = &tx->db->commit;
	struct commit *commit = &tx->commit;
	uint8_t bytes[CODEC_SIZE_MAX];
	MDB_val key = key_of(), value = { 0, bytes };
	MDB_dbi dbi;
	int r, rc;

	r = databases(tx, &dbi);
	if (r)
		return r;
	*commit = *last;
	commit->number = last->base + mdb_txn_id(tx->mdb);
	if (tx->now_ms) {
		commit->settled_ms = commit_settled(last, tx->now_ms);
		commit->at_ms = tx->now_ms;
	}
	value.mv_size = codec_encode(&commit_kind, commit, key.mv_data, key.mv_size, bytes);
	rc = mdb_write(&tx->db->mdb, tx->mdb, dbi, &key, &value, 0);
	return rc ? mdb_fault(&tx->db->mdb, rc, "mdb_put") : 0;
}

static int
say(uint64_t number, uint64_t wanted, const char *why)
{
	return log_fault(-EUCLEAN, "store: it is in the state of commit %llu, and the last one was "
	    "%llu: %s; what was revoked since would be valid again.  Stop the service; "
	    "'doorwardctl restore' puts a backup in its place, and 'doorwardctl check --repair' "
	    "goes on from this state", (unsigned long long)number, (unsigned long long)wanted,
	    why);
}

/*
 * Is the state that LMDB numbers so the one whose record it has?  The record may be newer:
 * LMDB reads the number first, and the state of its page when it is written next, two
 * commits later, if the process had to wait in between.
 */
static int
compare_record(struct txn *tx, uint64_t in_lmdb)
{
	struct commit commit;
	uint64_t own;
	int r;

	r = commit_read(tx, &commit);
	if (r)
		return r;
	own = commit.base + in_lmdb;
	if (commit.number && commit.number != own && in_lmdb == FIRST_NUMBER) {
		commit.base = commit.number;
		own = commit.base + in_lmdb;
	} else if (commit.number && commit.number < own) {
		return say(commit.number, own, "data.mdb is damaged");
	}
	if (commit.number < own)
		commit.number = own;
	tx->db->commit = commit;
	return 0;
}

int
commit_check(struct txn *tx, uint64_t least)
{
	/* a transaction that writes has the number that its commit will have */
	const uint64_t in_lmdb = mdb_txn_id(tx->mdb) - tx->writes;
	const struct commit *last = &tx->db->commit;
	int r;

	if (tx->db->any_state)
		return 0;
	if (last->base + in_lmdb != last->number) {
		r = compare_record(tx, in_lmdb);
		if (r)
			return r;
	}
	return last->number >= least ? 0 : say(last->number, least,
	    "an older copy, or damage, has taken its place");
}
