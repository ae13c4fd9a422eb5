// SPDX-License-Identifier: ISC
/* cred/cred.c - which credentials a request presents, and whether one is good. */
#include "cred/cred.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "cred/cred_slots.h"
#include "cred/provider.h"

int
cred_open(struct cred **out, struct auth *auth)
{
	GUARD(cred_close) struct cred *cred = NULL;
	int r;

	cred = calloc(1, sizeof *cred);
	if (!cred)
		return -ENOMEM;
	cred->auth = auth;
	arena_init(&cred->mem, 0);
	r = providers_open(&cred->providers, auth->conf);
	if (!r)
		r = cred_slots_make(cred);
	if (r)
		return r;
	*out = cred;
	cred = NULL;
	return 0;
}

void
cred_close(struct cred **cred)
{
	if (!*cred)
		return;
	providers_close(&(*cred)->providers);
	arena_free(&(*cred)->mem);
	free(*cred);
	*cred = NULL;
}

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
slot_value(const struct cred_slot *slot, const struct sources *sources)
{
	const struct pair *pair = pairs_find(&sources->in[slot->place], slot->name);
	const char *value;

	if (!pair || strlen(pair->value) != pair->value_len)
		return NULL;
	value = slot->prefix ? behind_prefix(pair->value, slot->prefix) : pair->value;
	if (!value || !*value || strpbrk(value, " ,\t"))
		return NULL;
	if (slot->shape != SHAPE_ANY &&
	    (strchr(value, '.') != NULL) != (slot->shape == SHAPE_DOTTED))
		return NULL;
	return value;
}

/* Is the last one in out of the same scheme and provider?  The first place counts. */
static bool
has_scheme(const struct presented *out, const struct cred_slot *slot)
{
	const struct cred_slot *last = out->count ? out->list[out->count - 1].slot : NULL;

	return last && last->scheme == slot->scheme && last->provider == slot->provider;
}

int
cred_collect(const struct cred *cred, const struct sources *sources, struct presented *out)
{
	const struct cred_slot *slot = cred->slots;
	const char *value;

	out->count = 0;
	for (size_t i = 0; i < cred->slot_count; i++, slot++) {
		if (pairs_count(&sources->in[slot->place], slot->name) > 1)
			return V_DUPLICATE_CREDENTIAL;
		value = has_scheme(out, slot) ? NULL : slot_value(slot, sources);
		if (!value || out->count == PRESENTED_MAX)
			continue;
		out->list[out->count].slot = slot;
		out->list[out->count].value = value;
		out->count++;
	}
	return 0;
}

bool
cred_has_token(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].slot->scheme->is_token)
			return true;
	}
	return false;
}

int
cred_verify(const struct presented *presented, struct attempt *attempt,
    const struct scheme **via)
{
	int verdict = V_WRONG_CREDENTIAL, r;

	for (size_t i = 0; i < presented->count; i++) {
		attempt->value = presented->list[i].value;
		attempt->provider = presented->list[i].slot->provider;
		r = presented->list[i].slot->scheme->verify(attempt);
		if (r == 0)
			*via = presented->list[i].slot->scheme;
		if (r <= 0)
			return r;
		if (r == V_UNAVAILABLE)
			verdict = r;
	}
	return verdict;
}
