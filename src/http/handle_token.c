// SPDX-License-Identifier: ISC
/* http/handle_token.c - bearer tokens: /rest/token and below (API 5). */
#include <errno.h>
#include <string.h>

#include "auth/limit.h"
#include "auth/token.h"
#include "auth/token_list.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input.h"

int
may_token_create(struct call *c)
{
	return token_may_create(c->auth, &c->id);
}

/* A token may always end itself. */
int
may_token_delete(struct call *c)
{
	if (limit_permits(&c->id, SCOPE_TOKEN_WRITE))
		return 0;
	return token_check_own(c->auth, &c->id, c->named.token, c->now_ms);
}

int
may_token_rotate(struct call *c)
{
	return token_may_rotate(c->auth, &c->id, &c->named.id);
}

/* Whose tokens: the caller's, or those of the user that an administrator works on. */
static const struct user *
owner_of(const struct call *c)
{
	return c->user ? c->user : &c->id.user;
}

/* What a field was given; NULL: it was not. */
static const char *
text_of(const struct call *c, size_t field)
{
	return c->in.values[field].present ? c->in.values[field].text : NULL;
}

static struct token_terms
terms_of(const struct call *c, int64_t ttl_s)
{
	const struct input_value *ttl = &c->in.values[TOKEN_TTL];

	return (struct token_terms){ .name = text_of(c, TOKEN_NAME),
	    .ttl_s = ttl->present ? ttl->number : ttl_s, .scope = text_of(c, TOKEN_SCOPE),
	    .addresses = text_of(c, TOKEN_ADDRESSES) };
}

/* Was detail=1 in the query? */
static bool
wants_detail(const struct call *c, size_t field)
{
	return c->in.values[field].present && c->in.values[field].number;
}

/* What a token is shown with. */
struct beside {
	const char *text;		/* of its secret as much as is shown, or all */
};

enum part { PART_DETAIL = 1 };

#define TOKEN(member)	.offset = offsetof(struct token, member)
#define BESIDE(member)	.record = 1, .offset = offsetof(struct beside, member)
#define SECRET		"The token itself, this one time"
#define BEGINNING	"What it begins with"

/* Shown only if they are asked for (API 5.2). */
#define LIMITS \
	{ "scope",     ANSWER_WORDS, TOKEN(scope),     "null: it may do anything", \
	    .is_nullable = true, .part = PART_DETAIL }, \
	{ "addresses", ANSWER_WORDS, TOKEN(addresses), "null: from anywhere", \
	    .is_nullable = true, .part = PART_DETAIL }

static const struct answer_field created_fields[] = {
	{ "name",        ANSWER_TEXT,    TOKEN(name),        NULL },
	{ "ttl",         ANSWER_INTEGER, TOKEN(ttl_s),       "Seconds that it lives in all" },
	{ "token",       ANSWER_STRING,  BESIDE(text),       SECRET },
	{ "expired_on",  ANSWER_TIME,    TOKEN(expires_ms),  "When it ends" },
	{ "uuid",        ANSWER_UUID,    TOKEN(id),          NULL },
	{ "created_on",  ANSWER_TIME,    TOKEN(created_ms),  NULL },
	{ "modified_on", ANSWER_TIME,    TOKEN(modified_ms), NULL },
	LIMITS,
	{ .name = NULL },
};

static const struct answer_field token_fields[] = {
	{ "created_on",  ANSWER_TIME,    TOKEN(created_ms),  NULL },
	{ "modified_on", ANSWER_TIME,    TOKEN(modified_ms), NULL },
	{ "uuid",        ANSWER_UUID,    TOKEN(id),          NULL },
	{ "token",       ANSWER_STRING,  BESIDE(text),       BEGINNING },
	{ "name",        ANSWER_TEXT,    TOKEN(name),        NULL },
	{ "ttl",         ANSWER_INTEGER, TOKEN(ttl_s),       "Seconds that it lives in all" },
	{ "expired_on",  ANSWER_TIME,    TOKEN(expires_ms),  "When it ends" },
	{ "last_used_on", ANSWER_TIME,   TOKEN(last_used_ms), "null: never",
	    .is_nullable = true, .part = PART_DETAIL },
	{ "last_used_ip", ANSWER_TEXT,   TOKEN(last_used_ip), NULL,
	    .is_nullable = true, .part = PART_DETAIL },
	LIMITS,
	{ .name = NULL },
};

static const struct answer_field revoked_fields[] = {
	{ "created_on",  ANSWER_TIME,   TOKEN(created_ms),  NULL },
	{ "modified_on", ANSWER_TIME,   TOKEN(modified_ms), NULL },
	{ "token",       ANSWER_STRING, BESIDE(text),       "As it was sent, or its beginning" },
	{ "name",        ANSWER_TEXT,   TOKEN(name),        NULL },
	{ "expired_on",  ANSWER_TIME,   TOKEN(expires_ms),  NULL },
	{ "uuid",        ANSWER_UUID,   TOKEN(id),          NULL },
	{ .name = NULL },
};

static const struct answer_shape created_shape = { .name = "NewToken",
    .fields = created_fields, .may = PART_DETAIL };
static const struct answer_shape token_shape = { .name = "Token",
    .fields = token_fields, .may = PART_DETAIL };
static const struct answer_shape revoked_shape = { .name = "RevokedToken",
    .fields = revoked_fields };

const struct answer answer_token_created = { .shape = &created_shape };
const struct answer answer_token = { .shape = &token_shape };
const struct answer answer_tokens = { .shape = &token_shape, .is_list = true };
const struct answer answer_token_revoked = { .shape = &revoked_shape };

/* text: its secret, or as much of it as is shown. */
static void
put_token(struct text *out, const struct answer_shape *shape, const struct token *token,
    const char *text, bool detail)
{
	const struct beside beside = { text };

	answer_put(out, shape, (const void *[ANSWER_RECORDS_MAX]){ token, &beside },
	    detail ? PART_DETAIL : 0);
}

/* POST /rest/token */
int
on_token_create(struct call *c)
{
	const struct token_terms terms = terms_of(c, c->conf->token_ttl_default_s);
	char secret[TOKEN_SIZE];
	struct token token;
	int r;

	r = token_create_on(c->auth, &c->id, &terms, c->now_ms, &token, secret);
	if (r)
		return r;
	outcome_object(&c->outcome, &token.id);
	put_token(&c->payload, &created_shape, &token, secret, wants_detail(c, TOKEN_DETAIL));
	secret_wipe(secret, sizeof secret);
	return 0;
}

/* POST /rest/token/{uuid}/rotate */
int
on_token_rotate(struct call *c)
{
	const struct input_value *grace = &c->in.values[ROTATE_GRACE];
	char secret[TOKEN_SIZE];
	struct token token;
	int r;

	r = token_rotate(c->auth, &c->id, &c->token.id,
	    grace->present ? grace->number : TOKEN_GRACE_DEFAULT_S, c->now_ms, &token, secret);
	if (r)
		return r;
	outcome_object(&c->outcome, &c->token.id);
	put_token(&c->payload, &created_shape, &token, secret, wants_detail(c, ROTATE_DETAIL));
	secret_wipe(secret, sizeof secret);
	return 0;
}

static void
put_element(struct text *out, const struct token *token, bool detail)
{
	char shown[TOKEN_SHOWN_SIZE];

	put_token(out, &token_shape, token, token_text_shown(token, shown), detail);
}

/* A list of more bytes ends early, as one of more elements does. */
#define LIST_SIZE_MAX ((size_t)3 * 1024 * 1024)

/* A list that is being written. */
struct listing {
	struct call *call;
	struct json_out json;
	bool detail;
};

static int
list_one(const void *token, void *arg)
{
	struct listing *list = arg;
	struct text *out = &list->call->payload;

	json_next(&list->json);
	put_element(out, token, list->detail);
	return out->len < LIST_SIZE_MAX ? 0 : PAGES_ENOUGH;
}

/* GET /rest/token/list, /rest/user/{uuid}/token/list */
int
on_token_list(struct call *c)
{
	const struct input_value *values = c->in.values;
	const struct token_wanted wanted = {
	    .after = values[LIST_AFTER].present ? &values[LIST_AFTER].id : NULL,
	    .limit = values[LIST_LIMIT].present ? (uint64_t)values[LIST_LIMIT].number :
	    STORE_LIST_MAX,
	    .unused_days = values[LIST_UNUSED].present ? values[LIST_UNUSED].number : -1 };
	struct listing list = { .call = c, .detail = wants_detail(c, LIST_DETAIL) };
	int r;

	json_array_open(&list.json, &c->payload);
	r = token_list(c->auth, owner_of(c), &wanted, c->now_ms, list_one, &list);
	if (r == V_NOT_FOUND)
		return input_refuse(c, LIST_AFTER, "invalid string value");
	/* revoked at this moment: the client asks again */
	if (r)
		return r == V_CHANGED ? -EAGAIN : r;
	json_array_close(&list.json);
	return 0;
}

/* V_NOT_FOUND: it is not one of the caller's. */
int
find_token(struct call *c)
{
	return token_get(c->auth, &c->id, &c->named.id, c->now_ms, &c->token);
}

/* PATCH /rest/token/{uuid} */
int
on_token_change(struct call *c)
{
	const struct token_terms terms = terms_of(c, 0);
	struct token after;
	int r;

	r = token_change_to(c->auth, &c->id, &c->token.id, &terms, c->now_ms, &after);
	if (r)
		return r;
	outcome_object(&c->outcome, &after.id);
	put_element(&c->payload, &after, wants_detail(c, TOKEN_DETAIL));
	return 0;
}

/*
 * DELETE /rest/token/{token or uuid}, and the same below /rest/user/{uuid}: the answer shows
 * what the caller sent, no more.
 */
int
on_token_delete(struct call *c)
{
	const char *sent = c->named.token;
	char shown[TOKEN_SHOWN_SIZE];
	struct token gone;
	int r;

	r = token_revoke_of(c->auth, &owner_of(c)->id, sent, c->now_ms, &gone);
	if (r)
		return r == V_NOT_FOUND ? V_NO_TOKEN : r;
	outcome_object(&c->outcome, &gone.id);
	put_token(&c->payload, &revoked_shape, &gone, strlen(sent) == UUID_TEXT_SIZE - 1 ?
	    token_text_shown(&gone, shown) : sent, false);
	return 0;
}

/* DELETE /rest/token/all, /rest/user/{uuid}/token/all */
int
on_token_delete_all(struct call *c)
{
	uint64_t count;
	int r;

	r = token_revoke_all_of(c->auth, &owner_of(c)->id, c->now_ms, &count);
	if (r)
		return r;
	text_puts(&c->payload, "{}");
	return 0;
}
