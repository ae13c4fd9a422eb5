// SPDX-License-Identifier: ISC
/* store/lmdb.c - opening and closing the LMDB environment. */
#include "store/lmdb.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/verdict.h"

#define MAP_START_BYTES	((size_t)16 * 1024 * 1024)
#define MAP_LEAST_BYTES	((size_t)1024 * 1024)

#define DATABASES_MAX	24
#define FILE_MODE	0660

static void lmdb_close(struct store *st);

static const struct store_ops lmdb_ops = {
	.name = "lmdb",
	.close = lmdb_close,
	.submit = lmdb_submit,
	.meta_get = lmdb_meta_get,
	.counts = lmdb_counts,
	.keys = lmdb_keys,
	.user_get = lmdb_user_get,
	.user_find = lmdb_user_find,
	.user_list = lmdb_user_list,
	.password_get = lmdb_password_get,
	.account_get = lmdb_account_get,
	.account_find = lmdb_account_find,
	.account_list = lmdb_account_list,
	.token_find = lmdb_token_find,
	.token_get = lmdb_token_get,
	.token_list = lmdb_token_list,
	.domain_token_get = lmdb_domain_token_get,
	.domain_token_list = lmdb_domain_token_list,
	.role_get = lmdb_role_get,
	.role_list = lmdb_role_list,
};

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

/* Can a store be in data_dir; and is there one, unless it is to be made? */
static int
directory_check(const char *data_dir, bool create)
{
	char path[PATH_MAX];
	const char *network;
	struct statfs fs;
	struct stat file;

	if ((size_t)snprintf(path, sizeof path, "%s/data.mdb", data_dir) >= sizeof path)
		return log_fault(-ENAMETOOLONG, "store: %s", data_dir);
	if (statfs(data_dir, &fs) != 0)
		return log_fault(-errno, "store: %s", data_dir);
	network = lmdb_network_name((uint64_t)fs.f_type);
	if (network)
		return log_fault(-EOPNOTSUPP, "store: %s is on a network file system (%s)",
		    data_dir, network);
	if (create)
		return 0;
	if (stat(path, &file) != 0)
		return log_fault(-errno, "store: %s", path);
	/* LMDB would take an empty file for one to be made */
	return file.st_size ? 0 : log_fault(-ENOENT, "store: %s is empty", path);
}

static int
env_open(struct lmdb *db, const char *data_dir)
{
	const struct mdb_options options = { .who = "store", .grows = true, .mode = FILE_MODE,
	    .tables = DATABASES_MAX,
	    .map_bytes = db->max_bytes < MAP_START_BYTES ? db->max_bytes : MAP_START_BYTES };

	return mdb_attach(&db->mdb, data_dir, &options);
}

/* The bytes the file is short of what LMDB will read, its length, and its descriptor. */
static int
file_missing(struct lmdb *db, off_t *missing, off_t *len, int *fd)
{
	MDB_envinfo info;
	struct stat file;
	MDB_stat stat;

	mdb_env_info(db->mdb.env, &info);
	mdb_env_stat(db->mdb.env, &stat);
	if (mdb_env_get_fd(db->mdb.env, fd) || fstat(*fd, &file) != 0)
		return log_fault(-errno, "store: fstat");
	*len = file.st_size;
	*missing = (off_t)((info.me_last_pgno + 1) * stat.ms_psize) - file.st_size;
	return 0;
}

/*
 * A file cut off, as by a copy that failed, would be met by SIGBUS.  Zeros in
 * place of what is missing are met by MDB_CORRUPTED instead.  LMDB itself may
 * leave free pages unwritten at the end: that it is short proves no damage.
 */
static int
file_extend(struct lmdb *db)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	off_t missing, len;
	int r, fd;

	r = file_missing(db, &missing, &len, &fd);
	if (r || missing <= 0)
		return r;
	/* a writer elsewhere may be doing it: look again when there is none */
	r = txn_begin(db, 0, &tx);
	if (!r)
		r = file_missing(db, &missing, &len, &fd);
	if (r || missing <= 0)
		return r;
	log_info("store: data.mdb lacks %lld bytes at its end", (long long)missing);
	if (ftruncate(fd, len + missing) != 0)
		return log_fault(-errno, "store: ftruncate");
	return 0;
}

int
lmdb_tables_open(struct txn *tx, bool create)
{
	int rc;

	for (enum table i = 0; i < TABLES; i++) {
		rc = mdb_dbi_open(tx->mdb, table_name(i), create ? MDB_CREATE : 0,
		    &tx->db->dbi[i]);
		if (rc == MDB_NOTFOUND && i >= TABLES_AT_FIRST)
			return V_NOT_FOUND;
		if (rc == MDB_NOTFOUND)
			return log_fault(-ENOENT, "store: no database \"%s\"", table_name(i));
		if (rc)
			return txn_fault(tx, rc, "mdb_dbi_open");
	}
	return 0;
}

/* All databases in one transaction. */
static int
tables_try(struct lmdb *db, bool create)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, create ? 0 : MDB_RDONLY, &tx);
	if (!r)
		r = lmdb_tables_open(&tx, create);
	if (!r)
		r = txn_commit(&tx);
	return r == MDB_MAP_FULL ? log_fault(-ENOSPC, "store: no room for its databases") : r;
}

static int
tables_open(struct lmdb *db, bool create)
{
	int r;

	r = tables_try(db, create);
	return r == V_NOT_FOUND ? tables_try(db, true) : r;
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
	rc = mdb_dbi_open(tx.mdb, table_name(TABLE_META), 0, &db->dbi[TABLE_META]);
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

/* Before anything is written to it. */
static int
schema_check(struct lmdb *db)
{
	struct meta meta;
	int r;

	r = lmdb_schema(db, &meta);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	if (meta.schema < STORE_SCHEMA)
		return log_fault(-ESTALE, "store: its schema %llu is older than this program's %d; "
		    "stop the service, and let 'doorwardctl upgrade' bring it up to it",
		    (unsigned long long)meta.schema, STORE_SCHEMA);
	return 0;
}

static void
lmdb_close(struct store *st)
{
	struct lmdb *db = (struct lmdb *)st;

	mdb_detach(&db->mdb);
	free(db);
}

void
lmdb_drop(struct lmdb **db)
{
	if (*db)
		lmdb_close(&(*db)->base);
}

int
lmdb_env_open(struct lmdb **out, const char *data_dir, uint64_t max_bytes, bool create)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int r;

	r = directory_check(data_dir, create);
	if (r)
		return r;
	db = calloc(1, sizeof *db);
	if (!db)
		return log_fault(-ENOMEM, "store: calloc");
	db->base.ops = &lmdb_ops;
	db->max_bytes = max_bytes > MAP_LEAST_BYTES ? max_bytes & ~(page - 1) : MAP_LEAST_BYTES;
	r = env_open(db, data_dir);
	if (!r)
		r = file_extend(db);
	if (r)
		return r;
	*out = db;
	db = NULL;
	return 0;
}

int
store_open_lmdb(struct store **st, const char *data_dir, uint64_t max_bytes, bool create)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	int r;

	r = lmdb_env_open(&db, data_dir, max_bytes, create);
	if (!r)
		r = schema_check(db);
	if (!r)
		r = tables_open(db, create);
	if (r)
		return r;
	*st = &db->base;
	db = NULL;
	return 0;
}
