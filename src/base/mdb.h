// SPDX-License-Identifier: ISC
/*
 * base/mdb.h - an LMDB environment: how it opens, begins and commits, and what its errors mean.
 *
 * Open it after fork, and once in a process.  Nothing may open and close
 * data.mdb or lock.mdb by itself in a process that has the environment open:
 * close() would drop LMDB's record locks (fcntl(2)), and other processes would
 * take this one for dead.
 *
 * A process whose environment cannot be used any more, because its files were
 * replaced, because it cannot be mapped, or because a write failed or crashed half way,
 * asks to be replaced (base/leave.h); each call is -EIO or the like from then on.
 *
 * The calls within a transaction are in base/mdb_call.h.
 *
 * Results: 0, or a negative errno that is logged here; see base/verdict.h.
 */
#ifndef BASE_MDB_H
#define BASE_MDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <lmdb.h>

#include "base/guard.h"
#include "base/mdb_files.h"

struct mdb {
	const char *who;		/* begins each line in the log: "store" */
	const char *remedy;		/* ends those about damage; may be NULL */
	MDB_env *env;
	bool grows;			/* MDB_MAP_FULL is a result: the caller enlarges the map */
	size_t most_bytes;		/* which another process's map is followed to; 0: any */
	int broken;			/* the fault after which it cannot be used, or 0 */
	int64_t looked_ms;		/* when the names of its files were looked at */
	bool forgets;			/* as in the options */
	bool damaged;			/* damage was met */
	bool writes;			/* its transaction does */
	bool crashed;			/* LMDB's memory is not to be trusted any more */
	struct mdb_files files;
};

struct mdb_options {
	const char *who, *remedy;
	size_t map_bytes;
	unsigned tables;		/* at most so many */
	unsigned flags;			/* of mdb_env_open() */
	mode_t mode;			/* of its files, before umask */
	bool grows;
	size_t most_bytes;
	bool forgets;			/* all that is in it may be lost: damage passes by itself */
};

/*
 * Opens the environment in directory dir, whose files have to pass
 * base/mdb_files.h, and forgets readers that died; detach closes it.  Next ask
 * base/mdb_whole.h whether the file is whole.
 */
int mdb_attach(struct mdb *db, const char *dir, const struct mdb_options *options);
void mdb_detach(struct mdb *db);

/*
 * Opens the environment of a file that nobody writes to, for reading, without locks.
 * Nothing but who and tables of the options applies.
 */
int mdb_attach_file(struct mdb *db, const char *path, const struct mdb_options *options);

/*
 * A result rc of LMDB as a negative errno, logged with the call that failed.
 * An environment that grows passes MDB_MAP_FULL on as it is.
 */
int mdb_fault(struct mdb *db, int rc, const char *call);

/*
 * LMDB crashed: MDB_CORRUPTED, logged.  If a transaction that writes was open, its memory
 * may be damaged as the page was: once it is aborted, nothing more is done with it.
 */
int mdb_crashed(struct mdb *db);

/*
 * The same outside of transactions, where only the beginning of the file is read, and the
 * lock file: the environment is not used again.  EIO: its files are not those that were opened.
 */
int mdb_crashed_outside(struct mdb *db);

/* mdb_reader_check. */
int mdb_clear_readers(struct mdb *db, int *dead);

/* flags: 0 or MDB_RDONLY.  Follows a map that another process enlarged, as far as is in use. */
int mdb_begin(struct mdb *db, unsigned flags, MDB_txn **txn);

/* *txn is gone afterwards, whatever the result. */
int mdb_commit(struct mdb *db, MDB_txn **txn);

/* Sets the size of the map between transactions; what is in use is always within it. */
int mdb_resize(struct mdb *db, size_t bytes);

/* GUARD(mdb_undo) MDB_txn *txn = NULL: aborts what was not committed. */
void mdb_undo(MDB_txn **txn);

/* GUARD(mdb_leave) MDB_cursor *cursor = NULL: declare it after its transaction. */
void mdb_leave(MDB_cursor **cursor);

#endif
