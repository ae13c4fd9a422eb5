// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_handle.h - an open store in LMDB, and a transaction of it, as data. */
#ifndef STORE_LMDB_LMDB_HANDLE_H
#define STORE_LMDB_LMDB_HANDLE_H

#include "base/guard.h"
#include "base/mdb.h"
#include "store/backend.h"

/* The databases.  lmdb_place.c has their kinds and keys. */
enum table {
	TABLE_META,
	TABLE_USER,
	TABLE_IDENTITY,
	TABLE_PASSWORD,
	TABLE_ACCOUNT,
	TABLE_ACCOUNT_NAME,
	TABLE_ACCOUNT_USER,
	TABLE_TOKEN,
	TABLE_TOKEN_UUID,
	TABLE_TOKEN_USER,
	TABLE_TOKEN_EXPIRY,
	TABLE_KEY,
	TABLES_AT_FIRST,		/* those from here on may be missing in an older file */
	TABLE_DOMAIN_TOKEN = TABLES_AT_FIRST,
	TABLE_ROLE,
	TABLES				/* how many there are */
};

struct share;				/* store/lmdb/lmdb_share.h */
struct turn;				/* store/lmdb/lmdb_turn.h */
struct commit_file;			/* store/lmdb/lmdb_commit.h */

/* A commit, as the database has it (store/lmdb/lmdb_commit.h). */
struct commit {
	uint64_t number, base;		/* the base is what LMDB's own number lacks of it */
	int64_t at_ms;			/* by the clock of the last operation that had one */
	int64_t settled_ms;		/* the clock jumped: nothing is swept before */
};

struct lmdb {
	struct store base;		/* first, so that a struct store * is one of these */
	struct mdb mdb;
	MDB_dbi dbi[TABLES];
	struct share *share;		/* NULL: each write is a commit of its own */
	struct turn *turn;		/* likewise: it waits for LMDB's lock alone */
	struct commit_file *commit_file;	/* NULL: there is none */
	bool any_state;			/* it need not be the last one */
	struct commit commit;		/* the last one that was seen */
	size_t max_bytes;
	struct { size_t commit; uint64_t changes; } key_look;	/* of lmdb_key_changes */
	enum { FULL_NOT, FULL_MAP, FULL_DISK } full;	/* what the last -ENOSPC was about */
};

/* GUARD(txn_drop) struct txn tx = { 0 }: undone unless committed. */
struct txn {
	struct lmdb *db;
	MDB_txn *mdb;
	bool writes;
	bool entered;			/* the turn of this process ends with it (lmdb_turn.h) */
	bool dirty;			/* something was written */
	int64_t now_ms;			/* by the clock of its operations; 0: they have none */
	struct commit commit;		/* which it will be, once it is to be committed */
	uint64_t drops;			/* how many tokens it may still drop on its way */
	bool swept;			/* expired tokens were dropped in passing */
	bool unfinished;		/* there are more: commit, and apply the operation again */
};

#endif
