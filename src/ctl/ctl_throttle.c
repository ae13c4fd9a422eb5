// SPDX-License-Identifier: ISC
/*
 * ctl/ctl_throttle.c - doorwardctl throttle ...
 *
 * The counts have only keyed digests of login names.  The names come from a walk
 * over all users; a name that no user has remains unknown.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/throttle_admin.h"
#include "auth/user.h"
#include "base/address.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/walk.h"
#include "ctl/written.h"

static const struct column columns[] = {
	{ "KIND",        "kind" },
	{ "LOGIN",       "login" },
	{ "SOURCE",      "source" },
	{ "FAILURES",    "failures" },
	{ "WAITS UNTIL", "waits_until" },
};

struct shown {
	char kind[16];
	char login[LOGIN_SIZE];	/* "" for none, or a name that no user has */
	char source[ADDRESS_TEXT_SIZE + 4];	/* a network with its length */
	uint64_t failures;
	int64_t until_ms;
	uint8_t digest[THROTTLE_DIGEST_LEN];	/* of login */
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct shown, member), sizeof ((struct shown *)0)->member }

static const struct field fields[] = {
	FIELD(kind,     "kind",        FIELD_TEXT),
	FIELD(login,    "login",       FIELD_TEXT),
	FIELD(source,   "source",      FIELD_TEXT),
	FIELD(failures, "failures",    FIELD_NUMBER),
	FIELD(until_ms, "waits_until", FIELD_TIME),
};

/* Shown as a record, kept elsewhere: it needs no tag. */
static const struct record_kind shown_kind = { "throttle", 0, sizeof(struct shown), fields,
    NELEM(fields) };

struct list {
	struct shown *at;
	size_t count;
};

static int
show(struct ctl *ctl, const struct throttle_entry *entry, struct shown *shown)
{
	const char *source = throttle_source_text(&ctl->mem, entry);

	if (!source)
		return -ENOMEM;
	*shown = (struct shown){ .failures = entry->failures,
	    .until_ms = entry->wait_ms ? ctl->now_ms + entry->wait_ms : 0 };
	text_copy(shown->kind, sizeof shown->kind, throttle_kind_name(entry->kind));
	if (entry->kind != COUNT_LOGIN)
		text_copy(shown->source, sizeof shown->source, source);
	memcpy(shown->digest, entry->count.login, sizeof shown->digest);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct shown *one = a, *other = b;

	return memcmp(one->digest, other->digest, sizeof one->digest);
}

/* The first of those that have this digest, or where it would be. */
static size_t
first_of(const struct list *list, const uint8_t *digest)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (memcmp(list->at[middle].digest, digest, THROTTLE_DIGEST_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
name_login(struct ctl *ctl, struct list *list, const char *login)
{
	uint8_t digest[THROTTLE_DIGEST_LEN];

	throttle_login_digest(ctl->auth->throttle, login, digest);
	for (size_t i = first_of(list, digest); *login && i < list->count &&
	    memcmp(list->at[i].digest, digest, sizeof digest) == 0; i++)
		text_copy(list->at[i].login, sizeof list->at[i].login, login);
}

/* Each login of a user is counted apart. */
static int
name_one(struct ctl *ctl, const void *record, void *arg)
{
	const struct user *user = record;

	name_login(ctl, arg, user->email);
	name_login(ctl, arg, user->sip_login);
	return 0;
}

/*
 * V_NOT_FOUND: the service has not run since the machine started, so nothing is
 * counted.  What root made here would be root's, and the service could not open it.
 */
static int
open_throttle(struct ctl *ctl)
{
	const char *last = arena_printf(&ctl->mem, "%s/throttle/data.mdb",
	    ctl->conf->run_dir);

	if (!last)
		return -ENOMEM;
	if (access(last, F_OK) != 0 && errno == ENOENT)
		return V_NOT_FOUND;
	ctl->about = ctl->conf->run_dir;
	return auth_open_throttle(ctl->auth);
}

static int
load(struct ctl *ctl, struct list *list)
{
	struct throttle_entry *entries;
	int r;

	r = open_throttle(ctl);
	if (!r)
		r = throttle_list(ctl->auth->throttle, &ctl->mem, ctl->now_ms, &entries,
		    &list->count);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	list->at = arena_alloc(&ctl->mem, (list->count + 1) * sizeof *list->at);
	if (!list->at)
		return -ENOMEM;
	for (size_t i = 0; i < list->count && !r; i++)
		r = show(ctl, &entries[i], &list->at[i]);
	if (r)
		return r;
	qsort(list->at, list->count, sizeof *list->at, compare);
	return list->count ? walk_users(ctl, UINT64_MAX, name_one, list) : 0;
}

int
ctl_throttle_list(struct ctl *ctl)
{
	struct list list = { .count = 0 };
	struct listing l;
	int r;

	r = load(ctl, &list);
	if (r)
		return r;
	listing_open(&l, ctl, &shown_kind, columns, NELEM(columns));
	for (size_t i = 0; !r && i < list.count; i++)
		r = listing_add(&l, &list.at[i]);
	listing_close(&l);
	return r;
}

/* Removes the counts of all names of a user, or of a name that no user has. */
static int
clear_user(struct ctl *ctl, const char *name, size_t *dropped)
{
	struct throttle *throttle = ctl->auth->throttle;
	size_t more = 0;
	struct user user;
	int r;

	r = user_lookup(ctl->auth, name, &user);
	if (r)
		return r < 0 ? r : throttle_clear(throttle, name, NULL, ctl->now_ms, dropped);
	r = throttle_clear(throttle, user.email, NULL, ctl->now_ms, dropped);
	if (!r && user.sip_login[0])
		r = throttle_clear(throttle, user.sip_login, NULL, ctl->now_ms, &more);
	*dropped += more;
	return r;
}

int
ctl_throttle_clear(struct ctl *ctl)
{
	const char *user = arguments_value(ctl, "user"), *source = arguments_value(ctl, "source");
	struct address address;
	size_t dropped = 0;
	int r;

	if ((user != NULL) + (source != NULL) + arguments_has(ctl, "all") != 1)
		return arguments_refuse(ctl, "give one of --user, --source and --all");
	if (source && address_parse(source, &address)) {
		ctl->about = source;
		ctl->why = "not an address";
		return V_INVALID;
	}
	r = open_throttle(ctl);
	if (!r && user)
		r = clear_user(ctl, user, &dropped);
	else if (!r)
		r = throttle_clear(ctl->auth->throttle, NULL, source, ctl->now_ms, &dropped);
	if (r && r != V_NOT_FOUND)
		return r;
	return written_count(ctl, "counts removed", "counts", dropped);
}
