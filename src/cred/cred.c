// SPDX-License-Identifier: ISC
/* cred/cred.c - where credentials may stand, and the order in which they are tried. */
#include "cred/cred.h"

#include <string.h>
#include <strings.h>

#include "base/guard.h"
#include "base/verdict.h"

/* What tells a JWT from a bearer token in the places they share (CONTRACT 8.3). */
enum shape { ANY, DOTTED, DOTLESS };

/* In the order of CONTRACT 2; within a scheme the first place that has one counts. */
static const struct slot {
	const struct scheme *scheme;
	enum place place;
	const char *name;
	const char *prefix;		/* the auth-scheme of an Authorization header */
	enum shape shape;
} slots[] = {
	{ &scheme_basic,  PLACE_HEADER, "Authorization", "Basic",  ANY },
	{ &scheme_bearer, PLACE_HEADER, "Authorization", "Bearer", DOTLESS },
	{ &scheme_bearer, PLACE_HEADER, "X-Auth-Token",  NULL,     DOTLESS },
	{ &scheme_bearer, PLACE_QUERY,  "bearer",        NULL,     ANY },
	{ &scheme_jwt,    PLACE_HEADER, "Authorization", "Bearer", DOTTED },
	{ &scheme_jwt,    PLACE_HEADER, "X-Auth-Token",  NULL,     DOTTED },
	{ &scheme_jwt,    PLACE_QUERY,  "jwt",           NULL,     ANY },
	{ &scheme_jwt,    PLACE_FORM,   "jwt",           NULL,     ANY },
};

/* What stands behind the auth-scheme and its blanks (RFC 9110, 11.4); NULL for another. */
static const char *
behind_prefix(const char *value, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncasecmp(value, prefix, len) != 0 || value[len] != ' ')
		return NULL;
	return value + len + strspn(value + len, " ");
}

/* The credential in a slot; NULL if there is none, or what is there is no credential. */
static const char *
slot_value(const struct slot *slot, const struct sources *sources)
{
	const struct pair *pair = pairs_find(&sources->in[slot->place], slot->name);
	const char *value;

	if (!pair || strlen(pair->value) != pair->value_len)
		return NULL;
	value = slot->prefix ? behind_prefix(pair->value, slot->prefix) : pair->value;
	if (!value || !*value || strpbrk(value, " ,\t"))
		return NULL;
	if (slot->shape != ANY && (strchr(value, '.') != NULL) != (slot->shape == DOTTED))
		return NULL;
	return value;
}

int
cred_collect(const struct sources *sources, struct presented *out)
{
	const char *value;

	out->count = 0;
	for (size_t i = 0; i < NELEM(slots); i++) {
		if (pairs_count(&sources->in[slots[i].place], slots[i].name) > 1)
			return V_DUPLICATE_CREDENTIAL;
		if (out->count && out->list[out->count - 1].scheme == slots[i].scheme)
			continue;
		value = slot_value(&slots[i], sources);
		if (!value)
			continue;
		out->list[out->count].scheme = slots[i].scheme;
		out->list[out->count].value = value;
		out->count++;
	}
	return 0;
}

bool
cred_has_token(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].scheme->is_token)
			return true;
	}
	return false;
}

int
cred_verify(const struct presented *presented, struct attempt *attempt,
    const struct scheme **via)
{
	int r;

	for (size_t i = 0; i < presented->count; i++) {
		attempt->value = presented->list[i].value;
		r = presented->list[i].scheme->verify(attempt);
		if (r == V_WRONG_CREDENTIAL)
			continue;
		if (r == 0)
			*via = presented->list[i].scheme;
		return r;
	}
	return V_WRONG_CREDENTIAL;
}
