// SPDX-License-Identifier: ISC
/*
 * base/mdb_call.h - the calls of LMDB that read pages, which survive damaged ones.
 *
 * Each is the call of a similar name, and returns what that returns; or MDB_CORRUPTED, with
 * a line in the log, if LMDB crashed (base/mdb_crash.h).  What they read is copied within
 * the call, because a damaged page also makes LMDB return bad pointers.
 *
 * After a crash a transaction that only reads is aborted as after any other fault: reading
 * changes nothing but the transaction's own memory.  One that writes may have left pages
 * that are half changed in memory, though never in the file: it is aborted too, which
 * releases the lock, and the environment is not used again (mdb_crashed in base/mdb.h).
 */
#ifndef BASE_MDB_CALL_H
#define BASE_MDB_CALL_H

#include "base/mdb.h"

/* What is copied, size bytes at most; and how long it is. */
struct mdb_copy {
	void *bytes;
	size_t size, len;
};

/* mdb_get. */
int mdb_read(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, const MDB_val *key,
    struct mdb_copy *val);

/* mdb_put, mdb_del, mdb_drop, mdb_stat, mdb_dbi_open. */
int mdb_write(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *val,
    unsigned flags);
int mdb_remove(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_val *key);
int mdb_empty(struct mdb *db, MDB_txn *txn, MDB_dbi dbi);
int mdb_size(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_stat *stat);
int mdb_table(struct mdb *db, MDB_txn *txn, const char *name, unsigned flags, MDB_dbi *dbi);

/* mdb_cursor_open, mdb_cursor_get: key is read first where op searches; val may be NULL. */
int mdb_enter(struct mdb *db, MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor);
int mdb_move(struct mdb *db, MDB_cursor *cursor, MDB_cursor_op op, struct mdb_copy *key,
    struct mdb_copy *val);

/* mdb_env_info, outside of transactions too; and how many bytes, in pages, are in use. */
int mdb_info(struct mdb *db, MDB_envinfo *info);
int mdb_used(struct mdb *db, size_t *bytes, size_t *page_bytes);

/* mdb_reader_list. */
int mdb_readers(struct mdb *db, MDB_msg_func *each, void *arg);

/* Any call that only reads, and reads of what it returns. */
int mdb_within(struct mdb *db, int (*call)(void *arg), void *arg);

#endif
