// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_ended.c - what a repair does about logins that were ended. */
#include "store/lmdb/lmdb_ended.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

int
ended_judge(struct walk *w, const struct token *ended, const struct user *user)
{
	struct walk at_user = *w;
	struct user marked = *user;

	if (ended->gen != user->gen || ended->expires_ms <= w->check->now_ms ||
	    !change_ends_login(ended, &marked))
		return 0;
	at_user.at = at_uuid(TABLE_USER, &user->id);
	return check_replace(&at_user, STORE_UNMARKED, &marked);
}

/* Which of the JWTs are of the login, nobody knows.  A damaged user has none that is valid. */
int
ended_lose_of(struct walk *w, const struct uuid *user)
{
	struct walk at_user = *w;
	struct user renewed;
	int r;

	at_user.at = at_uuid(TABLE_USER, user);
	r = place_look(w->tx, &at_user.at, &renewed);
	if (r)
		return r < 0 ? r : 0;
	renewed.gen = user_new_generation();
	renewed.logins_ended_ms = 0;
	return check_replace(&at_user, STORE_READMITS, &renewed);
}

/* What the list of its user says of it.  V_NOT_FOUND: there is no such list. */
static int
find_listed(struct txn *tx, const struct uuid *login, struct token *token)
{
	struct place at = { .table = TABLE_TOKEN_USER };
	int r;

	while ((r = walk_next(tx, &at)) == 0) {
		if (lmdb_token_of_entry(tx, &at, token) == 0 && token->use == TOKEN_ENDED &&
		    uuid_equal(&token->id, login))
			return 0;
	}
	/* keys out of order lead no further */
	return r == -EBADMSG ? V_NOT_FOUND : r;
}

/* Of all users who have such a login. */
static int
lose_of_all(struct walk *w)
{
	struct place at = { .table = TABLE_USER };
	struct user user;
	int r;

	while ((r = walk_next(w->tx, &at)) == 0) {
		r = place_look(w->tx, &at, &user);
		if (!r && user.logins_ended_ms)
			r = ended_lose_of(w, &user.id);
		if (r < 0)
			return r;
	}
	return r == V_NOT_FOUND || r == -EBADMSG ? 0 : r;
}

int
ended_lose(struct walk *w, const struct uuid *login)
{
	struct token token;
	int r;

	r = find_listed(w->tx, login, &token);
	if (r == V_NOT_FOUND)
		return lose_of_all(w);
	if (!r)
		r = ended_lose_of(w, &token.user);
	return r ? r : lmdb_token_remove(w->tx, &token);
}
