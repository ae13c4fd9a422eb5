// SPDX-License-Identifier: ISC
/* auth/own_logins.c - what callers end of what is their own. */
#include "auth/own_logins.h"

#include "auth/token.h"
#include "auth/user.h"
#include "base/verdict.h"

int
own_logins_may_see(const struct identity *who)
{
	return who->by_token ? V_FORBIDDEN : 0;
}

static int
end_token(struct auth *auth, const struct identity *who, int64_t now_ms)
{
	char id[UUID_TEXT_SIZE];
	struct token gone;

	return token_revoke(auth, who, uuid_text(id, &who->token), now_ms, &gone);
}

int
own_logins_end(struct auth *auth, const struct identity *who, bool drop_tokens, int64_t now_ms)
{
	uint64_t count;
	int r;

	if (who->by_token)
		r = end_token(auth, who, now_ms);
	else if (drop_tokens)
		r = user_logout(auth, &who->user.id, now_ms, &count);
	else
		r = user_end_logins(auth, &who->user.id, now_ms);
	return r == V_NOT_FOUND ? 0 : r;	/* it has ended meanwhile */
}
