// SPDX-License-Identifier: ISC
/* auth/user_search.c - users page by page. */
#include "auth/user_search.h"

#include <string.h>

#include "base/guard.h"

/* Users read at a time; a record is some kilobytes. */
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

/* Of those that were read, until enough are found. */
static int
visit_found(struct user_search *search, const struct user *users, size_t count, size_t *found,
    pages_visit *visit, void *arg)
{
	int r = 0;

	for (size_t i = 0; i < count && !r && *found < search->limit; i++) {
		search->after = users[i].id;
		search->goes_on = true;
		search->more = i + 1 < count;
		if (search->text && !user_has_text(&users[i], search->text))
			continue;
		++*found;
		r = visit(&users[i], arg);
	}
	return r;
}

int
user_search(struct auth *auth, struct user_search *search, pages_visit *visit, void *arg)
{
	GUARD(arena_free) struct arena mem;
	size_t count = READ, found = 0;
	struct user *users;
	int r = 0;

	arena_init(&mem, 0);
	for (size_t seen = 0; !r && count == READ && found < search->limit &&
	    seen < USER_SEARCH_MAX; seen += count) {
		arena_wipe(&mem);
		r = store_user_list(auth->store, &mem, search->goes_on ? &search->after : NULL,
		    READ, &users, &count);
		search->more = false;
		if (!r)
			r = visit_found(search, users, count, &found, visit, arg);
	}
	search->more |= count == READ;
	return r;
}
