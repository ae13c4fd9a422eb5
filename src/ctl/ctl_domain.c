// SPDX-License-Identifier: ISC
/* ctl/ctl_domain.c - doorwardctl domain token ... */
#include <string.h>

#include "auth/domain_token.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/prune.h"
#include "ctl/walk.h"
#include "ctl/written.h"

#define DAY_MS		INT64_C(86400000)
#define DAYS_PRESET	365
#define DAYS_MAX	36500

static const struct column columns[] = {
	{ "DOMAIN",  "domain" },
	{ "ROLE",    "role" },
	{ "ENABLED", "enabled" },
	{ "BY",      "created_by" },
	{ "EXPIRES", "expired_on" },
	{ "UUID",    "uuid" },
};

static int
parse_domain(struct ctl *ctl, const char *text, char domain[LOGIN_SIZE])
{
	ctl->about = text;
	if (domain_name(text, domain) == 0)
		return 0;
	ctl->why = "not a domain";
	return V_INVALID;
}

static int
parse_days(struct ctl *ctl, int64_t *expires_ms)
{
	uint64_t days;
	int r;

	r = arguments_count(ctl, "days", DAYS_PRESET, &days);
	if (r)
		return r;
	if (days > DAYS_MAX) {
		ctl->about = "--days";
		ctl->why = "at most 36500";
		return V_INVALID;
	}
	*expires_ms = ctl->now_ms + (int64_t)days * DAY_MS;
	return 0;
}

static void
put_created(struct json_out *o, const void *record, const char *jwt)
{
	const struct domain_token *token = record;
	char id[UUID_TEXT_SIZE];

	json_add_string(o, "token", jwt);
	json_add_string(o, "uuid", uuid_text(id, &token->id));
	json_add_string(o, "domain", token->domain);
	json_add_string(o, "role", token->role);
	json_add_time(o, "expired_on", token->expires_ms);
}

int
ctl_domain_token_add(struct ctl *ctl)
{
	const char *role = arguments_value(ctl, "role"), *jwt;
	struct domain_token token;
	char domain[LOGIN_SIZE];
	int64_t expires_ms;
	int r;

	r = parse_domain(ctl, ctl->operands[0], domain);
	if (!r)
		r = parse_days(ctl, &expires_ms);
	if (r)
		return r;
	r = domain_token_create(ctl->auth, &ctl->mem, NULL, domain, role ? role : "user",
	    expires_ms, ctl->now_ms, &token, &jwt);
	if (r == V_TOO_MANY) {
		ctl->why = "the domain has max_domain_tokens tokens already";
		return V_INVALID;
	}
	if (r == V_BAD_ROLE) {
		ctl->about = role;
		ctl->why = "no such role; 'doorwardctl role list' shows the roles";
		return V_INVALID;
	}
	if (r)
		return r;
	return written_secret(ctl, jwt, &token, put_created);
}

int
ctl_domain_token_list(struct ctl *ctl)
{
	const char *only = arguments_value(ctl, "domain");
	char domain[LOGIN_SIZE];
	struct listing l;
	int r = 0;

	if (only)
		r = parse_domain(ctl, only, domain);
	if (r)
		return r;
	listing_open(&l, ctl, &domain_token_kind, columns, NELEM(columns));
	r = walk_domain_tokens(ctl, only ? domain : NULL, listing_visit, &l);
	listing_close(&l);
	if (r == V_CHANGED)
		ctl->why = "a token went away while being listed; try again";
	return r;
}

int
ctl_domain_token_prune(struct ctl *ctl)
{
	return prune(ctl, domain_tokens_prune);
}

/* The token that the operands name. */
static int
find_token(struct ctl *ctl, struct domain_token *token)
{
	char domain[LOGIN_SIZE];
	struct uuid id;
	int r;

	r = parse_domain(ctl, ctl->operands[0], domain);
	if (r)
		return r;
	ctl->about = ctl->operands[1];
	if (uuid_parse(ctl->operands[1], strlen(ctl->operands[1]), &id) == 0)
		return domain_token_find(ctl->auth, domain, &id, token);
	ctl->why = "not a uuid; 'doorwardctl domain token list' shows the uuids";
	return V_INVALID;
}

static int
switch_token(struct ctl *ctl, bool enabled)
{
	struct domain_token token;
	int r;

	r = find_token(ctl, &token);
	if (!r)
		r = domain_token_enable(ctl->auth, NULL, &token, enabled);
	token.enabled = enabled;
	return r ? r : written_record(ctl, &domain_token_kind, &token);
}

int
ctl_domain_token_disable(struct ctl *ctl)
{
	return switch_token(ctl, false);
}

int
ctl_domain_token_enable(struct ctl *ctl)
{
	return switch_token(ctl, true);
}

int
ctl_domain_token_revoke(struct ctl *ctl)
{
	struct domain_token token;
	int r;

	r = find_token(ctl, &token);
	if (!r)
		r = domain_token_end(ctl->auth, NULL, &token);
	return r ? r : written_record(ctl, &domain_token_kind, &token);
}
