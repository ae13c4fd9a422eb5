// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_env.c - the LMDB environment: place, files, databases, growth. */
#include "store/lmdb/lmdb_env.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mdb_call.h"
#include "base/mdb_whole.h"
#include "base/path.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_share.h"

#define MAP_START_BYTES	((size_t)16 * 1024 * 1024)
#define MAP_LEAST_BYTES	((size_t)1024 * 1024)

/*
 * The largest file that the kernel may read ahead.  Tokens are found at random: what is
 * read ahead of one is seldom what the next needs, and it is waited for: at 150 MB,
 * 1 of 100 takes 2 ms, and 0.07 ms without it (tests/bench/size).
 */
#define READAHEAD_BYTES	((off_t)64 * 1024 * 1024)

#define DATABASES_MAX	24
#define FILE_MODE	0660

#define DAMAGE_REMEDY	"; 'doorwardctl check' says what of it can be read"

/* statfs(2).  A lock file shared by memory needs one kernel (lmdb.h, Caveats). */
static const struct {
	uint64_t type;
	const char *name;
} networks[] = {
	{ 0x6969,     "NFS" },
	{ 0x517b,     "SMB" },
	{ 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB2" },
	{ 0x01021997, "9p" },
};

const char *
lmdb_network_name(uint64_t type)
{
	for (size_t i = 0; i < NELEM(networks); i++) {
		if (networks[i].type == (uint32_t)type)
			return networks[i].name;
	}
	return NULL;
}

/* Can data_dir have a store, and does it, unless one is to be created? */
static int
directory_check(const char *data_dir, enum store_how how)
{
	char path[PATH_MAX];
	const char *network;
	struct statfs fs;
	struct stat file;
	int r;

	r = path_in(path, data_dir, "data.mdb");
	if (r)
		return r;
	if (statfs(data_dir, &fs) != 0)
		return log_fault(-errno, "store: %s", data_dir);
	network = lmdb_network_name((uint64_t)fs.f_type);
	if (network)
		return log_fault(-EOPNOTSUPP, "store: %s is on a network file system (%s)",
		    data_dir, network);
	if (how == STORE_MAKE)
		return 0;
	if (stat(path, &file) != 0)
		return log_fault(-errno, "store: %s", path);
	/* LMDB would initialize an empty file */
	return file.st_size ? 0 : log_fault(-ENOENT, "store: %s is empty", path);
}

/* An absent file has no size. */
static off_t
file_bytes(const char *data_dir)
{
	char path[PATH_MAX];
	struct stat file;

	if (path_in(path, data_dir, "data.mdb") || stat(path, &file) != 0)
		return 0;
	return file.st_size;
}

static int
env_open(struct lmdb *db, const char *data_dir)
{
	const struct mdb_options options = { .who = "store", .remedy = DAMAGE_REMEDY,
	    .grows = true, .mode = FILE_MODE, .tables = DATABASES_MAX,
	    .flags = file_bytes(data_dir) > READAHEAD_BYTES ? MDB_NORDAHEAD : 0,
	    .map_bytes = db->max_bytes < MAP_START_BYTES ? db->max_bytes : MAP_START_BYTES,
	    .most_bytes = db->max_bytes };

	return mdb_attach(&db->mdb, data_dir, &options);
}

int
lmdb_tables_open(struct txn *tx, bool create)
{
	int rc;

	for (enum table i = 0; i < TABLES; i++) {
		rc = mdb_table(&tx->db->mdb, tx->mdb, table_name(i), 0, &tx->db->dbi[i]);
		if (rc == MDB_NOTFOUND && create) {
			tx->dirty = true;
			rc = mdb_table(&tx->db->mdb, tx->mdb, table_name(i), MDB_CREATE,
			    &tx->db->dbi[i]);
		}
		if (rc == MDB_NOTFOUND && i >= TABLES_AT_FIRST)
			return V_NOT_FOUND;
		if (rc == MDB_NOTFOUND)
			return log_fault(-ENOENT, "store: no database \"%s\"", table_name(i));
		if (rc)
			return txn_fault(tx, rc, "mdb_dbi_open");
	}
	return 0;
}

int
lmdb_schema(struct lmdb *db, struct meta *meta)
{
	const struct place at = at_text(TABLE_META, "store");
	GUARD(txn_drop) struct txn tx = { 0 };
	int r, rc;

	r = txn_begin(db, MDB_RDONLY, &tx);
	if (r)
		return r;
	rc = mdb_table(&db->mdb, tx.mdb, table_name(TABLE_META), 0, &db->dbi[TABLE_META]);
	if (rc)
		return rc == MDB_NOTFOUND ? V_NOT_FOUND : mdb_fault(&db->mdb, rc, "mdb_dbi_open");
	r = place_get(&tx, &at, meta);
	if (r)
		return r;
	if (meta->schema > STORE_SCHEMA)
		return log_fault(-EPROTO, "store: its schema %llu is newer than this program's %d",
		    (unsigned long long)meta->schema, STORE_SCHEMA);
	return txn_commit(&tx);
}

void
lmdb_drop(struct lmdb **db)
{
	if (!*db)
		return;
	share_close(&(*db)->share);
	commit_file_close(*db);
	mdb_detach(&(*db)->mdb);
	free(*db);
	*db = NULL;
}

int
lmdb_env_open(struct lmdb **out, const struct store_where *where, enum store_how how)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int r;

	r = directory_check(where->data_dir, how);
	if (r)
		return r;
	db = calloc(1, sizeof *db);
	if (!db)
		return log_fault(-ENOMEM, "store: calloc");
	db->max_bytes = where->max_bytes > MAP_LEAST_BYTES ? where->max_bytes & ~(page - 1) :
	    MAP_LEAST_BYTES;
	r = env_open(db, where->data_dir);
	if (!r)
		r = mdb_whole_check(&db->mdb);
	if (r)
		return r;
	*out = db;
	db = NULL;
	return 0;
}

static int
file_tables_open(struct lmdb *db)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r, rc;

	r = txn_begin(db, MDB_RDONLY, &tx);
	if (r)
		return r;
	for (enum table i = 0; i < TABLES; i++) {
		rc = mdb_table(&db->mdb, tx.mdb, table_name(i), 0, &db->dbi[i]);
		if (rc == MDB_NOTFOUND && i < TABLES_AT_FIRST)
			return log_fault(-EPROTO, "copy: no database \"%s\"", table_name(i));
		if (rc && rc != MDB_NOTFOUND)
			return txn_fault(&tx, rc, "mdb_dbi_open");
	}
	return txn_commit(&tx);
}

int
lmdb_file_open(struct lmdb **out, const struct store_where *where, const char *path,
    bool any_state)
{
	const struct mdb_options options = { .who = "copy", .tables = DATABASES_MAX };
	GUARD(lmdb_drop) struct lmdb *db = calloc(1, sizeof *db);
	int r;

	if (!db)
		return log_fault(-ENOMEM, "store: calloc");
	db->max_bytes = where->max_bytes;
	db->any_state = any_state;
	r = mdb_attach_file(&db->mdb, path, &options);
	if (!r)
		r = mdb_whole_check(&db->mdb);
	if (!r)
		r = file_tables_open(db);
	if (r)
		return r;
	*out = db;
	db = NULL;
	return 0;
}
