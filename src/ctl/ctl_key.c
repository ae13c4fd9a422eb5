// SPDX-License-Identifier: ISC
/* ctl/ctl_key.c - doorwardctl key ... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/key_admin.h"
#include "auth/signing.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/prompt.h"
#include "ctl/record_show.h"

#define DAY_MS INT64_C(86400000)

/* A key as it is shown: never its bytes. */
struct key_view {
	char id[KEY_ID_SIZE], purpose[16], state[16], sealed_by[KEY_ID_SIZE];
	int64_t created_ms, retired_ms;
	uint64_t age_days;
	struct key_made made;
	char ends[128];			/* what is made is put into words */
	bool may_retire;
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct key_view, member), sizeof ((struct key_view *)0)->member }

static const struct field fields[] = {
	FIELD(id,                 "id",            FIELD_TEXT),
	FIELD(purpose,            "purpose",       FIELD_TEXT),
	FIELD(state,              "state",         FIELD_TEXT),
	FIELD(created_ms,         "created_on",    FIELD_TIME),
	FIELD(age_days,           "age_days",      FIELD_NUMBER),
	FIELD(retired_ms,         "retired_on",    FIELD_TIME),
	FIELD(sealed_by,          "sealed_by",     FIELD_TEXT),
	FIELD(made.tokens,        "tokens",        FIELD_NUMBER),
	FIELD(made.sessions,      "sessions",      FIELD_NUMBER),
	FIELD(made.ha1b,          "ha1b",          FIELD_NUMBER),
	FIELD(made.domain_tokens, "domain_tokens", FIELD_NUMBER),
	FIELD(made.jwts_until_ms, "jwts_until",    FIELD_TIME),
	FIELD(ends,               "ends",          FIELD_TEXT),
};

/* Stored nowhere: they need no tag.  JSON has numbers, and no words for them. */
static const struct record_kind key_text = { "key", 0, sizeof(struct key_view), fields,
    NELEM(fields) };
static const struct record_kind key_json = { "key", 0, sizeof(struct key_view), fields,
    NELEM(fields) - 1 };

static const struct column columns[] = {
	{ "ID",        "id" },
	{ "PURPOSE",   "purpose" },
	{ "STATE",     "state" },
	{ "CREATED",   "created_on" },
	{ "DAYS",      "age_days" },
	{ "SEALED BY", "sealed_by" },
	{ "MADE",      "ends" },
};

/* All keys, and what each has made. */
struct key_set {
	struct key *keys;
	struct key_made *made;
	size_t count;
};

static int
read_set(struct ctl *ctl, struct key_set *set)
{
	int r;

	r = auth_keys(ctl->auth, &ctl->mem, &set->keys, &set->count);
	if (r)
		return r;
	set->made = arena_alloc(&ctl->mem, (set->count + 1) * sizeof *set->made);
	if (!set->made)
		return -ENOMEM;
	return key_count_made(ctl->auth, set->keys, set->count, ctl->now_ms, set->made);
}

/* "3 tokens, 1 session"; "" for nothing.  other_alg: the jwt_alg that such a key needs. */
static int
put_made(struct arena *mem, const struct key_made *made, int64_t now_ms, const char *other_alg,
    const char **out)
{
	const struct {
		uint64_t count;
		const char *one, *many;
	} parts[] = {
		{ made->tokens,        "bearer token", "bearer tokens" },
		{ made->sessions,      "session",      "sessions" },
		{ made->ha1b,          "HA1B",         "HA1Bs" },
		{ made->domain_tokens, "domain token", "domain tokens" },
	};
	char iso[CLOCK_ISO_SIZE];
	const char *comma = "";
	struct text t;

	text_init(&t, mem);
	for (size_t i = 0; i < NELEM(parts); i++) {
		if (!parts[i].count)
			continue;
		text_printf(&t, "%s%llu %s", comma, (unsigned long long)parts[i].count,
		    parts[i].count == 1 ? parts[i].one : parts[i].many);
		comma = ", ";
	}
	if (made->jwts_until_ms > now_ms) {
		clock_iso(iso, made->jwts_until_ms);
		text_printf(&t, "%sJWTs until %s", comma, iso);
	} else if (!made->jwts_until_ms && other_alg) {
		text_printf(&t, "%sJWTs from when jwt_alg was %s", comma, other_alg);
	}
	return text_done(&t, out, NULL);
}

/* The algorithm of a key that jwt_alg does not need; NULL for others. */
static const char *
other_algorithm(const struct ctl *ctl, const struct key *key)
{
	const enum key_purpose purpose = keyring_purpose(key->purpose);

	if (purpose < KEY_PURPOSES_OF_ALL || purpose == signing_purpose(ctl->conf))
		return NULL;
	return jwt_algorithm_name(keyring_algorithm(purpose));
}

static int
make_view(struct ctl *ctl, const struct key_set *set, size_t i, struct key_view *view)
{
	static const char *const states[] = {
		[KEY_CURRENT] = "current",
		[KEY_WAITING] = "waiting",
		[KEY_ACCEPTED] = "accepted",
		[KEY_RETIRED] = "retired",
	};
	const struct key *key = &set->keys[i];
	const char *ends;
	int r;

	*view = (struct key_view){ .created_ms = key->created_ms, .retired_ms = key->retired_ms,
	    .made = set->made[i] };
	if (ctl->now_ms > key->created_ms)
		view->age_days = (uint64_t)((ctl->now_ms - key->created_ms) / DAY_MS);
	text_copy(view->id, sizeof view->id, key->id);
	text_copy(view->purpose, sizeof view->purpose, key->purpose);
	text_copy(view->sealed_by, sizeof view->sealed_by, key->sealed_by);
	text_copy(view->state, sizeof view->state,
	    states[key_state_of(ctl->auth, set->keys, set->count, key, ctl->now_ms)]);
	view->may_retire = key_may_retire(ctl->auth, set->keys, set->count, key);
	r = put_made(&ctl->mem, &view->made, ctl->now_ms, other_algorithm(ctl, key), &ends);
	return r ? r : text_copy(view->ends, sizeof view->ends, ends);
}

int
ctl_key_list(struct ctl *ctl)
{
	struct key_view view;
	struct key_set set;
	struct listing l;
	int r;

	r = read_set(ctl, &set);
	if (r)
		return r;
	listing_open(&l, ctl, arguments_has(ctl, "json") ? &key_json : &key_text, columns,
	    NELEM(columns));
	for (size_t i = 0; !r && i < set.count; i++) {
		r = make_view(ctl, &set, i, &view);
		if (!r)
			r = listing_add(&l, &view);
	}
	listing_close(&l);
	return r;
}

/* --- rotating --------------------------------------------------------------------- */

static const struct field made_fields[] = {
	FIELD(id,         "id",         FIELD_TEXT),
	FIELD(purpose,    "purpose",    FIELD_TEXT),
	FIELD(created_ms, "created_on", FIELD_TIME),
};

static const struct record_kind made_kind = { "key", 0, sizeof(struct key_view), made_fields,
    NELEM(made_fields) };

static const struct column made_columns[] = {
	{ "ID",      "id" },
	{ "PURPOSE", "purpose" },
};

static int
rotate(struct ctl *ctl, enum key_purpose purpose, struct key_view *view)
{
	const struct ring_key *made;
	int r;

	r = keyring_rotate(&ctl->auth->keys, ctl->auth->store, purpose, ctl->now_ms, &made);
	if (r == V_TOO_MANY) {
		ctl->why = "there are as many keys as there can be; 'doorwardctl key retire' "
		    "removes one";
		return V_INVALID;
	}
	if (r)
		return r;
	*view = (struct key_view){ .created_ms = made->created_ms };
	text_copy(view->id, sizeof view->id, made->id);
	return text_copy(view->purpose, sizeof view->purpose, keyring_purpose_name(purpose));
}

static int
print_made(struct ctl *ctl, const struct key_view *views, size_t count)
{
	struct listing l;
	int r = 0;

	listing_open(&l, ctl, &made_kind, made_columns, NELEM(made_columns));
	for (size_t i = 0; !r && i < count; i++)
		r = listing_add(&l, &views[i]);
	listing_close(&l);
	return r;
}

/* Keys of one algorithm are there only if jwt_alg has asked for them, and used while it does. */
static bool
is_unused(const struct ctl *ctl, enum key_purpose purpose)
{
	return purpose >= KEY_PURPOSES_OF_ALL && (purpose != signing_purpose(ctl->conf) ||
	    !keyring_newest(&ctl->auth->keys, purpose));
}

int
ctl_key_rotate(struct ctl *ctl)
{
	const char *name = ctl->operands[0];
	enum key_purpose purpose = 0, last = KEY_PURPOSES - 1;
	struct key_view made[KEY_PURPOSES];
	size_t count = 0;
	int r;

	if (name)
		purpose = last = keyring_purpose(name);
	if (purpose == KEY_PURPOSES) {
		ctl->about = name;
		ctl->why = "no such purpose; there are hash, jwt, session, domain, jwt-es256, "
		    "jwt-rs256 and jwt-eddsa";
		return V_MALFORMED;
	}
	for (; purpose <= last; purpose++) {
		if (!name && is_unused(ctl, purpose))
			continue;
		r = rotate(ctl, purpose, &made[count++]);
		if (r)
			return r;
	}
	return print_made(ctl, made, count);
}

/* --- retiring --------------------------------------------------------------------- */

/*
 * A key that signs until another one has been published for long enough: what that one
 * signs before, others refuse.  That is worth it only if the key is known to a thief.
 */
static int
consent_early(struct ctl *ctl, const struct key_view *view)
{
	const char *question;

	if (!prompt_possible()) {
		ctl->why = "it still signs; wait until 'doorwardctl key list' shows it as "
		    "accepted, or give --yes";
		return V_INVALID;
	}
	question = arena_printf(&ctl->mem, "This %s key still signs.  Programs that check JWTs by "
	    "themselves refuse those of the next key until they have fetched it.\n"
	    "Retire it now, and end %s?", view->purpose, view->ends);
	return question ? prompt_consent(ctl, question) : -ENOMEM;
}

static int
consent(struct ctl *ctl, const struct key_view *view)
{
	const char *question;

	if (arguments_has(ctl, "yes") || strcmp(view->state, "retired") == 0)
		return 0;
	if (strcmp(view->state, "current") == 0)
		return consent_early(ctl, view);
	question = arena_printf(&ctl->mem, "Retire this %s key, and end %s?", view->purpose,
	    *view->ends ? view->ends : "nothing that is still valid");
	return question ? prompt_consent(ctl, question) : -ENOMEM;
}

static int
find_view(struct ctl *ctl, const char *id, struct key_view *view)
{
	struct key_set set;
	int r;

	r = read_set(ctl, &set);
	for (size_t i = 0; !r && i < set.count; i++) {
		if (strcmp(set.keys[i].id, id) == 0)
			return make_view(ctl, &set, i, view);
	}
	return r ? r : V_NOT_FOUND;
}

static int
print_retired(struct ctl *ctl, const struct key_view *view)
{
	if (arguments_has(ctl, "json"))
		return record_show(ctl, &key_json, view);
	printf("ended: %s\n", *view->ends ? view->ends : "nothing");
	return 0;
}

int
ctl_key_retire(struct ctl *ctl)
{
	const char *id = ctl->operands[0];
	struct key_view view;
	int r;

	ctl->about = id;
	r = find_view(ctl, id, &view);
	if (!r && !view.may_retire && !view.retired_ms)
		r = V_EXISTS;
	if (!r)
		r = consent(ctl, &view);
	if (!r)
		r = key_retire(ctl->auth, id, ctl->now_ms);
	if (r == V_EXISTS) {
		ctl->why = "it is the current key of its purpose; 'doorwardctl key rotate' "
		    "replaces it";
		r = V_INVALID;
	}
	if (r)
		return r;
	view.retired_ms = view.retired_ms ? view.retired_ms : ctl->now_ms;
	text_copy(view.state, sizeof view.state, "retired");
	return print_retired(ctl, &view);
}
