// SPDX-License-Identifier: ISC
#include "auth/user_jwt.h"

#include <stdio.h>
#include <string.h>

#include "auth/jwt.h"
#include "auth/token.h"
#include "auth/user.h"
#include "base/text.h"
#include "service/box.h"
#include "service/encode.h"
#include "unit.h"

/* What rows write as $U, $G and so on. */
struct names {
	char user[UUID_TEXT_SIZE], token[UUID_TEXT_SIZE], foreign[UUID_TEXT_SIZE];
	char gen[24];
	const char *kid, *hash_kid;
};

#define HEADER	"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"$K\"}"
#define CLAIMS	"{\"uuid\":\"$U\",\"role\":\"User\",\"iat\":1700000000,\"exp\":1700000600," \
		"\"auth_time\":1700000000,\"gen\":$G}"

static const char *
named(const struct names *names, char letter)
{
	switch (letter) {
	case 'U': return names->user;
	case 'T': return names->token;
	case 'F': return names->foreign;
	case 'G': return names->gen;
	case 'K': return names->kid;
	case 'H': return names->hash_kid;
	default: return "";
	}
}

static const char *
expand(struct arena *mem, const char *row, const struct names *names)
{
	const char *out = "";
	struct text t;

	text_init(&t, mem);
	for (; *row; row++) {
		if (*row == '$')
			text_puts(&t, named(names, *++row));
		else
			text_put(&t, row, 1);
	}
	EXPECT_VERDICT("expand", text_done(&t, &out, NULL), 0);
	return out;
}

static struct names
names_of(struct box *my)
{
	struct identity bob = box_user(my, "bob@example.com", NULL);
	struct names names = { .kid = keyring_newest(&my->auth->keys, KEY_JWT)->id,
	    .hash_kid = keyring_newest(&my->auth->keys, KEY_HASH)->id };
	struct token token;

	uuid_text(names.user, &my->alice.user.id);
	box_token(my, &my->alice, 600, &token);
	uuid_text(names.token, &token.id);
	box_token(my, &bob, 600, &token);
	uuid_text(names.foreign, &token.id);
	snprintf(names.gen, sizeof names.gen, "%llu", (unsigned long long)my->alice.user.gen);
	return names;
}

static const uint8_t *
jwt_key(struct box *my)
{
	return keyring_newest(&my->auth->keys, KEY_JWT)->bytes;
}

static int
verify_later(struct box *my, const char *jwt, int64_t later_ms)
{
	struct identity who;

	return user_jwt_verify(my->auth, jwt, NOW_MS + later_ms, &who);
}

static const struct { const char *row, *header; int want; } header_rows[] = {
	{ "as we make them", HEADER, 0 },
	{ "no typ", "{\"alg\":\"HS256\",\"kid\":\"$K\"}", 0 },
	{ "alg none", "{\"alg\":\"none\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "alg None", "{\"alg\":\"None\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "alg NONE", "{\"alg\":\"NONE\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "no alg", "{\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "empty alg", "{\"alg\":\"\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "alg null", "{\"alg\":null,\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "alg an array", "{\"alg\":[\"HS256\"],\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "HS384", "{\"alg\":\"HS384\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "HS512", "{\"alg\":\"HS512\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "RS256", "{\"alg\":\"RS256\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "ES256", "{\"alg\":\"ES256\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "PS256", "{\"alg\":\"PS256\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "hs256", "{\"alg\":\"hs256\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "two algs", "{\"alg\":\"none\",\"kid\":\"$K\",\"alg\":\"HS256\"}", V_WRONG_CREDENTIAL },
	{ "two algs, none last", "{\"alg\":\"HS256\",\"kid\":\"$K\",\"alg\":\"none\"}",
	    V_WRONG_CREDENTIAL },
	{ "no kid", "{\"alg\":\"HS256\"}", V_WRONG_CREDENTIAL },
	{ "unknown kid", "{\"alg\":\"HS256\",\"kid\":\"0123456789abcdef\"}", V_WRONG_CREDENTIAL },
	{ "empty kid", "{\"alg\":\"HS256\",\"kid\":\"\"}", V_WRONG_CREDENTIAL },
	{ "a path as kid", "{\"alg\":\"HS256\",\"kid\":\"../../etc/hostname\"}",
	    V_WRONG_CREDENTIAL },
	{ "kid null", "{\"alg\":\"HS256\",\"kid\":null}", V_WRONG_CREDENTIAL },
	{ "kid of the hash key", "{\"alg\":\"HS256\",\"kid\":\"$H\"}", V_WRONG_CREDENTIAL },
	{ "two kids", "{\"alg\":\"HS256\",\"kid\":\"x\",\"kid\":\"$K\"}", V_WRONG_CREDENTIAL },
	{ "crit", "{\"alg\":\"HS256\",\"kid\":\"$K\",\"crit\":[\"exp\"]}", V_WRONG_CREDENTIAL },
	{ "typ other", "{\"alg\":\"HS256\",\"kid\":\"$K\",\"typ\":\"at+jwt\"}",
	    V_WRONG_CREDENTIAL },
	{ "typ a number", "{\"alg\":\"HS256\",\"kid\":\"$K\",\"typ\":5}", V_WRONG_CREDENTIAL },
	{ "no object", "\"HS256\"", V_WRONG_CREDENTIAL },
	{ "bytes after", HEADER "}", V_WRONG_CREDENTIAL },
};

static void
forged_headers(void)
{
	struct names names;
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	names = names_of(&my);
	for (size_t i = 0; i < NELEM(header_rows); i++) {
		jwt = encode_hs256(&my.mem, expand(&my.mem, header_rows[i].header, &names),
		    expand(&my.mem, CLAIMS, &names), jwt_key(&my), SECRET_KEY_LEN);
		EXPECT_VERDICT(header_rows[i].row, verify_later(&my, jwt, 0), header_rows[i].want);
	}
	box_close(&my);
}

#define WITHOUT_GEN "{\"uuid\":\"$U\",\"role\":\"User\",\"iat\":1700000000,\"exp\":1700000600," \
		    "\"auth_time\":1700000000"
#define WITHOUT_EXP "{\"uuid\":\"$U\",\"role\":\"User\",\"iat\":1700000000," \
		    "\"auth_time\":1700000000,\"gen\":$G"
#define WITHOUT_IAT "{\"uuid\":\"$U\",\"role\":\"User\",\"exp\":1700000600," \
		    "\"auth_time\":1700000000,\"gen\":$G"
#define WITHOUT_AUTH_TIME "{\"uuid\":\"$U\",\"role\":\"User\",\"exp\":1700000600," \
		    "\"iat\":1700000000,\"gen\":$G"
#define WITHOUT_UUID "{\"role\":\"User\",\"iat\":1700000000,\"exp\":1700000600," \
		    "\"auth_time\":1700000000,\"gen\":$G"
#define WITHOUT_ROLE "{\"uuid\":\"$U\",\"iat\":1700000000,\"exp\":1700000600," \
		    "\"auth_time\":1700000000,\"gen\":$G"

static const struct { const char *row, *claims; int want; } claim_rows[] = {
	{ "as we make them", CLAIMS, 0 },
	{ "another claim", WITHOUT_GEN ",\"gen\":$G,\"x\":null}", 0 },
	{ "a live token of the user", WITHOUT_GEN ",\"gen\":$G,\"tid\":\"$T\"}", 0 },
	{ "iat a minute ahead", WITHOUT_IAT ",\"iat\":1700000060}", 0 },
	{ "one second left", WITHOUT_EXP ",\"exp\":1700000001}", 0 },
	{ "none", "{}", V_WRONG_CREDENTIAL },
	{ "an array", "[]", V_WRONG_CREDENTIAL },
	{ "no JSON", "exp", V_WRONG_CREDENTIAL },
	{ "cut JSON", WITHOUT_GEN, V_WRONG_CREDENTIAL },
	{ "bytes after", CLAIMS " {}", V_WRONG_CREDENTIAL },
	{ "no uuid", WITHOUT_UUID "}", V_WRONG_CREDENTIAL },
	{ "uuid null", WITHOUT_UUID ",\"uuid\":null}", V_WRONG_CREDENTIAL },
	{ "uuid a number", WITHOUT_UUID ",\"uuid\":1}", V_WRONG_CREDENTIAL },
	{ "uuid an object", WITHOUT_UUID ",\"uuid\":{\"uuid\":\"$U\"}}", V_WRONG_CREDENTIAL },
	{ "uuid no uuid", WITHOUT_UUID ",\"uuid\":\"alice\"}", V_WRONG_CREDENTIAL },
	{ "uuid with a NUL", WITHOUT_UUID ",\"uuid\":\"$U\\u0000\"}", V_WRONG_CREDENTIAL },
	{ "uuid of nobody", WITHOUT_UUID ",\"uuid\":\"00000000-0000-4000-8000-000000000000\"}",
	    V_ENDED },
	{ "no role", WITHOUT_ROLE "}", V_WRONG_CREDENTIAL },
	{ "role null", WITHOUT_ROLE ",\"role\":null}", V_WRONG_CREDENTIAL },
	{ "role an array", WITHOUT_ROLE ",\"role\":[\"User\"]}", V_WRONG_CREDENTIAL },
	{ "no iat", WITHOUT_IAT "}", V_WRONG_CREDENTIAL },
	{ "iat text", WITHOUT_IAT ",\"iat\":\"1700000000\"}", V_WRONG_CREDENTIAL },
	{ "iat a fraction", WITHOUT_IAT ",\"iat\":1700000000.5}", V_WRONG_CREDENTIAL },
	{ "iat in the future", WITHOUT_IAT ",\"iat\":1700000061}", V_ENDED },
	{ "iat true", WITHOUT_IAT ",\"iat\":true}", V_WRONG_CREDENTIAL },
	{ "no exp", WITHOUT_EXP "}", V_WRONG_CREDENTIAL },
	{ "exp null", WITHOUT_EXP ",\"exp\":null}", V_WRONG_CREDENTIAL },
	{ "exp text", WITHOUT_EXP ",\"exp\":\"1700000600\"}", V_WRONG_CREDENTIAL },
	{ "exp a fraction", WITHOUT_EXP ",\"exp\":1700000600.5}", V_WRONG_CREDENTIAL },
	{ "exp an array", WITHOUT_EXP ",\"exp\":[1700000600]}", V_WRONG_CREDENTIAL },
	{ "exp true", WITHOUT_EXP ",\"exp\":true}", V_WRONG_CREDENTIAL },
	{ "exp past int64", WITHOUT_EXP ",\"exp\":9223372036854775808}", V_WRONG_CREDENTIAL },
	{ "exp past a double", WITHOUT_EXP ",\"exp\":1e999}", V_WRONG_CREDENTIAL },
	{ "exp 1e300", WITHOUT_EXP ",\"exp\":1e300}", V_WRONG_CREDENTIAL },
	{ "exp in the past", WITHOUT_EXP ",\"exp\":1699999999}", V_ENDED },
	{ "exp exactly now", WITHOUT_EXP ",\"exp\":1700000000}", V_ENDED },
	{ "exp 0", WITHOUT_EXP ",\"exp\":0}", V_ENDED },
	{ "exp negative", WITHOUT_EXP ",\"exp\":-1}", V_ENDED },
	/* a claim that occurs twice is refused */
	{ "exp twice", WITHOUT_EXP ",\"exp\":1,\"exp\":1700000600}", V_WRONG_CREDENTIAL },
	{ "no auth_time", WITHOUT_AUTH_TIME "}", V_WRONG_CREDENTIAL },
	{ "auth_time text", WITHOUT_AUTH_TIME ",\"auth_time\":\"1700000000\"}",
	    V_WRONG_CREDENTIAL },
	{ "auth_time in the future", WITHOUT_AUTH_TIME ",\"auth_time\":1700000061}",
	    V_ENDED },
	{ "auth_time huge", WITHOUT_AUTH_TIME ",\"auth_time\":9223372036854775807}",
	    V_ENDED },
	{ "no gen", WITHOUT_GEN "}", V_WRONG_CREDENTIAL },
	{ "gen 0", WITHOUT_GEN ",\"gen\":0}", V_ENDED },
	{ "gen -1", WITHOUT_GEN ",\"gen\":-1}", V_ENDED },
	{ "gen text", WITHOUT_GEN ",\"gen\":\"$G\"}", V_WRONG_CREDENTIAL },
	{ "gen twice", WITHOUT_GEN ",\"gen\":1,\"gen\":$G}", V_WRONG_CREDENTIAL },
	{ "tid null", WITHOUT_GEN ",\"gen\":$G,\"tid\":null}", V_WRONG_CREDENTIAL },
	{ "tid empty", WITHOUT_GEN ",\"gen\":$G,\"tid\":\"\"}", V_WRONG_CREDENTIAL },
	{ "tid a number", WITHOUT_GEN ",\"gen\":$G,\"tid\":7}", V_WRONG_CREDENTIAL },
	{ "tid of a foreign token", WITHOUT_GEN ",\"gen\":$G,\"tid\":\"$F\"}", V_ENDED },
	{ "jti a uuid", WITHOUT_GEN ",\"gen\":$G,\"jti\":\"$F\"}", 0 },
	{ "jti null", WITHOUT_GEN ",\"gen\":$G,\"jti\":null}", V_WRONG_CREDENTIAL },
	{ "jti empty", WITHOUT_GEN ",\"gen\":$G,\"jti\":\"\"}", V_WRONG_CREDENTIAL },
	{ "jti a number", WITHOUT_GEN ",\"gen\":$G,\"jti\":7}", V_WRONG_CREDENTIAL },
	{ "jti no uuid", WITHOUT_GEN ",\"gen\":$G,\"jti\":\"x$F\"}", V_WRONG_CREDENTIAL },
	{ "jti twice", WITHOUT_GEN ",\"gen\":$G,\"jti\":\"$F\",\"jti\":\"$F\"}",
	    V_WRONG_CREDENTIAL },
	{ "tid unknown", WITHOUT_GEN ",\"gen\":$G,\"tid\":\"$U\"}", V_ENDED },
	{ "tid twice", WITHOUT_GEN ",\"gen\":$G,\"tid\":\"$F\",\"tid\":\"$T\"}",
	    V_WRONG_CREDENTIAL },
	{ "bad UTF-8", WITHOUT_GEN ",\"gen\":$G,\"x\":\"\xff\"}", V_WRONG_CREDENTIAL },
	{ "lone surrogate", WITHOUT_GEN ",\"gen\":$G,\"x\":\"\\ud800\"}", V_WRONG_CREDENTIAL },
	{ "NaN", WITHOUT_GEN ",\"gen\":$G,\"x\":NaN}", V_WRONG_CREDENTIAL },
};

static void
forged_claims(void)
{
	struct names names;
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	names = names_of(&my);
	for (size_t i = 0; i < NELEM(claim_rows); i++) {
		jwt = encode_hs256(&my.mem, expand(&my.mem, HEADER, &names),
		    expand(&my.mem, claim_rows[i].claims, &names), jwt_key(&my), SECRET_KEY_LEN);
		EXPECT_VERDICT(claim_rows[i].row, verify_later(&my, jwt, 0), claim_rows[i].want);
	}
	box_close(&my);
}

static void
forged_keys(void)
{
	static const uint8_t zero[SECRET_KEY_LEN];
	struct names names;
	struct box my;
	const char *header, *claims;

	box_open(&my, test_directory());
	names = names_of(&my);
	header = expand(&my.mem, HEADER, &names);
	claims = expand(&my.mem, CLAIMS, &names);
	const struct { const char *row; const void *key; size_t len; } rows[] = {
		{ "zeros", zero, sizeof zero },
		{ "nothing", zero, 0 },
		{ "the kid", names.kid, strlen(names.kid) },
		{ "the hash key", keyring_newest(&my.auth->keys, KEY_HASH)->bytes, SECRET_KEY_LEN },
		{ "the master key", my.auth->keys.masters[0].bytes, SECRET_KEY_LEN },
		/* the first: HMAC pads with zeros, which the last may be */
		{ "a byte less", (const uint8_t *)jwt_key(&my) + 1, SECRET_KEY_LEN - 1 },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, verify_later(&my, encode_hs256(&my.mem, header, claims,
		    rows[i].key, rows[i].len), 0), V_WRONG_CREDENTIAL);
	box_close(&my);
}

/* The good token, damaged at every place. */
static void
damaged(void)
{
	struct box my;
	const char *good;
	char *jwt;
	size_t len;

	box_open(&my, test_directory());
	good = box_jwt(&my, &my.alice);
	len = strlen(good);
	jwt = arena_strdup(&my.mem, good);
	for (size_t i = 0; i < len; i++) {
		jwt[i] = '\0';
		EXPECT_VERDICT("cut", verify_later(&my, jwt, 0), V_WRONG_CREDENTIAL);
		for (const char *other = "A_b5.=+/ "; *other; other++) {
			jwt[i] = *other;
			EXPECT_VERDICT("one character", verify_later(&my, jwt, 0),
			    *other == good[i] ? 0 : V_WRONG_CREDENTIAL);
		}
		jwt[i] = good[i];
	}
	EXPECT_INT("whole", verify_later(&my, jwt, 0), 0);
	box_close(&my);
}

/* The three parts of a token, in mem. */
static void
split(struct arena *mem, const char *jwt, const char *parts[3])
{
	size_t len;

	for (size_t i = 0; i < 3; i++, jwt += len + 1) {
		len = strcspn(jwt, ".");
		parts[i] = arena_strndup(mem, jwt, len);
	}
}

/* order with a, b, c for the parts of one token and A, B, C for those of the other. */
static const char *
arrange(struct arena *mem, const char *order, const char *one[3], const char *other[3])
{
	struct text t;

	text_init(&t, mem);
	text_puts(&t, "");
	for (; *order; order++) {
		if (*order >= 'a' && *order <= 'c')
			text_puts(&t, one[*order - 'a']);
		else if (*order >= 'A' && *order <= 'C')
			text_puts(&t, other[*order - 'A']);
		else
			text_put(&t, order, 1);
	}
	return t.data;
}

/* Good tokens of one user put together in other ways. */
static void
rearranged(void)
{
	static const struct { const char *row, *order; } rows[] = {
		{ "padding after", "a.b.c=" }, { "two pads", "a.b.c==" },
		{ "pad in the header", "a=.b.c" },
		{ "pad in the payload", "a.b=.c" }, { "blank after", "a.b.c " },
		{ "line end", "a.b.c\n" },
		{ "blank before", " a.b.c" }, { "dot after", "a.b.c." },
		{ "dot before", ".a.b.c" },
		{ "two signatures", "a.b.c.c" }, { "twice", "a.b.c.a.b.c" }, { "joined", "a.b.cc" },
		{ "no signature", "a.b." }, { "no signature, no dot", "a.b" },
		{ "no payload", "a..c" },
		{ "no header", ".b.c" }, { "header alone", "a" }, { "signature alone", "..c" },
		{ "nothing", "" }, { "dots", ".." }, { "payload as header", "b.b.c" },
		{ "swapped", "a.c.b" }, { "the other payload", "a.B.c" },
		{ "the other signature", "a.b.C" }, { "NUL escaped", "a.b.c%00" },
		{ "comma", "a.b.c,a.b.c" }, { "quoted", "\"a.b.c\"" },
	};
	const char *one[3], *other[3];
	struct identity earlier;
	struct box my;

	box_open(&my, test_directory());
	earlier = my.alice;
	earlier.authenticated_s--;
	split(&my.mem, box_jwt(&my, &my.alice), one);
	split(&my.mem, box_jwt(&my, &earlier), other);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, verify_later(&my, arrange(&my.mem, rows[i].order, one,
		    other), 0), V_WRONG_CREDENTIAL);
	EXPECT_INT("one", verify_later(&my, arrange(&my.mem, "a.b.c", one, other), 0), 0);
	EXPECT_INT("other", verify_later(&my, arrange(&my.mem, "A.B.C", one, other), 0), 0);
	box_close(&my);
}

static void
huge(void)
{
	static char claims[3 * JWT_LEN_MAX];
	struct names names;
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	names = names_of(&my);
	for (size_t filler = 5000; filler < sizeof claims - 1000; filler += 5000) {
		snprintf(claims, sizeof claims, "{\"x\":\"%0*d\",%s", (int)filler, 0,
		    expand(&my.mem, CLAIMS, &names) + 1);
		jwt = encode_hs256(&my.mem, expand(&my.mem, HEADER, &names), claims, jwt_key(&my),
		    SECRET_KEY_LEN);
		EXPECT_VERDICT("huge", verify_later(&my, jwt, 0),
		    strlen(jwt) > JWT_LEN_MAX ? V_WRONG_CREDENTIAL : 0);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "forged headers", forged_headers },
	{ "forged claims", forged_claims },
	{ "forged keys", forged_keys },
	{ "damaged", damaged },
	{ "rearranged", rearranged },
	{ "huge", huge },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/user_jwt", tests);
