// SPDX-License-Identifier: ISC
/* auth/user_search.c - users page by page. */
#include "auth/user_search.h"

#include <string.h>

#include "base/guard.h"


/* Users read at first; a record is some kilobytes. */
#define READ 100

bool
user_has_text(const struct user *user, const char *text)
{
	const char *const places[] = { user->email, user->sip_login, user->first_name,
	    user->last_name, user->phone_number };
	char id[UUID_TEXT_SIZE];

	for (size_t i = 0; i < NELEM(places); i++) {
		if (strcasestr(places[i], text))
			return true;
	}
	return strcasestr(uuid_text(id, &user->id), text) != NULL;
}

/* A search on its way. */
struct walk {
	struct user_search *search;
	size_t found, seen;
	pages_visit *visit;
	void *arg;
};

/* It ends at the first user that it does not look at: there is more only if there is one. */
static int
look_at(const void *record, void *arg)
{
	const struct user *user = record;
	struct walk *walk = arg;
	struct user_search *search = walk->search;

	search->more = walk->found == search->limit || walk->seen == USER_SEARCH_MAX;
	if (search->more)
		return PAGES_ENOUGH;
	walk->seen++;
	search->after = user->id;
	search->goes_on = true;
	if (search->text && !user_has_text(user, search->text))
		return 0;
	walk->found++;
	return walk->visit(user, walk->arg);
}

int
user_search(struct auth *auth, struct user_search *search, pages_visit *visit, void *arg)
{
	const struct uuid after = search->after;
	const struct pages_part part = { search->goes_on ? &after : NULL,
	    search->text || search->limit >= READ ? READ : search->limit + 1 };
	struct walk walk = { .search = search, .visit = visit, .arg = arg };

	search->more = false;
	return pages_users_part(auth, &part, look_at, &walk);
}
