// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_restore.c - copies of a store, checked and put in its place. */
#include "store/lmdb/lmdb.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_check.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_copy.h"
#include "store/lmdb/lmdb_draft.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_renew.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_upgrade.h"

#define COPY_BYTES (64 * 1024)

int
lmdb_check_copy(const struct store_where *where, const char *path, struct store_check *check,
    struct meta *meta)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	struct meta found;
	int r;

	r = lmdb_file_open(&db, where, path, false);
	if (!r)
		r = lmdb_schema(db, &found);
	if (!r)
		r = lmdb_check(&db->base, check);
	if (!r)
		*meta = found;
	return r;
}

/* --- restore --------------------------------------------------------------------- */

/* A file tells its size; a pipe does not. */
static uint64_t
size_of(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && file.st_size > 0 ? (uint64_t)file.st_size : 0;
}

static int
copy_bytes(struct store_restore *how, int to)
{
	const uint64_t total = size_of(how->fd);
	char bytes[COPY_BYTES];
	ssize_t got;
	int r = 0;

	while (!r && (got = read(how->fd, bytes, sizeof bytes)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return log_fault(-errno, "store: reading the backup");
		r = descriptors_write(to, bytes, (size_t)got);
		if (r)
			return log_fault(r, "store: writing the draft");
		how->bytes += (uint64_t)got;
		if (how->progress)
			how->progress(how->arg, how->bytes, total);
	}
	return r;
}

static int
fill(const struct draft *draft, struct store_restore *how)
{
	GUARD(fd_close) int fd = -1;
	int r;

	r = draft_create(draft, &fd);
	if (!r)
		r = copy_bytes(how, fd);
	if (r)
		return r;
	if (!how->bytes)
		return log_fault(-EPROTO, "store: the backup is empty");
	return fsync(fd) == 0 ? 0 : log_fault(-errno, "store: fsync");
}

/* As lmdb_upgrade, for a store that nobody has open, and without another copy of it. */
static int
bring_up(const struct store_where *where, struct store_restore *how)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	struct meta meta;
	int r;

	r = lmdb_env_open(&db, where, STORE_USE);
	if (!r)
		r = lmdb_schema(db, &meta);
	if (r == V_NOT_FOUND)
		return log_fault(-EPROTO, "store: the backup is not one of a database of ours");
	if (r)
		return r;
	how->schema = meta.schema;
	return meta.schema < STORE_SCHEMA ? lmdb_migrate(db) : 0;
}

static int
ignore(void *arg, const struct store_finding *finding)
{
	(void)arg;
	(void)finding;
	return 0;
}

/* All of it is read before it takes anything's place. */
static int
verify(const struct store_where *where, const char *dir, struct store_restore *how)
{
	struct store_check check = { .now_ms = how->now_ms, .found = ignore,
	    .progress = how->progress, .arg = how->arg };
	struct meta meta;
	char path[PATH_MAX];
	int r;

	r = path_in(path, dir, "data.mdb");
	if (!r)
		r = lmdb_check_copy(where, path, &check, &meta);
	how->faults = check.faults;
	return r == V_NOT_FOUND ?
	    log_fault(-EPROTO, "store: the backup is not one of a database of ours") : r;
}

/* The number of the next commit follows last. */
static int
count_on(struct lmdb *db, uint64_t last)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	if (r || db->commit.number >= last)
		return r;
	db->commit.base = last;
	tx.dirty = true;
	return txn_commit(&tx);
}

/*
 * db will take the place of the store in data_dir, and goes on with its numbers, in a map
 * that grows until it fits: nothing else may have been written to db.
 */
static int
follow(struct lmdb *db, const char *data_dir)
{
	const uint64_t last = commit_last_in(data_dir);
	int r;

	do
		r = count_on(db, last);
	while (room_again(db, &r));
	return r;
}

static int
renew(const struct store_where *where, const char *former, struct store_restore *how)
{
	GUARD(store_close) struct store *st = NULL;
	int r;

	r = lmdb_open(&st, where, STORE_USE);
	if (!r)
		r = lmdb_renew((struct lmdb *)st, how);
	return r ? r : follow((struct lmdb *)st, former);
}

int
lmdb_restore(const struct store_where *where, struct store_restore *how)
{
	GUARD(draft_drop) struct draft draft = DRAFT_NONE;
	struct store_where ready = *where;
	int r;

	r = draft_make(&draft, where->data_dir);
	if (!r)
		r = fill(&draft, how);
	ready.data_dir = draft.dir;
	if (!r)
		r = bring_up(&ready, how);
	if (!r)
		r = verify(where, draft.dir, how);
	if (!r)
		r = renew(&ready, where->data_dir, how);
	return r ? r : draft_publish(&draft, how->kept, &how->had);
}

/* --- compact --------------------------------------------------------------------- */

/*
 * It can be used as it is.  Free pages at its end, which LMDB may never have written, are
 * there afterwards.
 */
static int
complete(const struct store_where *where)
{
	GUARD(store_close) struct store *st = NULL;

	return lmdb_open(&st, where, STORE_USE);
}

/* Without locks, because nobody else has it open. */
static int
copy_compact(const struct store_where *where, const struct draft *draft, bool any_state,
    uint64_t *before)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	GUARD(fd_close) int fd = -1;
	char path[PATH_MAX];
	struct stat file;
	int r;

	r = path_in(path, where->data_dir, "data.mdb");
	if (!r)
		r = lmdb_file_open(&db, where, path, any_state);
	if (r)
		return r;
	*before = stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
	r = draft_create(draft, &fd);
	return r ? r : lmdb_copy_env(db, fd);
}

int
lmdb_compact(const struct store_where *where, struct store_restore *how)
{
	GUARD(draft_drop) struct draft draft = DRAFT_NONE;
	struct stat file;
	char path[PATH_MAX];
	int r;

	r = complete(where);
	if (!r)
		r = draft_make(&draft, where->data_dir);
	if (!r)
		r = copy_compact(where, &draft, false, &how->bytes_before);
	if (!r)
		r = verify(where, draft.dir, how);
	/* a copy of faults is no better, and what is damaged may be in the way of a repair */
	if (!r && how->faults)
		return log_fault(-EBADMSG, "store: %llu faults", (unsigned long long)how->faults);
	if (!r)
		r = path_in(path, draft.dir, "data.mdb");
	if (r)
		return r;
	how->bytes = stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
	return draft_publish(&draft, NULL, &how->had);
}

/* --- a former state ---------------------------------------------------------------- */

/*
 * What LMDB knows of free pages may be of another state than the databases; a copy has
 * only what these lead to.
 */
int
lmdb_mend(const struct store_where *where, struct store_restore *how)
{
	GUARD(draft_drop) struct draft draft = DRAFT_NONE;
	struct store_where ready = *where;
	int r;

	r = draft_make(&draft, where->data_dir);
	if (!r)
		r = copy_compact(where, &draft, true, &how->bytes_before);
	ready.data_dir = draft.dir;
	if (!r)
		r = bring_up(&ready, how);
	if (!r)
		r = verify(where, draft.dir, how);
	if (!r)
		r = renew(&ready, where->data_dir, how);
	return r ? r : draft_publish(&draft, how->kept, &how->had);
}
