// SPDX-License-Identifier: ISC
/* auth/token_admit.c - what follows from the use of a bearer token. */
#include "auth/token_admit.h"

#include <string.h>

#include "auth/limit.h"
#include "base/verdict.h"

/* So long a store that could not note a first use is left alone. */
#define AGAIN_MS INT64_C(60000)

void
token_identify(const struct token *token, struct identity *who)
{
	who->by_token = true;
	who->token = token->id;
	who->token_expires_ms = token->expires_ms;
	strcpy(who->scope, token->scope);
	strcpy(who->addresses, token->addresses);
	who->replaces = !uuid_is_none(&token->predecessor);
	who->was_replaced = token->replaced_ms != 0;
}

/* One write for each token that replaces another; what becomes of it is not the bearer's. */
static void
note_first_use(struct auth *auth, const struct identity *who, int64_t now_ms)
{
	if (now_ms < auth->first_use_after_ms)
		return;
	if (store_token_first_use(auth->store, &who->token, now_ms) < 0)
		auth->first_use_after_ms = now_ms + AGAIN_MS;
}

int
token_admit(struct auth *auth, const struct identity *who, const char *source,
    int64_t now_ms, struct outcome *outcome)
{
	if (!who->by_token)
		return 0;
	if (!limit_accepts(who->addresses, source))
		return refusal_token(&auth->refusal, V_WRONG_ADDRESS, WHY_ADDRESS, &who->user.id,
		    &who->token);
	if (who->replaces)
		note_first_use(auth, who, now_ms);
	outcome->reused |= who->was_replaced;
	return 0;
}
