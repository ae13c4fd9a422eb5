// SPDX-License-Identifier: ISC
/* auth/token_list.c - the live tokens of a user, one after the other. */
#include "auth/token_list.h"

#include "auth/token.h"
#include "auth/used.h"

/*
 * A list that a client asks for is read at once, so that it is of one moment.  One that
 * passes over tokens is not: a record is large.
 */
#define PAGE 200

struct listing {
	struct auth *auth;
	const struct user *user;
	const struct token_wanted *wanted;
	int64_t now_ms;
	uint64_t left;
	pages_visit *visit;
	void *arg;
};

bool
token_is_unused(const struct token *token, int64_t days, int64_t now_ms)
{
	int64_t last_ms = token->last_used_ms ? token->last_used_ms : token->created_ms;

	return last_ms <= now_ms - days * 24 * 60 * 60 * 1000;
}

static int
list_one(const void *record, void *arg)
{
	struct token token = *(const struct token *)record;
	struct listing *list = arg;
	const int64_t days = list->wanted->unused_days;
	int r;

	if (!token_is_live(list->auth, &token, list->user, list->now_ms))
		return 0;
	used_merge(list->auth->used, &token);
	if (days >= 0 && !token_is_unused(&token, days, list->now_ms))
		return 0;
	r = list->visit(&token, list->arg);
	return r || --list->left ? r : PAGES_ENOUGH;
}

int
token_list(struct auth *auth, const struct user *user, const struct token_wanted *wanted,
    int64_t now_ms, pages_visit *visit, void *arg)
{
	struct listing list = { auth, user, wanted, now_ms, wanted->limit, visit, arg };
	const struct pages_part part = { wanted->after,
	    wanted->limit <= STORE_LIST_MAX && wanted->unused_days < 0 ?
	    (size_t)wanted->limit : PAGE };

	return pages_tokens_part(auth, &user->id, &part, now_ms, list_one, &list);
}
