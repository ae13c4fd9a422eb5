// SPDX-License-Identifier: ISC
/* tests/fuzz/jwt_fuzz.c - bytes as a JWT of ours, or of a provider. */
#include <string.h>

#include "auth/jwt.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "fuzz.h"

/* One file of the corpus is signed with the first. */
static const uint8_t key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcde";
static const uint8_t other_key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcdE";

/* Finds the key that arg is, once. */
struct search {
	struct jwt_key key;
	int asked;
};

static int
find(void *arg, const char *kid, struct jwt_key *out)
{
	struct search *search = arg;

	HOLDS(strlen(kid) <= JWT_KID_MAX && !search->asked++);
	*out = search->key;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(json_drop) struct json *claims = NULL, *none = NULL;
	GUARD(arena_free) struct arena mem;
	struct search right = { { JWT_HS256, key }, 0 }, wrong = { { JWT_HS256, other_key }, 0 },
	    public = { { JWT_HS256, key }, 0 };
	const char *token;
	int r;

	arena_init(&mem, 0);
	token = arena_strndup(&mem, (const char *)bytes, len);
	r = jwt_hs256_open(token, find, &wrong, &none);
	HOLDS((r == V_WRONG_CREDENTIAL || r == V_MALFORMED) && !none);
	r = jwt_public_open(token, find, &public, &none);
	HOLDS((r == V_WRONG_CREDENTIAL || r == V_MALFORMED) && !none);
	HOLDS(!public.asked || !wrong.asked);
	r = jwt_hs256_open(token, find, &right, &claims);
	HOLDS(r == 0 || r == V_WRONG_CREDENTIAL || r == V_MALFORMED);
	HOLDS(right.asked == wrong.asked && (r == 0) == (claims != NULL));
	HOLDS(r || json_kind(claims) == JSON_OBJECT);
	return 0;
}
