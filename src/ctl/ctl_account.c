// SPDX-License-Identifier: ISC
/* ctl/ctl_account.c - doorwardctl account ... */
#include <stdio.h>

#include "auth/account.h"
#include "auth/field.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/record_show.h"
#include "ctl/record_set.h"
#include "ctl/walk.h"
#include "ctl/written.h"

static const struct column columns[] = {
	{ "NAME",    "name" },
	{ "EMAIL",   "email" },
	{ "LEVEL",   "level" },
	{ "BALANCE", "balance" },
	{ "CREATED", "created_on" },
	{ "UUID",    "uuid" },
};

/* The account named by the operand. */
static int
find(struct ctl *ctl, struct account *account)
{
	ctl->about = ctl->operands[0];
	return account_lookup(ctl->auth, ctl->operands[0], account);
}

static int
set_field(struct ctl *ctl, void *account, const struct field *f, const char *text)
{
	return account_set_field(account, f->name, text, &ctl->why);
}

int
ctl_account_add(struct ctl *ctl)
{
	struct account account = account_new(ctl->now_ms);
	char id[UUID_TEXT_SIZE];
	uint64_t mask = 0;
	int r;

	ctl->about = ctl->operands[0];
	r = account_set_field(&account, "name", ctl->operands[0], &ctl->why);
	if (!r)
		r = record_set(ctl, &account_kind, &account, set_field, &mask);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	r = account_add(ctl->auth, &account);
	if (r)
		return r;
	if (arguments_has(ctl, "json"))
		return written_record(ctl, &account_kind, &account);
	puts(uuid_text(id, &account.id));
	return 0;
}

int
ctl_account_set(struct ctl *ctl)
{
	struct account account, after;
	uint64_t mask = 0;
	int r;

	r = find(ctl, &account);
	if (!r)
		r = record_set(ctl, &account_kind, &account, set_field, &mask);
	if (r)
		return r;
	if (!mask)
		return arguments_refuse(ctl, "nothing to change; give at least one field");
	r = account_change(ctl->auth, &account, mask, ctl->now_ms, &after);
	ctl->about = r == V_EXISTS ? arguments_value(ctl, "name") : ctl->operands[0];
	return r ? r : written_record(ctl, &account_kind, &after);
}

int
ctl_account_show(struct ctl *ctl)
{
	struct account account;
	int r;

	r = find(ctl, &account);
	return r ? r : record_show(ctl, &account_kind, &account);
}

int
ctl_account_list(struct ctl *ctl)
{
	struct listing l;
	int r;

	listing_open(&l, ctl, &account_kind, columns, NELEM(columns));
	r = walk_accounts(ctl, UINT64_MAX, listing_visit, &l);
	listing_close(&l);
	return r;
}

int
ctl_account_delete(struct ctl *ctl)
{
	struct account account;
	int r;

	r = find(ctl, &account);
	if (r)
		return r;
	r = account_delete(ctl->auth, &account.id);
	if (r != V_EXISTS)
		return r ? r : written_record(ctl, &account_kind, &account);
	ctl->why = "users still belong to it";
	return V_INVALID;
}
