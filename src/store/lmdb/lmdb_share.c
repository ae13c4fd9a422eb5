// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_share.c - commits that several processes share. */
#include "store/lmdb/lmdb_share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/file_lock.h"
#include "base/log.h"
#include "base/secret.h"
#include "store/lmdb/lmdb_board.h"
#include "store/lmdb/lmdb_room.h"

/* Operations of one commit: their pages must fit into memory. */
#define BATCH_MAX	64

/*
 * A combiner waits for those that are likely to come, for at most so much of the time that
 * the last commit took, and looks for them as often.
 */
#define GATHER_SHARE	4
#define GATHER_MAX_US	1000
#define GATHER_LOOK_US	50

/* --- taking part --------------------------------------------------------------------- */

int
share_open_as(struct share **out, struct lmdb *db, uint64_t layout)
{
	struct share *share = calloc(1, sizeof *share);
	const char *data_dir;
	int r = -ENOMEM;

	*out = NULL;
	if (share) {
		*share = (struct share){ .db = db, .layout = layout, .file = SHARED_NONE };
		r = mdb_env_get_path(db->mdb.env, &data_dir) ? -EINVAL :
		    board_open(share, data_dir);
	}
	if (r) {
		log_fault(r, "store: writes are not shared with other processes");
		share_close(&share);
	} else {
		share->turn = (struct turn){ .fd = share->file.fd, .at = COMBINER,
		    .round = &share->board->round };
	}
	*out = share;
	return r;
}

void
share_open(struct share **share, struct lmdb *db)
{
	if (share_open_as(share, db, board_layout()) == 0)
		db->turn = &(*share)->turn;
}

void
share_close(struct share **share)
{
	if (!*share)
		return;
	shared_close(&(*share)->file);
	free(*share);
	*share = NULL;
}

/* --- the combiner ------------------------------------------------------------------ */

struct batch {
	struct slot *slots[BATCH_MAX];
	struct op_result results[BATCH_MAX];
	size_t count, used;		/* slots, and results that may hold secrets */
	uint64_t number;
	unsigned committed;		/* slots of the last commit */
};

/* The lock of the own slot is not seen through the own descriptor. */
static bool
has_owner(const struct share *share, unsigned at)
{
	return &share->board->slots[at] == share->own ||
	    !file_lock_is_free(share->file.fd, at, 1);
}

/* A combiner that died had applied it: it is done, or waits again, unless it was left. */
static int
settle(struct slot *slot, uint64_t last)
{
	int applied = SLOT_APPLIED, state = slot->batch == last ? SLOT_DONE : SLOT_WAITING;

	return atomic_compare_exchange_strong(&slot->state, &applied, state) ? state : applied;
}

/*
 * The slots that wait, once those of a combiner that died are done or wait again: all of
 * them, before another batch takes the place of its number.  What a process left when it
 * died has no answer, and may be older than writes that have one, even than the start of
 * the machine: it is forgotten.  So is what a process does not wait for any more.
 */
static int
collect(struct share *share, struct txn *tx, struct batch *batch)
{
	const unsigned high = atomic_load(&share->board->high);
	uint64_t last;
	int r;

	r = batch_read(tx, share->layout, &last);
	if (r)
		return r;
	batch->count = 0;
	for (unsigned i = 0; i < high && i < SLOTS; i++) {
		struct slot *slot = &share->board->slots[i];
		int state = atomic_load(&slot->state);

		if (state == SLOT_APPLIED)
			state = settle(slot, last);
		if (state == SLOT_LEFT || (state == SLOT_WAITING && !has_owner(share, i))) {
			state = SLOT_FREE;
			atomic_store(&slot->state, state);
		}
		if (state == SLOT_WAITING && batch->count < BATCH_MAX)
			batch->slots[batch->count++] = slot;
	}
	if (batch->used < batch->count)
		batch->used = batch->count;
	return 0;
}

/* What is in the batch from here on cannot be taken back by its process. */
static void
claim(struct batch *batch)
{
	int waiting;

	secret_random(&batch->number, sizeof batch->number);
	batch->number |= 1;		/* 0 stands for none */
	for (size_t i = 0; i < batch->count;) {
		waiting = SLOT_WAITING;
		batch->slots[i]->batch = batch->number;
		if (atomic_compare_exchange_strong(&batch->slots[i]->state, &waiting,
		    SLOT_APPLIED))
			i++;
		else
			batch->slots[i] = batch->slots[--batch->count];
	}
}

static void
leave_alone(struct batch *batch, size_t at)
{
	atomic_store(&batch->slots[at]->state, SLOT_ALONE);
	batch->slots[at] = batch->slots[--batch->count];
}

/* *failed: the operation whose result it is; the count of the batch if it is of none. */
static int
apply_all(struct txn *tx, const struct share_calls *calls, struct batch *batch, size_t *failed)
{
	int r;

	*failed = batch->count;
	tx->drops = UINT64_MAX;
	r = room_keep(tx);
	for (size_t i = 0; !r && i < batch->count; i++) {
		batch->results[i] = (struct op_result){ 0 };
		r = calls->apply(tx, &batch->slots[i]->op, &batch->results[i]);
		if (r)
			*failed = i;
	}
	return r ? r : room_check(tx);
}

static struct counter batches = { .name = "batch", .kind = COUNTER_SIZES };

/* All or none of the batch is in the database then, and its slots tell which. */
static int
commit(struct txn *tx, uint64_t layout, struct batch *batch)
{
	int r;

	r = batch_write(tx, layout, batch->number);
	if (r)
		return r;
	for (size_t i = 0; i < batch->count; i++)
		batch->slots[i]->result = batch->results[i];
	r = txn_commit(tx);
	for (size_t i = 0; i < batch->count; i++)
		atomic_store(&batch->slots[i]->state, r ? SLOT_ALONE : SLOT_DONE);
	batch->committed = r ? 0 : (unsigned)batch->count;
	if (!r)
		counter_measure(&batches, batch->count);
	batch->count = 0;
	return r;
}

/*
 * The own operation is in no batch, and r is why, or 0.  If a combiner that died had
 * applied it, nobody can tell now whether it is in the database: that is a fault.
 */
static void
not_combined(struct share *share, int r)
{
	share->unknown = atomic_load(&share->own->state) == SLOT_APPLIED ? r : 0;
	/* no faster, and a fault is reported where it is met again */
	if (atomic_load(&share->own->state) == SLOT_WAITING)
		atomic_store(&share->own->state, SLOT_ALONE);
}

/*
 * One attempt to commit what waits.  True: it is to be repeated, without the
 * operation that failed, or in a larger map.
 */
static bool
combine_once(struct share *share, const struct share_calls *calls, struct batch *batch)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	size_t failed = 0;
	int r;

	r = txn_begin(share->db, 0, &tx);
	if (!r)
		r = collect(share, &tx, batch);
	if (r || batch->count < 2) {
		not_combined(share, r);
		return false;
	}
	claim(batch);
	r = apply_all(&tx, calls, batch, &failed);
	if (!r)
		r = commit(&tx, share->layout, batch);
	if (!r)
		return false;
	txn_drop(&tx);
	if (r == MDB_MAP_FULL && room_grow(share->db) == 0)
		return true;
	if (failed < batch->count) {
		leave_alone(batch, failed);
		return true;
	}
	while (batch->count)
		leave_alone(batch, 0);
	return false;
}

/* --- those that wait ------------------------------------------------------------------ */

/* How many slots are in one of the states whose bits are set. */
static unsigned
count_slots(const struct board *board, unsigned states)
{
	const unsigned high = atomic_load(&board->high);
	unsigned count = 0;
	int state;

	for (unsigned i = 0; i < high && i < SLOTS; i++) {
		state = atomic_load(&board->slots[i].state);
		count += state >= SLOT_FREE && state <= SLOT_ALONE && states >> state & 1;
	}
	return count;
}

/*
 * Those that were answered last tend to come back at once, while those that came
 * meanwhile wait here already.  Without a pause the two would take turns in batches of
 * half the size, which cost nearly as much each.
 */
static void
gather(const struct share *share)
{
	const struct board *board = share->board;
	const unsigned crowd = atomic_load(&board->crowd);
	int64_t limit_us = atomic_load(&board->commit_us) / GATHER_SHARE, until_us;

	if (limit_us > GATHER_MAX_US)
		limit_us = GATHER_MAX_US;
	until_us = clock_steady_us() + limit_us;
	while (count_slots(board, 1 << SLOT_WAITING) < crowd && clock_steady_us() < until_us)
		turn_sleep(&share->turn, atomic_load(&board->round), GATHER_LOOK_US);
}

/* wrote: at this commit, after which those that wait came meanwhile. */
static void
remember_crowd(struct board *board, unsigned wrote, int64_t began_us)
{
	const int64_t took_us = clock_steady_us() - began_us;

	atomic_store(&board->crowd, wrote + count_slots(board, 1 << SLOT_WAITING));
	atomic_store(&board->commit_us, (unsigned)(took_us < UINT32_MAX ? took_us : UINT32_MAX));
}

static void
combine(struct share *share, const struct share_calls *calls)
{
	struct batch batch;
	int64_t began_us;

	batch.used = 0;
	batch.committed = 1;
	gather(share);
	began_us = clock_steady_us();
	while (combine_once(share, calls, &batch))
		continue;
	remember_crowd(share->board, batch.committed, began_us);
	secret_wipe(batch.results, batch.used * sizeof batch.results[0]);
	turn_leave(&share->turn);
}

static int
commit_alone(struct share *share, const struct share_calls *calls, const struct op *op,
    struct op_result *result)
{
	const int64_t began_us = clock_steady_us();
	int r;

	r = calls->alone(share->db, op, result);
	remember_crowd(share->board, 1, began_us);
	turn_leave(&share->turn);
	return r;
}

/* Is nobody else likely to write? */
static bool
is_quiet(const struct board *board)
{
	return atomic_load(&board->crowd) <= 1 &&
	    count_slots(board, 1 << SLOT_WAITING | 1 << SLOT_APPLIED) == 0;
}

/* What the own slot still holds is not needed. */
static void
clear(struct slot *own)
{
	/* it may hold a password hash */
	secret_wipe(&own->op, sizeof own->op);
	secret_wipe(&own->result, sizeof own->result);
	atomic_store(&own->state, SLOT_FREE);
}

static int
take_result(struct share *share, const struct share_calls *calls, const struct op *op,
    struct op_result *result)
{
	struct slot *own = share->own;
	const bool done = atomic_load(&own->state) == SLOT_DONE;
	const int unknown = share->unknown;

	share->unknown = 0;
	if (done)
		*result = own->result;
	clear(own);
	if (unknown)
		return unknown;
	return done ? 0 : calls->alone(share->db, op, result);
}

/* A combiner may still write to a slot that was left. */
static bool
has_slot(struct share *share)
{
	if (share->left && atomic_load(&share->own->state) != SLOT_LEFT) {
		clear(share->own);
		share->left = false;
	}
	return !share->left;
}

/* False: there is a result after all. */
static bool
give_up(struct share *share)
{
	int waiting = SLOT_WAITING, applied = SLOT_APPLIED;

	if (atomic_compare_exchange_strong(&share->own->state, &waiting, SLOT_FREE))
		clear(share->own);
	else if (atomic_compare_exchange_strong(&share->own->state, &applied, SLOT_LEFT))
		share->left = true;
	else
		return false;
	log_fault(-EAGAIN, "store: a write waits for a lock or a disk%s", share->left ?
	    ", and may yet be done" : "");
	return true;
}

/* While the only one that writes commits alone, others come to wait for a common commit. */
int
share_submit(struct share *share, const struct share_calls *calls, const struct op *op,
    struct op_result *result)
{
	struct slot *own = share->own;
	struct turn_wait wait;
	unsigned round;
	bool combines;
	int state;

	if (!has_slot(share))
		return calls->alone(share->db, op, result);
	combines = turn_take(&share->turn);
	if (combines && is_quiet(share->board))
		return commit_alone(share, calls, op, result);
	own->op = *op;
	atomic_store(&own->state, SLOT_WAITING);
	wait = turn_wait_begin(&share->turn);
	for (;;) {
		round = atomic_load(&share->board->round);
		if (combines)
			combine(share, calls);
		state = atomic_load(&own->state);
		/* nobody else frees it: its page was lost, and with it whether it was done */
		if (state == SLOT_FREE)
			share->unknown = log_fault(-EIO, "store: the place of a write was lost");
		if (state == SLOT_DONE || state == SLOT_ALONE || share->unknown)
			return take_result(share, calls, op, result);
		combines = turn_take(&share->turn);
		if (!combines && turn_is_late(&share->turn, &wait) && give_up(share))
			return -EAGAIN;
		if (!combines)
			turn_sleep(&share->turn, round, TURN_LOOK_US);
	}
}
