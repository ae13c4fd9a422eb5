// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_commit.h - the last commit: which one it was.
 *
 * LMDB keeps the last two states of the database, and takes the one with the higher number.
 * One bit of a number, or an older copy of the file, brings a former state back, and with it
 * what has been revoked since.  Each commit therefore leaves a number in two places:
 *
 *   - in the database, where it must be that of the state that LMDB has taken;
 *   - in the file "last-commit" beside it, where it may be lower, but never higher.
 *
 * What holds at any moment, and so after kill -9 and after a power failure:
 *
 *   - The record in the database is part of each state, in the one page that every commit
 *     writes anyway.
 *   - The file is written after the commit, which is on the disk by then, and only upwards;
 *     it is never flushed.  So it may lag behind, and what lags is no alarm.
 *   - It has the number twice, once inverted, and counts as the lower of the two: a bit of
 *     the file that flips is no alarm either.
 *   - It names the store that it is about; that of another one is not compared.
 *
 * The numbers are LMDB's, and a base.  Copies that LMDB makes begin with its number 1: their
 * base is the number in their record, so that numbers go on.
 */
#ifndef STORE_LMDB_LMDB_COMMIT_H
#define STORE_LMDB_LMDB_COMMIT_H

#include "store/lmdb/lmdb_handle.h"

#define COMMIT_FILE "last-commit"

struct meta;

/*
 * Uses the file beside the database, whose record is *meta, from now on.  Without it, and
 * that is logged, only the record in the database is compared.
 */
void commit_file_open(struct lmdb *db, const struct meta *meta);
void commit_file_close(struct lmdb *db);

/* The number that a state has at least, if it is taken from now on. */
uint64_t commit_least(const struct lmdb *db);

/* -EUCLEAN, logged: the state that tx begins with is not that of the last commit. */
int commit_check(struct txn *tx, uint64_t least);

/* Before the commit of tx, whose number and time it writes; and afterwards, to the file. */
int commit_write(struct txn *tx);
void commit_note(struct lmdb *db, const struct commit *commit);

/*
 * When what has expired may be dropped in passing.  If the clock is a day or more from the
 * last commit's, it jumped, or nothing was written meanwhile: only if it goes on from there
 * for a day is it believed.
 */
int64_t commit_settled(const struct commit *last, int64_t now_ms);

/* Which the last commit was of the store in data_dir, which is not open; 0: not known. */
uint64_t commit_last_in(const char *data_dir);

#endif
