// SPDX-License-Identifier: ISC
/* ctl/ctl_token.c - doorwardctl token ... */
#include <errno.h>
#include <string.h>

#include "auth/limit.h"
#include "auth/token.h"
#include "auth/token_list.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/secret.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/prune.h"
#include "ctl/walk.h"
#include "ctl/written.h"

#define DAY_MS		INT64_C(86400000)
#define DAYS_MAX	36500

static const struct column columns[] = {
	{ "TOKEN",   "head" },
	{ "NAME",    "name" },
	{ "USER",    "user" },
	{ "CREATED", "created_on" },
	{ "EXPIRES", "expired_on" },
	{ "SCOPE",   "scope" },
	{ "FROM",    "addresses" },
	{ "LAST USED", "last_used_on" },
	{ "UUID",    "uuid" },
};

/* The user of --user; V_NOT_FOUND if there is none. */
static int
find_owner(struct ctl *ctl, struct user *user)
{
	ctl->about = arguments_value(ctl, "user");
	return user_lookup(ctl->auth, ctl->about, user);
}

/* As the service answers POST /rest/token?detail=1. */
static void
put_created(struct json_out *o, const void *record, const char *secret)
{
	const struct token *token = record;
	char id[UUID_TEXT_SIZE];

	json_add_string(o, "name", token->name);
	json_add_integer(o, "ttl", token->ttl_s);
	json_add_string(o, "token", secret);
	json_add_time(o, "expired_on", token->expires_ms);
	json_add_string(o, "uuid", uuid_text(id, &token->id));
	json_add_time(o, "created_on", token->created_ms);
	json_add_time(o, "modified_on", token->modified_ms);
	json_add_words(o, "scope", token->scope);
	json_add_words(o, "addresses", token->addresses);
}

/* What a token may be refused for, in words. */
static int
explain(struct ctl *ctl, int r)
{
	if (r == V_NOT_FOUND)
		ctl->why = "the user is deleted";
	if (r != V_TOO_MANY)
		return r;
	ctl->why = "the user has max_tokens_per_user tokens already";
	return V_INVALID;
}

/* The limits that are given: NULL where none is.  Both texts have LIMIT_SIZE bytes. */
static int
read_limit(struct ctl *ctl, const char *option, const struct limit_kind *kind, char *text,
    const char **out)
{
	const char *given = arguments_value(ctl, option);
	int r;

	*out = given ? text : NULL;
	if (!given)
		return 0;
	ctl->about = arena_printf(&ctl->mem, "--%s", option);
	r = limit_read(kind, given, text);
	if (!r)
		return 0;
	ctl->why = r == V_MALFORMED ? "has no element" : r == V_INVALID ? kind->wrong :
	    arena_printf(&ctl->mem, "has at most %zu elements", kind->words_max);
	return ctl->why ? V_INVALID : -ENOMEM;
}

/* What --name, --ttl, --scope and --address say. */
static int
read_terms(struct ctl *ctl, int64_t ttl_s, char scope[LIMIT_SIZE], char addresses[LIMIT_SIZE],
    struct token_terms *terms)
{
	int r;

	*terms = (struct token_terms){ .name = arguments_value(ctl, "name") };
	r = arguments_number(ctl, "ttl", ttl_s, TOKEN_TTL_MIN_S, ctl->conf->token_ttl_max_s,
	    &terms->ttl_s);
	if (!r)
		r = read_limit(ctl, "scope", &limit_scope, scope, &terms->scope);
	if (!r)
		r = read_limit(ctl, "address", &limit_addresses, addresses, &terms->addresses);
	if (r || !terms->name)
		return r;
	ctl->about = "--name";
	return token_check_name(terms->name, &ctl->why);
}

int
ctl_token_add(struct ctl *ctl)
{
	char secret[TOKEN_SIZE], scope[LIMIT_SIZE], addresses[LIMIT_SIZE];
	struct identity owner = { .by_token = false };
	struct token_terms terms;
	struct token token;
	int r;

	if (!arguments_has(ctl, "name"))
		return arguments_refuse(ctl, "a token needs a name: give --name");
	r = read_terms(ctl, ctl->conf->token_ttl_default_s, scope, addresses, &terms);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	r = user_lookup(ctl->auth, ctl->operands[0], &owner.user);
	if (r)
		return r;
	r = token_create_on(ctl->auth, &owner, &terms, ctl->now_ms, &token, secret);
	if (!r)
		r = written_secret(ctl, secret, &token, put_created);
	secret_wipe(secret, sizeof secret);
	return explain(ctl, r);
}

/* The uuid that the operand is, and the user of --user, if given. */
static int
find_id(struct ctl *ctl, struct identity *owner, struct uuid *id)
{
	const char *text = ctl->operands[0];
	int r = 0;

	if (arguments_has(ctl, "user"))
		r = find_owner(ctl, &owner->user);
	if (r)
		return r;
	ctl->about = text;
	if (uuid_parse(text, strlen(text), id)) {
		ctl->why = "not a uuid; 'doorwardctl token list' shows the uuids";
		return V_INVALID;
	}
	return 0;
}

/* The same, and whose token that is. */
static int
find_token(struct ctl *ctl, struct identity *owner, struct uuid *id)
{
	struct token token;
	int r;

	r = find_id(ctl, owner, id);
	if (r || arguments_has(ctl, "user"))
		return r;
	r = token_lookup(ctl->auth, id, ctl->now_ms, &token);
	return r ? r : user_get(ctl->auth, &token.user, &owner->user);
}

static int
explain_rotated(struct ctl *ctl)
{
	ctl->why = "it was replaced before";
	return V_INVALID;
}

int
ctl_token_set(struct ctl *ctl)
{
	char scope[LIMIT_SIZE], addresses[LIMIT_SIZE];
	struct identity owner = { .by_token = false };
	struct token_terms terms;
	struct token after;
	struct uuid id;
	int r;

	r = read_terms(ctl, 0, scope, addresses, &terms);
	if (!r)
		r = find_token(ctl, &owner, &id);
	if (!r)
		r = token_change_to(ctl->auth, &owner, &id, &terms, ctl->now_ms, &after);
	if (r == V_ROTATED)
		return explain_rotated(ctl);
	return r ? r : written_record(ctl, &token_kind, &after);
}

int
ctl_token_rotate(struct ctl *ctl)
{
	struct identity owner = { .by_token = false };
	char secret[TOKEN_SIZE];
	struct token fresh;
	struct uuid id;
	int64_t grace_s;
	int r;

	r = arguments_number(ctl, "grace", TOKEN_GRACE_DEFAULT_S, 0, TOKEN_GRACE_MAX_S, &grace_s);
	if (!r)
		r = find_token(ctl, &owner, &id);
	if (!r)
		r = token_rotate(ctl->auth, &owner, &id, grace_s, ctl->now_ms, &fresh, secret);
	if (!r)
		r = written_secret(ctl, secret, &fresh, put_created);
	secret_wipe(secret, sizeof secret);
	if (r == V_ROTATED)
		return explain_rotated(ctl);
	return r == V_TOO_MANY ? explain(ctl, r) : r;
}

struct wanted {
	struct listing listing;
	struct token_wanted tokens;
	int64_t before_ms;		/* only those that expire by then */
};

static int
list_if_wanted(const void *token, void *arg)
{
	struct wanted *wanted = arg;

	if (((const struct token *)token)->expires_ms > wanted->before_ms)
		return 0;
	return listing_add(&wanted->listing, token);
}

static int
list_of_user(struct ctl *ctl, const void *user, void *arg)
{
	struct wanted *wanted = arg;

	return token_list(ctl->auth, user, &wanted->tokens, ctl->now_ms, list_if_wanted, wanted);
}

int
ctl_token_list(struct ctl *ctl)
{
	bool of_one = arguments_has(ctl, "user");
	struct wanted wanted = { .tokens = { .limit = UINT64_MAX }, .before_ms = INT64_MAX };
	struct user user;
	int64_t days;
	int r;

	r = arguments_number(ctl, "expires-within", -1, 0, DAYS_MAX, &days);
	if (!r)
		r = arguments_number(ctl, "unused-days", -1, 0, DAYS_MAX,
		    &wanted.tokens.unused_days);
	if (!r && of_one)
		r = find_owner(ctl, &user);
	if (r)
		return r;
	if (days >= 0)
		wanted.before_ms = ctl->now_ms + days * DAY_MS;
	auth_open_beside(ctl->auth);
	listing_open(&wanted.listing, ctl, &token_kind, columns, NELEM(columns));
	r = of_one ? list_of_user(ctl, &user, &wanted) :
	    walk_users(ctl, UINT64_MAX, list_of_user, &wanted);
	listing_close(&wanted.listing);
	if (r == V_CHANGED)
		ctl->why = "the last token listed was removed meanwhile; try again";
	return r;
}

static int
revoke_all(struct ctl *ctl)
{
	struct identity who = { .by_token = false };
	uint64_t count;
	int r;

	if (!arguments_has(ctl, "user") || ctl->operands[0])
		return arguments_refuse(ctl, "--all needs --user and takes no UUID");
	r = find_owner(ctl, &who.user);
	if (r)
		return r;
	r = token_revoke_all(ctl->auth, &who, ctl->now_ms, &count);
	return r ? r : written_count(ctl, "tokens revoked", "tokens", count);
}

static int
revoke_one(struct ctl *ctl)
{
	struct identity owner = { .by_token = false };
	struct token token, gone;
	struct uuid id;
	int r;

	r = find_id(ctl, &owner, &id);
	if (!r && !arguments_has(ctl, "user")) {
		r = token_lookup(ctl->auth, &id, ctl->now_ms, &token);
		owner.user.id = token.user;
	}
	if (r)
		return r;
	r = token_revoke(ctl->auth, &owner, ctl->operands[0], ctl->now_ms, &gone);
	return r ? r : written_record(ctl, &token_kind, &gone);
}

int
ctl_token_revoke(struct ctl *ctl)
{
	if (arguments_has(ctl, "all"))
		return revoke_all(ctl);
	if (!ctl->operands[0])
		return arguments_refuse(ctl, "which token? give UUID, or --user and --all");
	return revoke_one(ctl);
}

int
ctl_token_prune(struct ctl *ctl)
{
	return prune(ctl, token_prune);
}
