// SPDX-License-Identifier: ISC
/* cred/cred_oidc.c - ID tokens of OpenID providers (OpenID Connect Core, 2 and 3.1.3.7). */
#include <errno.h>
#include <string.h>

#include "auth/jwt.h"
#include "auth/person.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/setback.h"
#include "base/verdict.h"
#include "cred/provider.h"
#include "cred/scheme.h"

/* API 2.8. */
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
is_client(const struct provider *p, const char *id)
{
	for (size_t i = 0; id && i < p->client_ids.count; i++) {
		if (strcmp(p->client_ids.at[i], id) == 0)
			return true;
	}
	return false;
}

/* Only texts, one of which is ours? */
static bool
names_us(const struct provider *p, const struct json *audiences)
{
	bool found = false;

	for (size_t i = 0; i < json_length(audiences); i++) {
		const char *id = json_whole_text(json_element(audiences, i));

		if (!id)
			return false;
		found |= is_client(p, id);
	}
	return found;
}

/*
 * OpenID Connect Core, 3.1.3.7: one audience, which is ours; or several, of which
 * one is ours, and azp is ours.  With one audience azp may be another: Google's
 * apps on a phone request tokens for the server.
 */
static bool
is_for_us(const struct provider *p, const struct json *claims)
{
	const struct json *aud;

	if (!json_member(claims, "aud", &aud))
		return false;
	if (json_kind(aud) == JSON_TEXT)
		return is_client(p, json_whole_text(aud));
	return names_us(p, aud) &&
	    (json_length(aud) == 1 || is_client(p, json_member_text(claims, "azp")));
}

/*
 * RFC 7519, 2: a NumericDate is a number, which may have a fraction.  Required,
 * and after after_s, but not after until_s?
 */
static bool
is_time_within(const struct json *claims, const char *name, int64_t after_s, int64_t until_s)
{
	double time_s;

	return json_member_number(claims, name, &time_s) && time_s > (double)after_s &&
	    time_s <= (double)until_s;
}

static bool
is_begun(const struct json *claims, int64_t now_s)
{
	const struct json *nbf;

	return !json_member(claims, "nbf", &nbf) ||
	    is_time_within(claims, "nbf", INT64_MIN, now_s + SKEW_S);
}

/* By our clock, or by one that was set back. */
static bool
has_ended(const struct attempt *a, const struct json *claims)
{
	double issued_s = 0, ends_s = 0;

	json_member_number(claims, "iat", &issued_s);
	json_member_number(claims, "exp", &ends_s);
	return setbacks_ended(a->auth->setbacks, (int64_t)issued_s * 1000,
	    ((int64_t)ends_s + SKEW_S) * 1000, a->now_ms);
}

/*
 * The first claim that is wrong; WHY_NONE if none is.  An absent one is
 * wrong, except nbf.  Keycloak's access tokens are signed by
 * the same key and may name us among their audiences: their typ gives them away.
 */
static enum why
find_wrong_claim(const struct provider *p, const struct json *claims, int64_t now_s)
{
	if (!is_issuer(p, text_claim(claims, "iss")))
		return WHY_ISS;
	if (!is_for_us(p, claims))
		return WHY_AUD;
	if (json_member_is(claims, "typ", "Bearer"))
		return WHY_TYP;
	if (!is_time_within(claims, "iat", 0, now_s + SKEW_S))
		return WHY_IAT;
	if (!is_time_within(claims, "exp", now_s - SKEW_S, now_s + LIFE_MAX_S + SKEW_S))
		return WHY_EXP;
	if (!is_begun(claims, now_s))
		return WHY_NBF;
	return text_claim(claims, "sub") ? WHY_NONE : WHY_SUB;
}

/* true, not 1; "true" only from a provider that documents it. */
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
	struct person person = {
		.kind = p->kind,
		.provider = p->sub_prefix,
		.email = is_verified(p, claims) ? text_claim(claims, "email") : NULL,
		.first_name = text_claim(claims, "given_name"),
		.last_name = text_claim(claims, "family_name"),
		.may_link = p->may_link && p->may_link(claims),
		.may_register = p->may_register,
	};

	person.id = arena_printf(a->mem, "%s%s", p->sub_prefix, text_claim(claims, "sub"));
	return person.id ? person_identify(a->auth, &person, a->now_ms, a->who) : -ENOMEM;
}

static int
find_key(void *arg, const char *kid, struct jwt_key *key)
{
	return provider_key(arg, kid, key);
}

/* Logs what is wrong with a token, for the administrator, but never its contents. */
static int
refuse_id(struct attempt *a, int verdict, enum why check)
{
	log_info("%s: ID token refused: %s", a->provider->name, why_name(check));
	return refusal(&a->auth->refusal, verdict, check);
}

static int
verify(struct attempt *a)
{
	GUARD(json_drop) struct json *claims = NULL;
	enum why wrong;
	int r;

	r = jwt_public_open(a->value, find_key, a, &claims);
	if (r == V_MALFORMED || r == V_NOT_FOUND || r == V_WRONG_CREDENTIAL)
		return refuse_id(a, V_WRONG_CREDENTIAL, why_not_opened(r));
	if (r)
		return refusal_if(&a->auth->refusal, r, WHY_UNAVAILABLE);
	wrong = find_wrong_claim(a->provider, claims, a->now_ms / 1000);
	if (!wrong && has_ended(a, claims))
		wrong = WHY_EXP;
	if (wrong)			/* with EXP it was once valid */
		return refuse_id(a, wrong == WHY_EXP ? V_ENDED : V_WRONG_CREDENTIAL, wrong);
	r = identify(a, claims);
	if (r != V_WRONG_CREDENTIAL)
		return r;
	log_info("%s: ID token refused: unknown person", a->provider->name);
	return V_NOT_FOUND;
}

const struct scheme scheme_oidc = { .name = "oidc", .verify = verify };
