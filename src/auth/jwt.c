// SPDX-License-Identifier: ISC
/* auth/jwt.c - the only door to libjwt: HS256 for ours, RS256 for those of providers. */
#include "auth/jwt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jwt.h>

#include "base/b64.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

static void
jwt_drop(jwt_t **jwt)
{
	jwt_free(*jwt);
}

static void
text_drop(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

int
jwt_hs256_sign(struct arena *mem, const uint8_t key[SECRET_KEY_LEN], const char *kid,
    const char *claims, const char **out)
{
	GUARD(jwt_drop) jwt_t *jwt = NULL;
	GUARD(text_drop) char *text = NULL;

	if (jwt_new(&jwt) || jwt_set_alg(jwt, JWT_ALG_HS256, key, SECRET_KEY_LEN) ||
	    (kid && jwt_add_header(jwt, "kid", kid)) || jwt_add_grants_json(jwt, claims))
		return -ENOMEM;
	text = jwt_encode_str(jwt);
	if (!text)
		return -ENOMEM;
	*out = arena_strdup(mem, text);
	return *out ? 0 : -ENOMEM;
}

/*
 * RFC 7515, 4.1: it says the one algorithm it may have, asks for no extension,
 * and brings no key of its own (nor should it: OpenID Connect Core, 2).
 */
static bool
is_header(const struct json *header, const char *wanted_alg)
{
	static const char *const refused[] = { "crit", "jwk", "jku", "x5c", "x5u" };
	const char *alg = json_member_text(header, "alg"), *typ = json_member_text(header, "typ");
	const struct json *value;

	if (!alg || strcmp(alg, wanted_alg) != 0)
		return false;
	if (json_member(header, "typ", &value) && (!typ || strcasecmp(typ, "JWT") != 0))
		return false;
	for (size_t i = 0; i < NELEM(refused); i++) {
		if (json_member(header, refused[i], &value))
			return false;
	}
	return true;
}

/* Decodes what stands before the next dot, or the end.  V_MALFORMED. */
static int
part_decode(const char *token, char bytes[JWT_LEN_MAX], size_t *len)
{
	size_t encoded = strcspn(token, ".");

	return encoded ? b64_decode(B64_URL, token, encoded, bytes, JWT_LEN_MAX, len) : V_MALFORMED;
}

/*
 * Three parts between two dots, not longer than any should be, in the one
 * spelling that RFC 7515, 2 allows: libjwt is not so strict.
 */
static bool
has_compact_form(const char *token)
{
	char bytes[JWT_LEN_MAX];
	size_t len;

	if (strnlen(token, JWT_LEN_MAX + 1) > JWT_LEN_MAX)
		return false;
	for (int part = 0; part < 3; part++) {
		if (part_decode(token, bytes, &len))
			return false;
		token += strcspn(token, ".");
		if (*token++ != (part < 2 ? '.' : '\0'))
			return false;
	}
	return true;
}

/* One object, and no name in it twice: two readers might not read the same. */
static int
part_parse(const char *token, struct json **object)
{
	char bytes[JWT_LEN_MAX];
	size_t len;
	int r;

	r = part_decode(token, bytes, &len);
	return r ? r : json_parse_unambiguous(bytes, len, object);
}

static int
read_kid(const char *token, const char *alg, char kid[JWT_KID_SIZE])
{
	GUARD(json_drop) struct json *header = NULL;
	const char *found;
	int r;

	if (!has_compact_form(token))
		return V_MALFORMED;
	r = part_parse(token, &header);
	if (r)
		return r;
	found = json_member_text(header, "kid");
	if (!is_header(header, alg) || !found || strlen(found) >= JWT_KID_SIZE)
		return V_MALFORMED;
	strcpy(kid, found);
	return 0;
}

int
jwt_hs256_kid(const char *token, char kid[JWT_KID_SIZE])
{
	return read_kid(token, "HS256", kid);
}

int
jwt_rs256_kid(const char *token, char kid[JWT_KID_SIZE])
{
	return read_kid(token, "RS256", kid);
}

/*
 * The token's header has been found to name alg; libjwt has to have used it
 * too.  The claims are read from the bytes that were signed, not from what
 * libjwt made of them.
 */
static int
verify(const char *token, jwt_alg_t alg, const unsigned char *key, size_t key_len,
    struct json **claims)
{
	GUARD(jwt_drop) jwt_t *jwt = NULL;
	int r;

	r = jwt_decode(&jwt, token, key, (int)key_len);
	if (r == ENOMEM)
		return -ENOMEM;
	if (r || jwt_get_alg(jwt) != alg)
		return V_MALFORMED;
	return part_parse(strchr(token, '.') + 1, claims);
}

int
jwt_hs256_verify(const char *token, const uint8_t key[SECRET_KEY_LEN], struct json **claims)
{
	char kid[JWT_KID_SIZE];
	int r;

	r = jwt_hs256_kid(token, kid);
	return r ? r : verify(token, JWT_ALG_HS256, key, SECRET_KEY_LEN, claims);
}

int
jwt_rs256_verify(const char *token, const char *pem, struct json **claims)
{
	char kid[JWT_KID_SIZE];
	int r;

	r = jwt_rs256_kid(token, kid);
	if (r)
		return r;
	return verify(token, JWT_ALG_RS256, (const unsigned char *)pem, strlen(pem), claims);
}

int
jwt_prepare(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	uint8_t key[SECRET_KEY_LEN];
	const char *token;
	int r;

	arena_init(&mem, 0);
	secret_random(key, sizeof key);
	r = jwt_hs256_sign(&mem, key, "none", "{}", &token);
	if (!r)
		r = jwt_hs256_verify(token, key, &claims);
	return r ? log_fault(-EIO, "libjwt cannot start") : 0;
}
