// SPDX-License-Identifier: ISC
/* auth/presented.c - a token that somebody holds: what it stands for, and its end. */
#include "auth/presented.h"

#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/verdict.h"

static bool
is_jwt(const char *text)
{
	return strchr(text, '.') != NULL;
}

/* Whatever makes a token invalid, it is not found. */
static int
without_reason(int r)
{
	return r > 0 ? V_NOT_FOUND : r;
}

static int
inspect_jwt(struct auth *auth, const char *text, int64_t now_ms, struct presented_token *out)
{
	struct user_claims claims;
	struct identity who;
	int r;

	r = user_jwt_inspect(auth, text, now_ms, &who, &claims);
	if (!r && who.by_token)
		r = token_lookup(auth, &who.token, now_ms, &out->token);
	if (r)
		return without_reason(r);
	out->kind = "jwt";
	out->has_id = claims.is_public;
	out->id = claims.jti;
	out->user = who.user;
	out->by_token = who.by_token;
	out->issued_s = claims.iat_s;
	out->expires_s = claims.exp_s;
	return 0;
}

int
presented_inspect(struct auth *auth, const char *text, int64_t now_ms,
    struct presented_token *out)
{
	int r;

	if (is_jwt(text))
		return inspect_jwt(auth, text, now_ms, out);
	r = token_inspect(auth, text, now_ms, &out->token, &out->user);
	if (r)
		return without_reason(r);
	out->kind = "bearer";
	out->has_id = true;
	out->id = out->token.id;
	out->by_token = true;
	out->issued_s = out->token.created_ms / 1000;
	out->expires_s = out->token.expires_ms / 1000;
	return 0;
}

static int
revoke_jwt(struct auth *auth, const char *text, int64_t now_ms, struct presented_end *end)
{
	struct identity who;
	struct token gone;
	char id[UUID_TEXT_SIZE];
	int r;

	r = user_jwt_verify(auth, text, now_ms, &who);
	if (r)
		return r;
	end->user = who.user.id;
	end->has_token = who.by_token;
	end->token = who.token;
	r = who.by_token ? token_revoke(auth, &who, uuid_text(id, &who.token), now_ms, &gone) :
	    user_end_logins(auth, &who.user.id, now_ms);
	return r == V_NOT_FOUND ? V_ENDED : r;
}

int
presented_revoke(struct auth *auth, const char *text, int64_t now_ms,
    struct presented_end *end)
{
	struct token gone;
	int r;

	*end = (struct presented_end){ .kind = is_jwt(text) ? "jwt" : "bearer" };
	if (is_jwt(text))
		return revoke_jwt(auth, text, now_ms, end);
	r = token_end(auth, text, now_ms, &gone);
	if (r)
		return r == V_REUSED ? V_ENDED : r;
	end->user = gone.user;
	end->has_token = true;
	end->token = gone.id;
	return 0;
}
