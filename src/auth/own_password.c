// SPDX-License-Identifier: ISC
/* auth/own_password.c - users who change their own passwords. */
#include "auth/own_password.h"

#include <string.h>

#include "auth/ha1b.h"
#include "auth/user.h"
#include "base/verdict.h"

int
own_password_may_change(const struct identity *who)
{
	return who->by_token ? V_FORBIDDEN : 0;
}

/* The user after the change, if it is still the one whose password was right. */
static int
prepare(struct auth *auth, const struct user *user, int64_t now_ms, struct own_password *change)
{
	struct user *after = &change->after.user;

	*after = *user;
	after->gen = user_new_generation();
	if (change->drops_tokens)
		after->token_gen = after->gen;
	after->modified_ms = now_ms;
	change->after.authenticated_s = now_ms / 1000;
	change->from_gen = user->gen;
	change->password.user = user->id;
	change->password.set_ms = now_ms;
	return ha1b_index(auth, user, change->next, strlen(change->next), &change->ha1b);
}

int
own_password_prove(struct auth *auth, const struct identity *who,
    struct own_password *change, int64_t now_ms, struct password_flaw *flaw)
{
	struct login *old = &change->old;
	struct user user;
	int r;

	r = user_check_password(auth, &who->user, change->next, strlen(change->next), flaw);
	if (r)
		return r;
	old->names = LOGIN_BY_EMAIL;
	old->name = who->user.email;
	old->next = change->next;
	old->next_len = strlen(change->next);
	old->next_hash = change->password.hash;
	r = user_login(auth, old, now_ms, &user);
	/* the name may be another's since */
	if (!r && !uuid_equal(&user.id, &who->user.id))
		r = refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_NAME);
	if (r)
		return r == V_NOT_FOUND ? V_WRONG_CREDENTIAL : r;
	return prepare(auth, &user, now_ms, change);
}

int
own_password_set(struct auth *auth, const struct own_password *change)
{
	const struct user *user = &change->after.user;
	int r;

	r = store_user_password_from(auth->store, &change->password, &change->ha1b, user->gen,
	    change->drops_tokens, change->from_gen);
	return r == V_CHANGED || r == V_NOT_FOUND ? V_ENDED : r;
}
