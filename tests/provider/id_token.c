// SPDX-License-Identifier: ISC
/* tests/provider/id_token.c - ID tokens, good ones and others. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "host.h"
#include "key.h"

const struct claim google_claims[] = {
	{ "iss", "'https://accounts.google.com'" },
	{ "aud", "'client-1'" },
	{ "sub", "'1001'" },
	{ "iat", "@+0" },
	{ "exp", "@+3600" },
	{ "email", "'alice@gmail.com'" },
	{ "email_verified", "true" },
	{ "given_name", "'Alice'" },
	{ "family_name", "'Liddell'" },
	{ NULL, NULL },
};

const struct claim apple_claims[] = {
	{ "iss", "'https://appleid.apple.com'" },
	{ "aud", "'org.example.app'" },
	{ "sub", "'000123.abc.0456'" },
	{ "iat", "@+0" },
	{ "exp", "@+86400" },
	{ "email", "'alice@privaterelay.appleid.com'" },
	{ "email_verified", "true" },
	{ "nonce_supported", "true" },
	{ NULL, NULL },
};

const struct claim keycloak_claims[] = {
	{ "exp", "@+300" },
	{ "iat", "@+0" },
	{ "auth_time", "@-60" },
	{ "iss", "'https://sso.example.org/realms/staff'" },
	{ "aud", "'doorward'" },
	{ "sub", "'f3a1c9f2-7e3d-4b61-9b57-0c1f6f0f2d11'" },
	{ "typ", "'ID'" },
	{ "azp", "'doorward'" },
	{ "email_verified", "true" },
	{ "email", "'alice@example.org'" },
	{ NULL, NULL },
};

const struct claim limited_claims[] = {
	{ "iss", "'https://www.facebook.com'" },
	{ "aud", "'4711'" },
	{ "sub", "'2002'" },
	{ "iat", "@+0" },
	{ "exp", "@+3600" },
	{ "jti", "'a.b'" },
	{ "email", "'alice@gmail.com'" },
	{ NULL, NULL },
};

static const char *
with_quotes(const char *text)
{
	char *copy = arena_strdup(test_mem(), text);

	for (char *at = strchr(copy, '\''); at; at = strchr(at, '\''))
		*at = '"';
	return copy;
}

static const struct claim *
find(const struct claim *claims, const char *name)
{
	for (; claims->name; claims++) {
		if (strcmp(claims->name, name) == 0)
			return claims;
	}
	return NULL;
}

static void
put_time(struct text *t, const char *raw)
{
	size_t fraction = strcspn(raw, "+-");

	text_printf(t, "%lld%.*s", (long long)host.now_ms / 1000 + atoll(raw + fraction),
	    (int)fraction, raw);
}

static void
put_claim(struct text *t, const struct claim *claim)
{
	if (!claim->raw)
		return;
	text_printf(t, "%s\"%s\":", t->len > 1 ? "," : "", claim->name);
	if (claim->raw[0] == '@')
		put_time(t, claim->raw + 1);
	else
		text_puts(t, with_quotes(claim->raw));
}

const char *
claims_with(const struct claim *base, const struct claim *changes)
{
	const struct claim *changed;
	const char *out;
	struct text t;

	text_init(&t, test_mem());
	text_puts(&t, "{");
	for (const struct claim *claim = base; claim->name; claim++) {
		changed = find(changes, claim->name);
		put_claim(&t, changed ? changed : claim);
	}
	for (const struct claim *claim = changes; claim->name; claim++) {
		if (!find(base, claim->name))
			put_claim(&t, claim);
	}
	text_puts(&t, "}");
	return text_done(&t, &out, NULL) ? NULL : out;
}

const char *
any_token(const char *key, const char *method, const char *header, const char *claims)
{
	GUARD(key_drop) EVP_PKEY *with = key_get(provider_file(key));

	return key_sign(test_mem(), with, method, with_quotes(header), claims);
}

const char *
id_token(const char *key, const char *claims)
{
	GUARD(key_drop) EVP_PKEY *with = key_get(provider_file(key));
	const char *method = key_method(with);

	return key_sign(test_mem(), with, method, arena_printf(test_mem(),
	    "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", method, key), claims);
}
