// SPDX-License-Identifier: ISC
/* http/handle_token.c - bearer tokens: /rest/token and below (CONTRACT 5). */
#include <string.h>

#include "auth/token.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

#define SHOWN_SIZE (TOKEN_HEAD_LEN + sizeof "…")

/* All that is ever shown of a token after its creation. */
static const char *
masked(const struct token *token, char shown[SHOWN_SIZE])
{
	strcpy(shown, token->head);
	return strcat(shown, "…");
}

/* POST /rest/token: the one time the secret is shown. */
int
token_post(struct call *c)
{
	const struct input_value *name = &c->in.values[TOKEN_NAME];
	const struct input_value *ttl = &c->in.values[TOKEN_TTL];
	char secret[TOKEN_LEN + 1], id[UUID_TEXT_SIZE];
	struct token token;
	struct json_out o;
	int r;

	r = token_create(c->auth, &c->id, name->text,
	    ttl->present ? ttl->number : c->auth->conf->token_ttl_default_s, c->now_ms, &token,
	    secret);
	if (r)
		return r;
	json_open(&o, &c->payload);
	json_add_string(&o, "name", token.name);
	json_add_integer(&o, "ttl", token.ttl_s);
	json_add_string(&o, "token", secret);
	json_add_time(&o, "expired_on", token.expires_ms);
	json_add_string(&o, "uuid", uuid_text(id, &token.id));
	json_add_time(&o, "created_on", token.created_ms);
	json_add_time(&o, "modified_on", token.modified_ms);
	json_close(&o);
	secret_wipe(secret, sizeof secret);
	return 0;
}

static void
put_element(struct text *out, const struct token *token)
{
	char shown[SHOWN_SIZE], id[UUID_TEXT_SIZE];
	struct json_out o;

	json_open(&o, out);
	json_add_time(&o, "created_on", token->created_ms);
	json_add_time(&o, "modified_on", token->modified_ms);
	json_add_string(&o, "uuid", uuid_text(id, &token->id));
	json_add_string(&o, "token", masked(token, shown));
	json_add_string(&o, "name", token->name);
	json_add_integer(&o, "ttl", token->ttl_s);
	json_add_time(&o, "expired_on", token->expires_ms);
	json_close(&o);
}

/* GET /rest/token/list */
int
token_get_list(struct call *c)
{
	const struct input_value *limit = &c->in.values[LIST_LIMIT];
	const struct input_value *after = &c->in.values[LIST_AFTER];
	size_t most = limit->present ? (size_t)limit->number : STORE_LIST_MAX, count;
	struct token *tokens;
	struct uuid id;
	int r;

	if (after->present && uuid_parse(after->text, strlen(after->text), &id))
		return input_refuse(c, LIST_AFTER, "invalid string value");
	r = token_list(c->auth, c->mem, &c->id, after->present ? &id : NULL, most, c->now_ms,
	    &tokens, &count);
	if (r == V_NOT_FOUND)
		return input_refuse(c, LIST_AFTER, "invalid string value");
	if (r)
		return r;
	text_puts(&c->payload, "[");
	for (size_t i = 0; i < count; i++) {
		text_puts(&c->payload, i ? "," : "");
		put_element(&c->payload, &tokens[i]);
	}
	text_puts(&c->payload, "]");
	return 0;
}

/* The token that the path names by uuid.  V_NOT_FOUND if it is not one of the caller's. */
int
token_locate(struct call *c)
{
	struct uuid id;

	if (uuid_parse(c->captures[0], strlen(c->captures[0]), &id))
		return V_NOT_FOUND;
	return token_get(c->auth, &c->id, &id, c->now_ms, &c->token);
}

/* PATCH /rest/token/{uuid} */
int
token_patch(struct call *c)
{
	const struct input_value *name = &c->in.values[TOKEN_NAME];
	const struct input_value *ttl = &c->in.values[TOKEN_TTL];
	struct token after;
	int r;

	r = token_change(c->auth, &c->id, &c->token.id, name->present ? name->text : NULL,
	    ttl->present ? ttl->number : 0, c->now_ms, &after);
	if (r)
		return r;
	put_element(&c->payload, &after);
	return 0;
}

/* DELETE /rest/token/{token or uuid}: the answer shows what the caller sent, no more. */
int
token_delete(struct call *c)
{
	char shown[SHOWN_SIZE], id[UUID_TEXT_SIZE];
	struct json_out o;
	struct token gone;
	int r;

	r = token_revoke(c->auth, &c->id, c->captures[0], c->now_ms, &gone);
	if (r)
		return r == V_NOT_FOUND ? V_NO_TOKEN : r;
	json_open(&o, &c->payload);
	json_add_time(&o, "created_on", gone.created_ms);
	json_add_time(&o, "modified_on", gone.modified_ms);
	json_add_string(&o, "token",
	    strlen(c->captures[0]) == TOKEN_LEN ? c->captures[0] : masked(&gone, shown));
	json_add_string(&o, "name", gone.name);
	json_add_time(&o, "expired_on", gone.expires_ms);
	json_add_string(&o, "uuid", uuid_text(id, &gone.id));
	json_close(&o);
	return 0;
}

/* DELETE /rest/token/all */
int
token_delete_all(struct call *c)
{
	int r;

	r = token_revoke_all(c->auth, &c->id, c->now_ms);
	if (r)
		return r;
	text_puts(&c->payload, "{}");
	return 0;
}
