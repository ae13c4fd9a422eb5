// SPDX-License-Identifier: ISC
/* cred/cred_slots.c - where credentials may be sent, in the order in which they are tried. */
#include "cred/cred_slots.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "cred/cred_webitel.h"

/* API 2.1: within a scheme, headers before the query before a form. */
static const struct cred_slot local_slots[] = {
	{ &scheme_basic,  NULL, PLACE_HEADER, "HTTP_AUTHORIZATION",     "Basic",  SHAPE_ANY },
	{ &scheme_bearer, NULL, PLACE_HEADER, "HTTP_AUTHORIZATION",     "Bearer", SHAPE_DOTLESS },
	{ &scheme_bearer, NULL, PLACE_HEADER, "HTTP_X_AUTH_TOKEN",      NULL,     SHAPE_DOTLESS },
	{ &scheme_bearer, NULL, PLACE_QUERY,  "bearer",                 NULL,     SHAPE_ANY },
	{ &scheme_jwt,    NULL, PLACE_HEADER, "HTTP_AUTHORIZATION",     "Bearer", SHAPE_DOTTED },
	{ &scheme_jwt,    NULL, PLACE_HEADER, "HTTP_X_AUTH_TOKEN",      NULL,     SHAPE_DOTTED },
	{ &scheme_jwt,    NULL, PLACE_QUERY,  "jwt",                    NULL,     SHAPE_ANY },
	{ &scheme_jwt,    NULL, PLACE_FORM,   "jwt",                    NULL,     SHAPE_ANY },
	{ &scheme_ha1b,   NULL, PLACE_HEADER, "HTTP_X_AUTH_HA1B_TOKEN", NULL,     SHAPE_ANY },
	{ &scheme_ha1b,   NULL, PLACE_QUERY,  "ha1b",                   NULL,     SHAPE_ANY },
	{ &scheme_ha1b,   NULL, PLACE_FORM,   "ha1b",                   NULL,     SHAPE_ANY },
};

_Static_assert(NELEM(local_slots) + 3 * PROVIDERS_MAX == CRED_SLOTS_MAX, "room for all");

static const char *const webitel_headers[] = { WEBITEL_TOKEN_HEADER, WEBITEL_KEY_HEADER };

static bool
is_on(const struct scheme *scheme, const struct conf *conf)
{
	return !scheme->is_on || scheme->is_on(conf);
}

/* The three places of a provider's token. */
static void
add_provider(struct cred_slots *slots, const struct provider *p)
{
	const struct cred_slot rows[] = {
		{ p->scheme, p, PLACE_HEADER, p->header,    NULL, p->shape },
		{ p->scheme, p, PLACE_QUERY,  p->parameter, NULL, p->shape },
		{ p->scheme, p, PLACE_FORM,   p->parameter, NULL, p->shape },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		slots->at[slots->count++] = rows[i];
}

static bool
has_name(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void
note_headers(struct cred_slots *slots, const struct conf *conf)
{
	for (size_t i = 0; i < slots->count; i++) {
		const struct cred_slot *slot = &slots->at[i];

		if (slot->place == PLACE_HEADER &&
		    !has_name(slots->headers, slots->header_count, slot->name))
			slots->headers[slots->header_count++] = slot->name;
	}
	if (!conf->webitel)
		return;
	for (size_t i = 0; i < NELEM(webitel_headers); i++)
		slots->headers[slots->header_count++] = webitel_headers[i];
}

int
cred_slots_make(struct cred_slots *slots, struct arena *mem, const struct conf *conf,
    const struct providers *providers)
{
	slots->count = slots->header_count = 0;
	slots->at = arena_alloc(mem, CRED_SLOTS_MAX * sizeof *slots->at);
	slots->headers = arena_alloc(mem,
	    (CRED_SLOTS_MAX + NELEM(webitel_headers)) * sizeof *slots->headers);
	if (!slots->at || !slots->headers)
		return -ENOMEM;
	for (size_t i = 0; i < NELEM(local_slots); i++) {
		if (is_on(local_slots[i].scheme, conf))
			slots->at[slots->count++] = local_slots[i];
	}
	for (size_t i = 0; i < providers_count(providers); i++)
		add_provider(slots, provider_at(providers, i));
	note_headers(slots, conf);
	return 0;
}

size_t
cred_methods(const struct conf *conf, const char *names[CRED_METHODS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < NELEM(local_slots); i++) {
		const struct scheme *scheme = local_slots[i].scheme;

		if (is_on(scheme, conf) && !has_name(names, count, scheme->name))
			names[count++] = scheme->name;
	}
	count += provider_kinds(conf, names + count);
	if (conf->webitel)
		names[count++] = "webitel";
	return count;
}
