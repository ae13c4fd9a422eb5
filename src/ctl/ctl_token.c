// SPDX-License-Identifier: ISC
/* ctl/ctl_token.c - doorwardctl token ... */
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/prune.h"
#include "ctl/walk.h"

static const struct column columns[] = {
	{ "TOKEN",   "head" },
	{ "NAME",    "name" },
	{ "USER",    "user" },
	{ "CREATED", "created_on" },
	{ "EXPIRES", "expired_on" },
	{ "UUID",    "uuid" },
};

/* The user of --user; V_NOT_FOUND if there is none. */
static int
find_owner(struct ctl *ctl, struct user *user)
{
	ctl->about = arguments_value(ctl, "user");
	return user_lookup(ctl->auth, ctl->about, user);
}

static int
list_of_user(struct ctl *ctl, const void *record, void *listing)
{
	const struct user *user = record;

	return walk_tokens(ctl, &user->id, listing_visit, listing);
}

int
ctl_token_list(struct ctl *ctl)
{
	bool of_one = arguments_has(ctl, "user");
	struct listing l;
	struct user user;
	int r = 0;

	if (of_one)
		r = find_owner(ctl, &user);
	if (r)
		return r;
	listing_open(&l, ctl, &token_kind, columns, NELEM(columns));
	r = of_one ? list_of_user(ctl, &user, &l) :
	    walk_users(ctl, UINT64_MAX, list_of_user, &l);
	listing_close(&l);
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
	if (r)
		return r;
	printf("tokens revoked: %llu\n", (unsigned long long)count);
	return 0;
}

static int
revoke_one(struct ctl *ctl, const char *text)
{
	struct identity owner = { .by_token = false };
	struct token token, gone;
	struct uuid id;
	int r;

	if (arguments_has(ctl, "user")) {
		r = find_owner(ctl, &owner.user);
		if (r)
			return r;
	}
	ctl->about = text;
	if (uuid_parse(text, strlen(text), &id)) {
		ctl->why = "not a uuid; 'doorwardctl token list' shows the uuids";
		return V_INVALID;
	}
	if (!arguments_has(ctl, "user")) {
		r = token_lookup(ctl->auth, &id, ctl->now_ms, &token);
		if (r)
			return r;
		owner.user.id = token.user;
	}
	return token_revoke(ctl->auth, &owner, text, ctl->now_ms, &gone);
}

int
ctl_token_revoke(struct ctl *ctl)
{
	if (arguments_has(ctl, "all"))
		return revoke_all(ctl);
	if (!ctl->operands[0])
		return arguments_refuse(ctl, "which token? give UUID, or --user and --all");
	return revoke_one(ctl, ctl->operands[0]);
}

int
ctl_token_prune(struct ctl *ctl)
{
	return prune(ctl, token_prune);
}
