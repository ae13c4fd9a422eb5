// SPDX-License-Identifier: ISC
/* cred/cred_slots.c - where credentials may stand, in the order in which they are tried. */
#include "cred/cred_slots.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "cred/cred_webitel.h"
#include "cred/provider.h"

/* CONTRACT 2; within a scheme the first place that has one counts. */
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

static const char *const webitel_headers[] = { WEBITEL_TOKEN_HEADER, WEBITEL_KEY_HEADER };

static bool
is_on(const struct cred *cred, const struct cred_slot *slot)
{
	return slot->scheme != &scheme_ha1b || cred->auth->conf->ha1b;
}

/* The three places of a provider's token. */
static void
add_provider(struct cred *cred, const struct provider *p)
{
	const struct cred_slot slots[] = {
		{ p->scheme, p, PLACE_HEADER, p->header,    NULL, p->shape },
		{ p->scheme, p, PLACE_QUERY,  p->parameter, NULL, p->shape },
		{ p->scheme, p, PLACE_FORM,   p->parameter, NULL, p->shape },
	};

	for (size_t i = 0; i < NELEM(slots); i++)
		cred->slots[cred->slot_count++] = slots[i];
}

static bool
has_header(const struct cred *cred, const char *name)
{
	for (size_t i = 0; i < cred->header_count; i++) {
		if (strcmp(cred->headers[i], name) == 0)
			return true;
	}
	return false;
}

static void
note_headers(struct cred *cred)
{
	for (size_t i = 0; i < cred->slot_count; i++) {
		if (cred->slots[i].place == PLACE_HEADER && !has_header(cred, cred->slots[i].name))
			cred->headers[cred->header_count++] = cred->slots[i].name;
	}
	if (cred->auth->conf->webitel) {
		for (size_t i = 0; i < NELEM(webitel_headers); i++)
			cred->headers[cred->header_count++] = webitel_headers[i];
	}
}

int
cred_slots_make(struct cred *cred)
{
	size_t providers = providers_count(cred->providers);
	size_t most = NELEM(local_slots) + 3 * providers;

	cred->slots = arena_alloc(&cred->mem, most * sizeof *cred->slots);
	cred->headers = arena_alloc(&cred->mem,
	    (most + NELEM(webitel_headers)) * sizeof *cred->headers);
	if (!cred->slots || !cred->headers)
		return -ENOMEM;
	for (size_t i = 0; i < NELEM(local_slots); i++) {
		if (is_on(cred, &local_slots[i]))
			cred->slots[cred->slot_count++] = local_slots[i];
	}
	for (size_t i = 0; i < providers; i++)
		add_provider(cred, provider_at(cred->providers, i));
	note_headers(cred);
	return 0;
}
