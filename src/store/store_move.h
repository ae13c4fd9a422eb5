// SPDX-License-Identifier: ISC
/* store/store_move.h - makes one store equal to another one, of whatever kind. */
#ifndef STORE_STORE_MOVE_H
#define STORE_STORE_MOVE_H

#include "store/store_care.h"

struct store_move {
	store_progress *progress;	/* users of all; may be NULL */
	void *arg;

	/* results: how much from has, expired tokens too */
	uint64_t users, accounts, tokens, sessions, domain_tokens, roles, keys;
	uint64_t ended;			/* logins */
	uint64_t written;		/* records added to, changed in or removed from to */
	uint64_t differ;		/* found different when all was compared at the end */
};

/*
 * Makes to, which is new or was made by store_move, equal to from, which others may use; then
 * compares every record.  It can be repeated: what changed in from meanwhile is in
 * differ, and is made up for.  Nobody else may use to.
 * V_NOT_FOUND: from was never initialised.  V_EXISTS: to is another database.
 */
int store_move(struct store *from, struct store *to, struct store_move *how);

/* As above, but it only compares. */
int store_compare(struct store *from, struct store *to, struct store_move *how);

#endif
