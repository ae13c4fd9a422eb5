// SPDX-License-Identifier: ISC
/* cred/cred_oidc.c - ID tokens of OpenID providers (OpenID Connect Core, 2 and 3.1.3.7). */
#include <errno.h>
#include <string.h>

#include "auth/jwt.h"
#include "auth/person.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "cred/cred.h"
#include "cred/provider.h"

/* CONTRACT 2, Google. */
#define SKEW_S	300
#define LIFE_MAX_S 86400

/* A claim that is text and not empty; NULL otherwise. */
static const char *
text_claim(const struct json *claims, const char *name)
{
	const char *text = json_member_text(claims, name);

	return text && *text ? text : NULL;
}

static bool
is_issuer(const struct provider *p, const char *iss)
{
	for (size_t i = 0; iss && i < NELEM(p->issuers); i++) {
		if (p->issuers[i] && strcmp(p->issuers[i], iss) == 0)
			return true;
	}
	return false;
}

static bool
is_client(const struct provider *p, const struct json *aud)
{
	const char *text;
	size_t len;

	if (json_kind(aud) != JSON_TEXT)
		return false;
	text = json_text(aud, &len);
	for (size_t i = 0; i < p->client_ids.count; i++) {
		if (strlen(p->client_ids.at[i]) == len && strcmp(p->client_ids.at[i], text) == 0)
			return true;
	}
	return false;
}

/* One audience alone, and that is us: of several we could not know whom it was meant for. */
static bool
is_for_us(const struct provider *p, const struct json *claims)
{
	const struct json *aud;

	if (!json_member(claims, "aud", &aud))
		return false;
	if (json_length(aud) == 1)
		aud = json_element(aud, 0);
	return is_client(p, aud);
}

/* All are required; an absent claim never passes.  nbf alone may be absent. */
static bool
is_timely(const struct json *claims, int64_t now_s)
{
	const struct json *nbf;
	int64_t iat, exp, from = 0;

	if (!json_member_integer(claims, "iat", &iat) || !json_member_integer(claims, "exp", &exp))
		return false;
	if (json_member(claims, "nbf", &nbf) && json_integer(nbf, &from))
		return false;
	if (iat > now_s + SKEW_S || from > now_s + SKEW_S)
		return false;
	return exp > now_s - SKEW_S && exp <= now_s + LIFE_MAX_S + SKEW_S;
}

/* true, not 1; "true" only of a provider that documents it. */
static bool
is_verified(const struct provider *p, const struct json *claims)
{
	const char *text = json_member_text(claims, "email_verified");
	const struct json *verified;

	if (text)
		return p->verified_as_text && strcmp(text, "true") == 0;
	return json_member(claims, "email_verified", &verified) && json_is_true(verified);
}

static int
identify(struct attempt *a, const struct json *claims)
{
	const struct provider *p = a->provider;
	const char *sub = text_claim(claims, "sub");
	struct person person = {
		.kind = p->kind,
		.field = p->field,
		.email = is_verified(p, claims) ? text_claim(claims, "email") : NULL,
		.first_name = text_claim(claims, "given_name"),
		.last_name = text_claim(claims, "family_name"),
		.may_link = p->may_link && p->may_link(claims),
		.may_register = p->may_register,
	};

	if (!sub)
		return V_WRONG_CREDENTIAL;
	person.id = arena_printf(a->mem, "%s%s", p->sub_prefix, sub);
	return person.id ? person_identify(a->auth, &person, a->now_ms, a->who) : -ENOMEM;
}

static int
find_key(void *arg, const char *kid, struct jwt_key *key)
{
	const struct attempt *a = arg;

	return provider_key(a->providers, a->provider, a->mem, kid, a->now_ms, key);
}

static int
verify(struct attempt *a)
{
	GUARD(json_drop) struct json *claims = NULL;
	int r;

	r = jwt_public_open(a->value, find_key, a, &claims);
	if (r == V_MALFORMED || r == V_NOT_FOUND)
		return V_WRONG_CREDENTIAL;
	if (r)
		return r;
	if (!is_issuer(a->provider, text_claim(claims, "iss")) ||
	    !is_for_us(a->provider, claims) || !is_timely(claims, a->now_ms / 1000))
		return V_WRONG_CREDENTIAL;
	return identify(a, claims);
}

const struct scheme scheme_oidc = { "oidc", false, verify };
