// SPDX-License-Identifier: ISC
/*
 * auth/user_search.h - users page by page: all of them, or those in whose names a text is.
 *
 * A page is found by looking at a bounded number of users, so that a search in a million
 * of them is many short calls.  It goes on after a uuid, whether or not that user is
 * still there.
 */
#ifndef AUTH_USER_SEARCH_H
#define AUTH_USER_SEARCH_H

#include <stdbool.h>

#include "auth/auth.h"
#include "auth/pages.h"

#define USER_SEARCH_MAX 4000		/* users that a call looks at */

struct user_search {
	const char *text;		/* of user_has_text; NULL: any user */
	size_t limit;			/* users that are found at most */
	bool goes_on;			/* after this one; else from the first */
	struct uuid after;
	bool more;			/* after the call: there are more, after "after" */
};

/* Is text in a name, login, telephone number or the uuid?  ASCII letters in either case. */
bool user_has_text(const struct user *user, const char *text);

/* Calls visit with each user of the next page; anything but 0 is the result. */
int user_search(struct auth *auth, struct user_search *search, pages_visit *visit, void *arg);

#endif
