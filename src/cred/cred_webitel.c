// SPDX-License-Identifier: ISC
/* cred/cred_webitel.c - the credentials of the Webitel API. */
#include "cred/cred_webitel.h"

#include <string.h>

#include "auth/domain_token.h"
#include "auth/session.h"
#include "base/guard.h"
#include "base/verdict.h"

/* In order of precedence. */
static const struct {
	enum place place;
	const char *token, *key;
} places[] = {
	{ PLACE_HEADER, WEBITEL_TOKEN_HEADER, WEBITEL_KEY_HEADER },
	{ PLACE_FORM,   WEBITEL_TOKEN_NAME,   WEBITEL_KEY_NAME },
	{ PLACE_QUERY,  WEBITEL_TOKEN_NAME,   WEBITEL_KEY_NAME },
};

/* Takes the value of a place, if none was found before. */
static int
find_one(const struct sources *sources, enum place place, const char *name, const char **value,
    bool *in_query)
{
	const struct pairs *pairs = &sources->in[place];
	const struct pair *pair = pairs_find(pairs, name);

	if (pairs_count(pairs, name) > 1)
		return V_DUPLICATE_CREDENTIAL;
	if (!*value && pair && *pair->value && strlen(pair->value) == pair->value_len) {
		*value = pair->value;
		*in_query |= place == PLACE_QUERY;
	}
	return 0;
}

int
cred_webitel_collect(const struct sources *sources, struct webitel_presented *out)
{
	int r = 0;

	*out = (struct webitel_presented){ .token = NULL };
	for (size_t i = 0; i < NELEM(places) && !r; i++) {
		r = find_one(sources, places[i].place, places[i].token, &out->token,
		    &out->in_query);
		if (!r)
			r = find_one(sources, places[i].place, places[i].key, &out->key,
			    &out->in_query);
	}
	return r;
}

int
cred_webitel_verify(struct auth *auth, const struct webitel_presented *presented,
    const struct client *client, int64_t now_ms, struct caller *caller)
{
	int r;

	if (!presented->token)
		return refusal(&auth->refusal, V_BAD_CALLER, WHY_ABSENT);
	if (presented->key)
		r = session_verify(auth, presented->key, presented->token, now_ms, caller);
	else
		r = domain_token_verify(auth, presented->token, now_ms, caller);
	if (!r)
		login_note_session(auth, caller, client, now_ms);
	return r == V_WRONG_CREDENTIAL ? V_BAD_CALLER : r;
}

int
cred_webitel_identify(struct auth *auth, const struct webitel_presented *presented,
    const struct client *client, int64_t now_ms, struct identity *who)
{
	struct identity found = { .authenticated_s = now_ms / 1000 };
	struct caller caller;
	int r;

	r = cred_webitel_verify(auth, presented, client, now_ms, &caller);
	if (!r)
		r = store_user_get(auth->store, &caller.owner, &found.user);
	if (r)
		return r == V_NOT_FOUND ? refusal(&auth->refusal, V_ENDED, WHY_DELETED) : r;
	*who = found;
	return 0;
}
