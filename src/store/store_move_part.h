// SPDX-License-Identifier: ISC
/* store/store_move_part.h - what store_move.c and store_move_made.c share. */
#ifndef STORE_STORE_MOVE_PART_H
#define STORE_STORE_MOVE_PART_H

#include "store/backend.h"

struct store_move;

#define MOVE_PAGE	200

/* All times lie after this one: nothing has expired. */
#define MOVE_ALWAYS	INT64_MIN

struct move {
	struct store *from, *to;
	struct store_move *how;
	bool writes;			/* else it compares */
	uint64_t total;			/* users, about */
	struct op *ops;			/* MOVE_PAGE of them, to be made in one step */
	size_t count;
};

/* One record is not as it should be; is it to be written? */
bool move_differs(struct move *m);

/*
 * A record of the target goes, because the source has another one or, with V_NOT_FOUND,
 * none.  In the first case it is added again, and counted then.
 */
bool move_goes(struct move *m, int r);

/* Makes an operation, together with others; and those that were not made yet. */
int move_make(struct move *m, const struct op *op);
int move_flush(struct move *m);

/* Is what one store had found, with r, and what the other one, the same? */
bool move_same(int r, const struct record_kind *kind, const void *a, const void *b);

/* Those of a user of the target that go, and of the source that are added. */
int move_tokens_remove(struct move *m, const struct user *user);
int move_tokens_put(struct move *m, const struct user *user);

int move_domain_tokens(struct move *m);
int move_roles(struct move *m);
int move_keys(struct move *m);

#endif
