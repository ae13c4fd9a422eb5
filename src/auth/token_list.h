// SPDX-License-Identifier: ISC
/* auth/token_list.h - the live tokens of a user, of which a list may have any number. */
#ifndef AUTH_TOKEN_LIST_H
#define AUTH_TOKEN_LIST_H

#include "auth/auth.h"
#include "auth/pages.h"

struct token_wanted {
	const struct uuid *after;	/* those that follow it; NULL: from the first on */
	uint64_t limit;			/* at most so many, and not 0 */
	int64_t unused_days;		/* not used for so long; below 0: whether or not used */
};

/*
 * Visits them, oldest first, with the last use that this machine knows of.  Those that are
 * not wanted or not live are passed over, so fewer than limit are all that there are.
 * V_NOT_FOUND: after is not a live token of the user.  V_CHANGED: the last one that was
 * read was removed meanwhile.
 */
int token_list(struct auth *auth, const struct user *user, const struct token_wanted *wanted,
    int64_t now_ms, pages_visit *visit, void *arg);

/* Has it not been used for so many days, or, if it never was, existed for so many? */
bool token_is_unused(const struct token *token, int64_t days, int64_t now_ms);

#endif
