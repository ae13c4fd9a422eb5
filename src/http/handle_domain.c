// SPDX-License-Identifier: ISC
/* http/handle_domain.c - static tokens of Webitel domains over HTTP (CONTRACT 6). */
#include <string.h>

#include "auth/domain_token.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

static const char all_domains[] = "*";

/* The domain of the path in its stored form, "*" as it is.  V_NO_ROUTE. */
static int
path_domain(const struct call *c, char domain[LOGIN_SIZE])
{
	if (strcmp(c->captures[0], all_domains) == 0) {
		strcpy(domain, all_domains);
		return 0;
	}
	return domain_name(c->captures[0], domain) ? V_NO_ROUTE : 0;
}

static int
permit(const struct call *c, char letter, char domain[LOGIN_SIZE])
{
	int r;

	r = path_domain(c, domain);
	return r ? r : domain_permit(&c->caller, domain, letter);
}

/* Before the body is looked at (CONTRACT 8.1).  V_NO_DOMAIN: of all domains at once. */
int
domain_permit_create(struct call *c)
{
	char domain[LOGIN_SIZE];
	int r;

	r = permit(c, 'c', domain);
	if (r)
		return r;
	return strcmp(domain, all_domains) == 0 ? V_NO_DOMAIN : 0;
}

/* The members that a creation and a list share. */
static void
put_token(struct text *out, const struct domain_token *token)
{
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	json_open(&o, out);
	json_add_string(&o, "uuid", uuid_text(id, &token->id));
	json_add_integer(&o, "expire", token->expires_ms);
	json_add_string(&o, "roleName", token->role);
	json_add_string(&o, "createdBy", token->created_by);
	json_add_integer(&o, "createdOn", token->created_ms);
	json_add_bool(&o, "enabled", token->enabled);
	json_close(&o);
}

/* POST: V_BAD_EXPIRE, V_BAD_ROLE, V_FORBIDDEN. */
int
domain_token_post(struct call *c)
{
	const struct input_value *expire = &c->in.values[DOMAIN_EXPIRE];
	const struct input_value *role = &c->in.values[DOMAIN_ROLE];
	struct domain_token token;
	char domain[LOGIN_SIZE];
	struct json_out o, info;
	const char *jwt;
	int r;

	r = path_domain(c, domain);
	if (!r)
		r = domain_token_create(c->auth, c->mem, &c->caller, domain,
		    role->present ? role->text : "", expire->present ? expire->number : 0,
		    c->now_ms, &token, &jwt);
	if (r)
		return r;
	json_open(&o, &c->payload);
	json_add_string(&o, "status", "OK");
	json_name(&o, "info");
	json_open(&info, &c->payload);
	json_name(&info, "data");
	put_token(&c->payload, &token);
	json_add_string(&info, "token", jwt);
	json_close(&info);
	json_close(&o);
	return 0;
}

/* {"name":DOMAIN,"tokens":[…]} of the first tokens, those that are of domain; how many. */
static size_t
put_domain(struct text *out, const char *domain, const struct domain_token *tokens,
    size_t count)
{
	struct json_out o;
	size_t i = 0;

	json_open(&o, out);
	json_add_string(&o, "name", domain);
	json_name(&o, "tokens");
	text_puts(out, "[");
	for (; i < count && strcmp(tokens[i].domain, domain) == 0; i++) {
		text_puts(out, i ? "," : "");
		put_token(out, &tokens[i]);
	}
	text_puts(out, "]");
	json_close(&o);
	return i;
}

/* Tokens come in the order of their domains. */
static void
put_domains(struct text *out, const struct domain_token *tokens, size_t count)
{
	for (size_t i = 0; i < count;) {
		text_puts(out, i ? "," : "");
		i += put_domain(out, tokens[i].domain, tokens + i, count - i);
	}
}

/* GET: one domain is listed even when it has no tokens. */
int
domain_token_get_list(struct call *c)
{
	struct domain_token *tokens;
	char domain[LOGIN_SIZE];
	size_t count;
	bool all;
	int r;

	r = permit(c, 'r', domain);
	if (r)
		return r;
	all = strcmp(domain, all_domains) == 0;
	r = domain_tokens_list(c->auth, c->mem, all ? NULL : domain, &tokens, &count);
	if (r)
		return r;
	text_puts(&c->payload, "{\"status\":\"OK\",\"info\":[");
	if (all)
		put_domains(&c->payload, tokens, count);
	else
		put_domain(&c->payload, domain, tokens, count);
	text_puts(&c->payload, "]}");
	return 0;
}

/* The token that the path names.  V_NO_TOKEN. */
static int
locate(struct call *c, char letter)
{
	char domain[LOGIN_SIZE];
	struct uuid id;
	int r;

	r = permit(c, letter, domain);
	if (r)
		return r;
	if (uuid_parse(c->captures[1], strlen(c->captures[1]), &id))
		return V_NO_TOKEN;
	r = domain_token_find(c->auth, domain, &id, &c->domain_token);
	return r == V_NOT_FOUND ? V_NO_TOKEN : r;
}

static int
done(struct call *c, int r)
{
	if (r)
		return r == V_NOT_FOUND ? V_NO_TOKEN : r;
	text_puts(&c->payload, "{\"status\":\"OK\"}");
	return 0;
}

int
domain_token_locate(struct call *c)
{
	return locate(c, 'u');
}

/* PATCH: V_BAD_STATE. */
int
domain_token_patch(struct call *c)
{
	const struct input_value *state = &c->in.values[DOMAIN_STATE];

	if (!state->present)
		return V_BAD_STATE;
	return done(c, domain_token_enable(c->auth, &c->domain_token, state->number));
}

/* DELETE */
int
domain_token_delete(struct call *c)
{
	int r;

	r = locate(c, 'd');
	return r ? r : done(c, domain_token_end(c->auth, &c->domain_token));
}
