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

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(json_drop) struct json *claims = NULL, *none = NULL;
	GUARD(arena_free) struct arena mem;
	char kid[JWT_KID_SIZE], rs_kid[JWT_KID_SIZE];
	const char *token;
	int r, rs;

	arena_init(&mem, 0);
	token = arena_strndup(&mem, (const char *)bytes, len);
	r = jwt_hs256_kid(token, kid);
	rs = jwt_rs256_kid(token, rs_kid);
	HOLDS(r == 0 || r == V_MALFORMED);
	HOLDS(rs == 0 || rs == V_MALFORMED);
	HOLDS(r || rs);
	HOLDS(r || memchr(kid, '\0', sizeof kid));
	HOLDS(jwt_hs256_verify(token, other_key, &none) == V_MALFORMED && !none);
	if (jwt_hs256_verify(token, key, &claims) == 0)
		HOLDS(r == 0 && claims && json_kind(claims) == JSON_OBJECT);
	return 0;
}
