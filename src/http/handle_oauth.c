// SPDX-License-Identifier: ISC
/* http/handle_oauth.c - tokens that others present: introspection and revocation (API 10). */
#include <errno.h>
#include <string.h>

#include "auth/limit.h"
#include "auth/presented.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

/* Who serves resources learns what any token stands for; everybody, what their own does. */
static bool
may_inspect(const struct call *c, const char *text)
{
	const struct presented *presented = &c->presented;

	if ((strcmp(c->id.user.role, "Admin") == 0 || strcmp(c->id.user.role, "Provider") == 0) &&
	    limit_permits(&c->id, SCOPE_TOKEN_READ))
		return true;
	for (size_t i = 0; i < presented->count; i++) {
		if (strcmp(presented->list[i].value, text) == 0)
			return true;
	}
	return false;
}

/* RFC 7662, 2.2.  The members that it does not name are role and, for a bearer token, jti. */
static int
put_token(struct call *c, const struct presented_token *token)
{
	const char *issuer = arena_printf(c->mem, "https://%s", c->conf->host_name);
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	if (!issuer)
		return -ENOMEM;
	json_open(&o, &c->payload);
	json_add_bool(&o, "active", true);
	json_add_string(&o, "username", token->user.email);
	json_add_string(&o, "token_type", "Bearer");
	json_add_integer(&o, "exp", token->expires_s);
	json_add_integer(&o, "iat", token->issued_s);
	json_add_string(&o, "sub", uuid_text(id, &token->user.id));
	json_add_string(&o, "iss", issuer);
	if (token->by_token)
		json_add_string(&o, "jti", uuid_text(id, &token->token.id));
	json_add_string(&o, "role", token->user.role);
	if (token->by_token && *token->token.scope)
		json_add_string(&o, "scope", token->token.scope);
	json_close(&o);
	return 0;
}

/*
 * POST /rest/introspect.  What may not be inspected is not looked up either, so that the
 * time of the answer says no more than the answer.
 */
int
on_introspect(struct call *c)
{
	const char *text = c->in.values[OAUTH_TOKEN].text;
	struct presented_token token;
	int r = V_NOT_FOUND;

	if (may_inspect(c, text))
		r = presented_inspect(c->auth, text, c->now_ms, &token);
	if (!r)
		return put_token(c, &token);
	if (r == V_NOT_FOUND)
		text_puts(&c->payload, "{\"active\":false}");
	return r == V_NOT_FOUND ? 0 : r;
}

/* POST /rest/revoke.  Who holds a token may end it; what is none has ended (RFC 7009, 2.2). */
int
on_revoke(struct call *c)
{
	const char *text = c->in.values[OAUTH_TOKEN].text, *kind;
	struct uuid user;
	int r;

	r = presented_revoke(c->auth, text, c->now_ms, &kind, &user);
	if (r && r != V_NOT_FOUND)
		return r;
	if (!r)
		outcome_know(&c->outcome, kind, &user);
	text_puts(&c->payload, "{}");
	return 0;
}
