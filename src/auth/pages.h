// SPDX-License-Identifier: ISC
/*
 * auth/pages.h - visits every record of a kind, page by page, so that a walk over a
 * million users holds one page and keeps no reader of the store open.
 */
#ifndef AUTH_PAGES_H
#define AUTH_PAGES_H

#include <limits.h>

#include "auth/auth.h"

/*
 * Called with each record; anything but 0 ends the walk and is its result, except that
 * PAGES_ENOUGH ends it well.
 */
typedef int pages_visit(const void *record, void *arg);

#define PAGES_ENOUGH INT_MAX

/* How a list is read that a client asks for. */
struct pages_part {
	const struct uuid *after;	/* follows the record of that id; NULL: the first one */
	size_t page;			/* so many at first; 0: as for a walk over all */
};

/* At most limit users or accounts, in the order of their uuids. */
int pages_users(struct auth *auth, uint64_t limit, pages_visit *visit, void *arg);
int pages_accounts(struct auth *auth, uint64_t limit, pages_visit *visit, void *arg);

/* Parts of the same lists: what follows a uuid, whether or not it is there. */
int pages_users_part(struct auth *auth, const struct pages_part *part, pages_visit *visit,
    void *arg);
int pages_accounts_part(struct auth *auth, const struct pages_part *part, pages_visit *visit,
    void *arg);

/*
 * All of a user that are live at now_ms, oldest first.  V_CHANGED: the last one of a page
 * was removed meanwhile.  Sessions that a password change or logout has ended are among
 * them, with another generation than the user's.
 */
int pages_tokens(struct auth *auth, const struct uuid *user, int64_t now_ms,
    pages_visit *visit, void *arg);
int pages_sessions(struct auth *auth, const struct uuid *user, int64_t now_ms,
    pages_visit *visit, void *arg);

/*
 * All domain tokens of a domain, or of all with NULL, that are live at now_ms, or at 0 all:
 * the soonest to expire first.  V_CHANGED likewise.
 */
int pages_domain_tokens(struct auth *auth, const char *domain, int64_t now_ms,
    pages_visit *visit, void *arg);

/* Parts of the same lists.  V_NOT_FOUND: part->after is not among them. */
int pages_tokens_part(struct auth *auth, const struct uuid *user, const struct pages_part *part,
    int64_t now_ms, pages_visit *visit, void *arg);
int pages_sessions_part(struct auth *auth, const struct uuid *user,
    const struct pages_part *part, int64_t now_ms, pages_visit *visit, void *arg);
int pages_domain_tokens_part(struct auth *auth, const char *domain,
    const struct pages_part *part, int64_t now_ms, pages_visit *visit, void *arg);

#endif
