// SPDX-License-Identifier: ISC
/* http/handle_domain.c - domain tokens over HTTP (API 7). */
#include <errno.h>
#include <string.h>

#include "auth/domain_token.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"

/* V_NO_ROUTE: the domain in the path is not valid. */
static int
permit(const struct call *c, char letter)
{
	return *c->named.domain ? domain_permit(&c->caller, c->named.domain, letter) : V_NO_ROUTE;
}

/* V_NO_DOMAIN: the path names all domains. */
int
may_domain_create(struct call *c)
{
	int r;

	r = permit(c, 'c');
	if (r)
		return r;
	return strcmp(c->named.domain, DOMAIN_ALL) == 0 ? V_NO_DOMAIN : 0;
}

int
may_domain_read(struct call *c)
{
	return permit(c, 'r');
}

int
may_domain_change(struct call *c)
{
	return permit(c, 'u');
}

int
may_domain_delete(struct call *c)
{
	return permit(c, 'd');
}

static int
or_no_token(int r)
{
	return r == V_NOT_FOUND ? V_NO_TOKEN : r;
}

/* V_NO_TOKEN. */
int
find_domain_token(struct call *c)
{
	return or_no_token(domain_token_find(c->auth, c->named.domain, &c->named.id,
	    &c->domain_token));
}

#define TOKEN(member)	.offset = offsetof(struct domain_token, member)
#define OK "\"OK\""

/* The members that a creation and a list share. */
static const struct answer_field token_fields[] = {
	{ "uuid",      ANSWER_UUID,    TOKEN(id),         NULL },
	{ "expire",    ANSWER_INTEGER, TOKEN(expires_ms), "Unix milliseconds" },
	{ "roleName",  ANSWER_TEXT,    TOKEN(role),       NULL },
	{ "createdBy", ANSWER_TEXT,    TOKEN(created_by), NULL },
	{ "createdOn", ANSWER_INTEGER, TOKEN(created_ms), "Unix milliseconds" },
	{ "enabled",   ANSWER_BOOL,    TOKEN(enabled),    NULL },
	{ .name = NULL },
};
static const struct answer_shape token_shape = { .name = "DomainToken",
    .fields = token_fields };

struct made {
	const struct domain_token *data;
	const char *token;
};

static const struct answer_field made_fields[] = {
	{ "data",  ANSWER_OBJECT, .offset = offsetof(struct made, data), .shape = &token_shape },
	{ "token", ANSWER_STRING, .offset = offsetof(struct made, token), "The token itself" },
	{ .name = NULL },
};
static const struct answer_shape made_shape = { .name = "NewDomainToken",
    .fields = made_fields };

struct created {
	const struct made *info;
};

static const struct answer_field created_fields[] = {
	{ "status", ANSWER_FIXED,  .json = OK },
	{ "info",   ANSWER_OBJECT, .offset = offsetof(struct created, info), NULL,
	    .shape = &made_shape },
	{ .name = NULL },
};
static const struct answer_shape created_shape = { .name = "DomainTokenMade",
    .fields = created_fields };
const struct answer answer_domain_token = { .shape = &created_shape };

/* Lists are written as they are read (struct listing). */
static const struct answer_field domain_fields[] = {
	{ "name",   ANSWER_STRING, .summary = "The domain" },
	{ "tokens", ANSWER_LIST,   .shape = &token_shape },
	{ .name = NULL },
};
static const struct answer_shape domain_shape = { .name = "DomainTokensOfOne",
    .fields = domain_fields };
static const struct answer_field domains_fields[] = {
	{ "status", ANSWER_FIXED, .json = OK },
	{ "info",   ANSWER_LIST,  .shape = &domain_shape },
	{ .name = NULL },
};
static const struct answer_shape domains_shape = { .name = "DomainTokens",
    .fields = domains_fields };
const struct answer answer_domain_tokens = { .shape = &domains_shape };

static const struct answer_field done_fields[] = {
	{ "status", ANSWER_FIXED, .json = OK },
	{ .name = NULL },
};
static const struct answer_shape done_shape = { .name = "Done", .fields = done_fields };
const struct answer answer_done = { .shape = &done_shape };

/* POST: V_BAD_EXPIRE, V_BAD_ROLE, V_FORBIDDEN. */
int
on_domain_token_create(struct call *c)
{
	const struct input_value *expire = &c->in.values[DOMAIN_EXPIRE];
	const struct input_value *role = &c->in.values[DOMAIN_ROLE];
	struct domain_token token;
	struct made made = { .data = &token };
	int r;

	r = domain_token_create(c->auth, c->mem, &c->caller, c->named.domain,
	    role->present ? role->text : "", expire->present ? expire->number : 0, c->now_ms,
	    &token, &made.token);
	if (r)
		return r;
	answer_put_one(&c->payload, &created_shape, &(struct created){ &made }, 0);
	return 0;
}

/* A list that is being written: [{"name":DOMAIN,"tokens":[…]},…]. */
struct listing {
	struct text *out;
	struct json_out domains, domain, tokens;
	char name[LOGIN_SIZE];		/* of the domain */
};

static void
begin_domain(struct listing *list, const char *name)
{
	strcpy(list->name, name);
	json_next(&list->domains);
	json_open(&list->domain, list->out);
	json_add_string(&list->domain, "name", name);
	json_name(&list->domain, "tokens");
	json_array_open(&list->tokens, list->out);
}

static void
end_domain(struct listing *list)
{
	if (!*list->name)
		return;
	json_array_close(&list->tokens);
	json_close(&list->domain);
	*list->name = '\0';
}

/* Tokens come in the order of their domains. */
static int
list_one(const void *record, void *arg)
{
	const struct domain_token *token = record;
	struct listing *list = arg;

	if (strcmp(token->domain, list->name) != 0) {
		end_domain(list);
		begin_domain(list, token->domain);
	}
	json_next(&list->tokens);
	answer_put_one(list->out, &token_shape, token, 0);
	return 0;
}

/*
 * GET: one domain is listed even when it has no tokens.  V_NO_TOKEN: there is none
 * to list those after.
 */
int
on_domain_token_list(struct call *c)
{
	const struct input_value *limit = &c->in.values[LIST_LIMIT];
	const struct input_value *after = &c->in.values[LIST_AFTER];
	bool all = strcmp(c->named.domain, DOMAIN_ALL) == 0;
	struct listing list = { .out = &c->payload };
	struct json_out o;
	int r;

	json_open(&o, &c->payload);
	json_add_string(&o, "status", "OK");
	json_name(&o, "info");
	json_array_open(&list.domains, &c->payload);
	if (!all)
		begin_domain(&list, c->named.domain);
	r = domain_tokens_list(c->auth, all ? NULL : c->named.domain,
	    after->present ? &after->id : NULL,
	    limit->present ? (size_t)limit->number : STORE_LIST_MAX, c->now_ms, list_one, &list);
	if (r)
		return r == V_CHANGED ? -EAGAIN : or_no_token(r);
	end_domain(&list);
	json_array_close(&list.domains);
	json_close(&o);
	return 0;
}

static int
done(struct call *c, int r)
{
	if (r)
		return or_no_token(r);
	answer_put_one(&c->payload, &done_shape, "", 0);
	return 0;
}

/* PATCH: V_BAD_STATE, V_FORBIDDEN. */
int
on_domain_token_change(struct call *c)
{
	const struct input_value *state = &c->in.values[DOMAIN_STATE];

	if (!state->present)
		return V_BAD_STATE;
	return done(c, domain_token_enable(c->auth, &c->caller, &c->domain_token,
	    state->number));
}

/* DELETE: V_FORBIDDEN. */
int
on_domain_token_delete(struct call *c)
{
	return done(c, domain_token_end(c->auth, &c->caller, &c->domain_token));
}
