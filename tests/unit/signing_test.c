// SPDX-License-Identifier: ISC
/* JWTs that others can check, and every confusion of their algorithms and keys. */
#include "auth/signing.h"

#include <errno.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "auth/key_admin.h"
#include "auth/user_jwt.h"
#include "base/b64.h"
#include "base/json.h"
#include "base/text.h"
#include "cred/jwks.h"
#include "provider/key.h"
#include "service/ask.h"
#include "service/encode.h"
#include "unit.h"

#define JWKS "/.well-known/jwks.json"
#define LEAD (900 * SECOND)

static const struct { const char *name; enum key_purpose purpose; } algorithms[] = {
	{ "ES256", KEY_JWT_ES256 },
	{ "RS256", KEY_JWT_RS256 },
	{ "EdDSA", KEY_JWT_EDDSA },
};

static void
open_with(struct box *my, const char *algorithm)
{
	struct conf *conf = box_conf(test_directory());

	conf->jwt_alg = algorithm;
	conf->host_name = "auth.example.org";
	box_open_empty(my, conf);
	my->alice = box_user(my, ALICE, PASSWORD);
}

static const char *
jwt_now(struct box *my, int64_t later_ms)
{
	const char *jwt = "";

	EXPECT_VERDICT("issue", user_jwt_issue(my->auth, &my->mem, &my->alice, NOW_MS + later_ms,
	    &jwt), 0);
	return jwt;
}

static int
verify(struct box *my, const char *jwt)
{
	struct identity who;

	return user_jwt_verify(my->auth, jwt, NOW_MS, &who);
}

/* The n-th part of a token as JSON. */
static const char *
part(struct box *my, const char *jwt, int n)
{
	char *out = arena_alloc(&my->mem, strlen(jwt) + 1);
	size_t len = 0;

	while (n--)
		jwt = strchr(jwt, '.') + 1;
	if (b64_decode(B64_URL, jwt, strcspn(jwt, "."), out, strlen(jwt), &len))
		return "";
	out[len] = '\0';
	return out;
}

static const char *
member(struct box *my, const char *json, const char *name)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	const char *out = "";
	struct text t;

	if (json_parse(json, strlen(json), &root) || !json_member(root, name, &value))
		return "";
	text_init(&t, &my->mem);
	json_put_value(&t, value);
	EXPECT_VERDICT(name, text_done(&t, &out, NULL), 0);
	return out;
}

static const char *
body_of(struct box *my, const char *path)
{
	struct reply reply = box_ask(my, &(struct ask){ .path = path });

	EXPECT_INT(path, reply.status, 200);
	return arena_strdup(&my->mem, reply.body);
}

/* How many keys are published. */
static size_t
published(struct box *my)
{
	const char *at = body_of(my, JWKS);
	size_t count = 0;

	EXPECT_TRUE("nothing private", !strstr(at, "\"d\"") && !strstr(at, "\"p\""));
	while ((at = strstr(at, "\"kid\"")) != NULL) {
		at++;
		count++;
	}
	return count;
}

struct others {
	struct arena *mem;
	const char *set;
};

static int
find_in_set(void *arg, const char *kid, struct jwt_key *key)
{
	const struct others *others = arg;

	return jwks_find(others->mem, others->set, strlen(others->set), kid, key);
}

/* Verified by the published set alone, as a program elsewhere would. */
static int
verify_elsewhere(struct box *my, const char *jwt)
{
	struct others others = { &my->mem, body_of(my, JWKS) };
	GUARD(json_drop) struct json *claims = NULL;

	return jwt_public_open(jwt, find_in_set, &others, &claims);
}

static void
claims(void)
{
	struct box my;
	const char *jwt, *c;

	for (size_t i = 0; i < NELEM(algorithms); i++) {
		open_with(&my, algorithms[i].name);
		jwt = jwt_now(&my, 0);
		EXPECT_STRING(algorithms[i].name, member(&my, part(&my, jwt, 0), "alg"),
		    arena_printf(&my.mem, "\"%s\"", algorithms[i].name));
		EXPECT_STRING(algorithms[i].name, member(&my, part(&my, jwt, 0), "kid"),
		    arena_printf(&my.mem, "\"%s\"",
		    keyring_newest(&my.auth->keys, algorithms[i].purpose)->id));
		c = part(&my, jwt, 1);
		EXPECT_STRING("iss", member(&my, c, "iss"), "\"https://auth.example.org\"");
		EXPECT_STRING("aud", member(&my, c, "aud"), "\"https://auth.example.org\"");
		EXPECT_STRING("sub", member(&my, c, "sub"), member(&my, c, "uuid"));
		EXPECT_STRING("role", member(&my, c, "role"), "\"User\"");
		EXPECT_STRING("exp", member(&my, c, "exp"), "1700086400");
		EXPECT_INT("jti", (int64_t)strlen(member(&my, c, "jti")), UUID_TEXT_SIZE + 1);
		EXPECT_TRUE("another jti", strcmp(jwt, jwt_now(&my, 0)) != 0);
		EXPECT_VERDICT("here", verify(&my, jwt), 0);
		if (algorithms[i].purpose != KEY_JWT_EDDSA)
			EXPECT_VERDICT("elsewhere", verify_elsewhere(&my, jwt), 0);
		EXPECT_INT("one key", (int64_t)published(&my), 1);
		EXPECT_VERDICT("expired", user_jwt_verify(my.auth, jwt, NOW_MS + DAY,
		    &(struct identity){ .by_token = false }), V_ENDED);
		box_reopen(&my);
		EXPECT_VERDICT("after a restart", verify(&my, jwt), 0);
		box_close(&my);
	}
}

static void
audiences(void)
{
	static const char *values[] = { "shop", "https://api.example.org" };
	struct box my;

	open_with(&my, "ES256");
	my.conf->jwt_audience = (struct conf_list){ values, 1 };
	EXPECT_STRING("one", member(&my, part(&my, jwt_now(&my, 0), 1), "aud"), "\"shop\"");
	my.conf->jwt_audience = (struct conf_list){ values, 2 };
	EXPECT_STRING("two", member(&my, part(&my, jwt_now(&my, 0), 1), "aud"),
	    "[\"shop\",\"https://api.example.org\"]");
	box_close(&my);
}

/* Programs elsewhere would not know of the limits, so the JWT is none for them. */
static void
limited(void)
{
	static const struct { const char *row, *scope, *addresses, *want; } t[] = {
		{ "none", "", "", "\"ES256\"" },
		{ "a scope", "auth", "", "\"HS256\"" },
		{ "networks", "", "192.0.2.0/24", "\"HS256\"" },
	};
	struct box my;
	const char *jwt;

	open_with(&my, "ES256");
	my.alice.by_token = true;
	my.alice.token_expires_ms = NOW_MS + DAY;
	for (size_t i = 0; i < NELEM(t); i++) {
		strcpy(my.alice.scope, t[i].scope);
		strcpy(my.alice.addresses, t[i].addresses);
		jwt = jwt_now(&my, 0);
		EXPECT_STRING(t[i].row, member(&my, part(&my, jwt, 0), "alg"), t[i].want);
	}
	box_close(&my);
}

/* Without an asymmetric algorithm nothing changes, and no such key is made. */
static void
off(void)
{
	struct box my;
	const char *jwt;

	open_with(&my, "HS256");
	jwt = jwt_now(&my, 0);
	EXPECT_STRING("alg", member(&my, part(&my, jwt, 0), "alg"), "\"HS256\"");
	EXPECT_STRING("iss", member(&my, part(&my, jwt, 1), "iss"), "");
	EXPECT_STRING("jti", member(&my, part(&my, jwt, 1), "jti"), "");
	EXPECT_TRUE("no key", !keyring_newest(&my.auth->keys, KEY_JWT_ES256));
	EXPECT_STRING("none published", body_of(&my, JWKS), "{\"keys\":[]}");
	box_close(&my);
}

/* Another algorithm signs after a restart; what the former one signed is valid. */
static void
changed(void)
{
	static const char *const order[] = { "HS256", "RS256", "ES256", "EdDSA", "HS256" };
	const char *jwts[NELEM(order)];
	struct box my;

	open_with(&my, order[0]);
	for (size_t i = 0; i < NELEM(order); i++) {
		my.conf->jwt_alg = order[i];
		box_reopen(&my);
		jwts[i] = jwt_now(&my, 0);
		EXPECT_STRING("alg", member(&my, part(&my, jwts[i], 0), "alg"),
		    arena_printf(&my.mem, "\"%s\"", order[i]));
		for (size_t k = 0; k <= i; k++)
			EXPECT_VERDICT(order[k], verify(&my, jwts[k]), 0);
	}
	EXPECT_INT("all", (int64_t)published(&my), 3);
	box_close(&my);
}

static const char *
kid_at(struct box *my, int64_t later_ms)
{
	return member(my, part(my, jwt_now(my, later_ms), 0), "kid");
}

static const char *
rotate(struct box *my, enum key_purpose purpose, int64_t later_ms)
{
	const struct ring_key *made;

	EXPECT_VERDICT("rotate", keyring_rotate(&my->auth->keys, my->auth->store, purpose,
	    NOW_MS + later_ms, &made), 0);
	return arena_printf(&my->mem, "\"%s\"", made->id);
}

/* A new key is published first, and signs when others had time to fetch it. */
static void
rotation(void)
{
	const char *old, *first, *second, *jwt;
	struct box my;

	open_with(&my, "ES256");
	old = kid_at(&my, 0);
	jwt = jwt_now(&my, 0);
	first = rotate(&my, KEY_JWT_ES256, 0);
	EXPECT_INT("published", (int64_t)published(&my), 2);
	EXPECT_STRING("at once", kid_at(&my, 0), old);
	EXPECT_STRING("not yet", kid_at(&my, LEAD - 1), old);
	EXPECT_STRING("now", kid_at(&my, LEAD), first);
	second = rotate(&my, KEY_JWT_ES256, LEAD);
	EXPECT_STRING("the one before the newest", kid_at(&my, LEAD), first);
	EXPECT_STRING("the newest", kid_at(&my, 2 * LEAD), second);
	EXPECT_VERDICT("the oldest is accepted", verify(&my, jwt), 0);
	EXPECT_VERDICT("retire", key_retire(my.auth, arena_printf(&my.mem, "%.16s", old + 1),
	    NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("no more", verify(&my, jwt), V_WRONG_CREDENTIAL);
	EXPECT_INT("nor published", (int64_t)published(&my), 2);
	EXPECT_VERDICT("retire", key_retire(my.auth, arena_printf(&my.mem, "%.16s", first + 1),
	    NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_STRING("the only one signs", kid_at(&my, LEAD), second);
	box_close(&my);
}

/* Only with the master key can the database sign. */
static void
sealed(void)
{
	struct key *keys;
	const char *pem = NULL;
	const struct signing_key *all;
	size_t count, with = 0;
	struct box my;

	open_with(&my, "RS256");
	EXPECT_VERDICT("keys", signing_all(my.auth->signing, &all, &count), 0);
	pem = count ? all[0].texts.private_pem : "";
	EXPECT_TRUE("a private key", strstr(pem, "PRIVATE KEY") != NULL);
	EXPECT_VERDICT("records", auth_keys(my.auth, &my.mem, &keys, &count), 0);
	for (size_t i = 0; i < count; i++) {
		with += keys[i].private_key[0] != '\0';
		EXPECT_TRUE("not in the clear", !strstr(pem, keys[i].private_key) ||
		    !keys[i].private_key[0]);
	}
	EXPECT_INT("one record has it", (int64_t)with, 1);
	for (size_t i = 0; i < count; i++) {
		if (!keys[i].private_key[0])
			continue;
		keys[i].private_key[40] ^= 1;
		EXPECT_VERDICT("damage", store_key_set(my.auth->store, &keys[i],
		    field_bit(&key_kind, "private_key")), 0);
	}
	my.auth->keys.changes++;
	EXPECT_VERDICT("noticed", signing_all(my.auth->signing, &all, &count), -EBADMSG);
	box_close(&my);
}

/* --- forged tokens ---------------------------------------------------------------- */

/* Keys by a letter: r, e, d ours; R, E, D a stranger's; k secp256k1 of a stranger. */
struct keys {
	EVP_PKEY *of[128];
	const char *kid[128];		/* of ours, as $r; h is that of HS256, s of sessions */
};

static EVP_PKEY *
from_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return key;
}

static void
add_ours(struct box *my, struct keys *keys, const char *algorithm, char letter)
{
	const struct signing_key *all;
	size_t count;

	my->conf->jwt_alg = algorithm;
	box_reopen(my);
	EXPECT_VERDICT(algorithm, signing_all(my->auth->signing, &all, &count), 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(jwt_algorithm_name(all[i].algorithm), algorithm) != 0)
			continue;
		keys->of[(int)letter] = from_pem(all[i].texts.private_pem);
		keys->kid[(int)letter] = arena_strdup(&my->mem, all[i].id);
	}
}

static void
make_keys(struct box *my, struct keys *keys)
{
	add_ours(my, keys, "RS256", 'r');
	add_ours(my, keys, "ES256", 'e');
	add_ours(my, keys, "EdDSA", 'd');
	keys->kid['h'] = keyring_newest(&my->auth->keys, KEY_JWT)->id;
	keys->kid['s'] = keyring_newest(&my->auth->keys, KEY_SESSION)->id;
	keys->of['R'] = EVP_RSA_gen(2048);
	keys->of['E'] = EVP_EC_gen("P-256");
	keys->of['D'] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	keys->of['k'] = EVP_EC_gen("secp256k1");
}

static void
drop_keys(struct keys *keys)
{
	for (size_t i = 0; i < NELEM(keys->of); i++)
		EVP_PKEY_free(keys->of[i]);
}

/* header with ' for " and $r and so on for kids. */
static const char *
header_of(struct box *my, const struct keys *keys, const char *header)
{
	const char *out = "";
	struct text t;

	text_init(&t, &my->mem);
	for (; *header; header++) {
		if (*header == '$')
			text_puts(&t, keys->kid[(int)*++header]);
		else
			text_put(&t, *header == '\'' ? "\"" : header, 1);
	}
	EXPECT_VERDICT("header", text_done(&t, &out, NULL), 0);
	return out;
}

/* method: as key_sign has it; "bytes" is HS256 with our HS256 key. */
static const struct { const char *row, *header; char key; const char *method; int want; }
forged_rows[] = {
	{ "RS256 as we make it", "{'alg':'RS256','kid':'$r'}", 'r', "RS256", 0 },
	{ "ES256 as we make it", "{'alg':'ES256','kid':'$e'}", 'e', "ES256", 0 },
	{ "EdDSA as we make it", "{'alg':'EdDSA','kid':'$d','typ':'JWT'}", 'd', "EdDSA", 0 },
	{ "HS256 as we make it", "{'alg':'HS256','kid':'$h'}", 0, "bytes", 0 },
	{ "ignored: jwk", "{'alg':'ES256','kid':'$e','jwk':{'kty':'EC'}}", 'e', "ES256", 0 },
	{ "ignored: jku", "{'alg':'RS256','kid':'$r','jku':'https://x.example/'}", 'r', "RS256", 0 },
	{ "ignored: x5c", "{'alg':'EdDSA','kid':'$d','x5c':['AA==']}", 'd', "EdDSA", 0 },
#define NO V_WRONG_CREDENTIAL
	{ "HS256 by RSA's public key", "{'alg':'HS256','kid':'$r'}", 'r', "HS256", NO },
	{ "HS256 by P-256's public key", "{'alg':'HS256','kid':'$e'}", 'e', "HS256", NO },
	{ "HS256 by Ed25519's public key", "{'alg':'HS256','kid':'$d'}", 'd', "HS256", NO },
	{ "the same that says RS256", "{'alg':'RS256','kid':'$r'}", 'r', "HS256", NO },
	{ "the same that says ES256", "{'alg':'ES256','kid':'$e'}", 'e', "HS256", NO },
	{ "the same that says EdDSA", "{'alg':'EdDSA','kid':'$d'}", 'd', "HS256", NO },
	{ "the same by HS256's kid", "{'alg':'HS256','kid':'$h'}", 'r', "HS256", NO },
	{ "our HS256 by RSA's kid", "{'alg':'HS256','kid':'$r'}", 0, "bytes", NO },
	{ "our HS256 that says RS256", "{'alg':'RS256','kid':'$h'}", 0, "bytes", NO },
	{ "our HS256 that says EdDSA", "{'alg':'EdDSA','kid':'$h'}", 0, "bytes", NO },
	{ "our HS256 by a session's kid", "{'alg':'HS256','kid':'$s'}", 0, "bytes", NO },
	{ "RS256 by HS256's kid", "{'alg':'RS256','kid':'$h'}", 'r', "RS256", NO },
	{ "RS256 by P-256's kid", "{'alg':'RS256','kid':'$e'}", 'r', "RS256", NO },
	{ "RS256 by Ed25519's kid", "{'alg':'RS256','kid':'$d'}", 'r', "RS256", NO },
	{ "RS256 that says ES256", "{'alg':'ES256','kid':'$r'}", 'r', "RS256", NO },
	{ "RS256 that says HS256", "{'alg':'HS256','kid':'$r'}", 'r', "RS256", NO },
	{ "RS256 that says EdDSA", "{'alg':'EdDSA','kid':'$d'}", 'r', "RS256", NO },
	{ "RS256 that says PS256", "{'alg':'PS256','kid':'$r'}", 'r', "RS256", NO },
	{ "PS256", "{'alg':'PS256','kid':'$r'}", 'r', "PS256", NO },
	{ "PS256 that says RS256", "{'alg':'RS256','kid':'$r'}", 'r', "PS256", NO },
	{ "RS512 that says RS256", "{'alg':'RS256','kid':'$r'}", 'r', "RS512", NO },
	{ "RS512", "{'alg':'RS512','kid':'$r'}", 'r', "RS512", NO },
	{ "ES256 by RSA's kid", "{'alg':'ES256','kid':'$r'}", 'e', "ES256", NO },
	{ "ES256 by Ed25519's kid", "{'alg':'ES256','kid':'$d'}", 'e', "ES256", NO },
	{ "ES256 by HS256's kid", "{'alg':'ES256','kid':'$h'}", 'e', "ES256", NO },
	{ "ES256 that says EdDSA", "{'alg':'EdDSA','kid':'$d'}", 'e', "ES256", NO },
	{ "ES256 that says ES384", "{'alg':'ES384','kid':'$e'}", 'e', "ES256", NO },
	{ "ES256 that says ES256K", "{'alg':'ES256K','kid':'$e'}", 'e', "ES256", NO },
	{ "ES256 of another curve", "{'alg':'ES256','kid':'$e'}", 'k', "ES256", NO },
	{ "EdDSA by P-256's kid", "{'alg':'EdDSA','kid':'$e'}", 'd', "EdDSA", NO },
	{ "EdDSA by RSA's kid", "{'alg':'EdDSA','kid':'$r'}", 'd', "EdDSA", NO },
	{ "EdDSA by HS256's kid", "{'alg':'EdDSA','kid':'$h'}", 'd', "EdDSA", NO },
	{ "EdDSA that says ES256", "{'alg':'ES256','kid':'$e'}", 'd', "EdDSA", NO },
	{ "EdDSA that says Ed25519", "{'alg':'Ed25519','kid':'$d'}", 'd', "EdDSA", NO },
	{ "EdDSA in lower case", "{'alg':'eddsa','kid':'$d'}", 'd', "EdDSA", NO },
	{ "a stranger's RSA", "{'alg':'RS256','kid':'$r'}", 'R', "RS256", NO },
	{ "a stranger's P-256", "{'alg':'ES256','kid':'$e'}", 'E', "ES256", NO },
	{ "a stranger's Ed25519", "{'alg':'EdDSA','kid':'$d'}", 'D', "EdDSA", NO },
	{ "a stranger brings a jwk", "{'alg':'ES256','kid':'$e','jwk':{'kty':'EC','crv':'P-256',"
	    "'kid':'$e'}}", 'E', "ES256", NO },
	{ "and no kid", "{'alg':'ES256','jwk':{'kty':'EC','crv':'P-256'}}", 'E', "ES256", NO },
	{ "says where its keys are", "{'alg':'RS256','kid':'$r','jku':'https://localhost/'}", 'R',
	    "RS256", NO },
	{ "says where its certificate is", "{'alg':'RS256','kid':'$r','x5u':'https://localhost/'}",
	    'R', "RS256", NO },
	{ "kid of nobody", "{'alg':'RS256','kid':'0123456789abcdef'}", 'r', "RS256", NO },
	{ "kid is the purpose", "{'alg':'RS256','kid':'jwt-rs256'}", 'r', "RS256", NO },
	{ "kid empty", "{'alg':'ES256','kid':''}", 'e', "ES256", NO },
	{ "kid absent", "{'alg':'EdDSA'}", 'd', "EdDSA", NO },
	{ "kid twice", "{'alg':'ES256','kid':'$e','kid':'$r'}", 'e', "ES256", NO },
	{ "alg twice", "{'alg':'ES256','alg':'none','kid':'$e'}", 'e', "ES256", NO },
	{ "alg absent", "{'kid':'$e'}", 'e', "ES256", NO },
	{ "alg none", "{'alg':'none','kid':'$r'}", 'r', "none", NO },
	{ "alg none, signed", "{'alg':'none','kid':'$d'}", 'd', "EdDSA", NO },
	{ "alg None", "{'alg':'None','kid':'$e'}", 'e', "none", NO },
	{ "unsigned RS256", "{'alg':'RS256','kid':'$r'}", 'r', "none", NO },
	{ "unsigned ES256", "{'alg':'ES256','kid':'$e'}", 'e', "none", NO },
	{ "unsigned EdDSA", "{'alg':'EdDSA','kid':'$d'}", 'd', "none", NO },
	{ "crit", "{'alg':'EdDSA','kid':'$d','crit':['exp'],'exp':1}", 'd', "EdDSA", NO },
	{ "typ of an access token", "{'alg':'ES256','kid':'$e','typ':'at+jwt'}", 'e', "ES256", NO },
};

static const char *
forge(struct box *my, const struct keys *keys, size_t i, const char *given)
{
	const char *header = header_of(my, keys, forged_rows[i].header);

	if (strcmp(forged_rows[i].method, "bytes") == 0)
		return unit_jwt(&my->mem, header, given,
		    keyring_newest(&my->auth->keys, KEY_JWT)->bytes, SECRET_KEY_LEN);
	return key_sign(&my->mem, keys->of[(int)forged_rows[i].key], forged_rows[i].method, header,
	    given);
}

static void
forged(void)
{
	struct keys keys = { .kid = { NULL } };
	char id[UUID_TEXT_SIZE];
	const char *given;
	struct box my;

	open_with(&my, "HS256");
	make_keys(&my, &keys);
	given = arena_printf(&my.mem, "{\"uuid\":\"%s\",\"role\":\"User\",\"iat\":1700000000,"
	    "\"exp\":1700000600,\"auth_time\":1700000000,\"gen\":%llu}",
	    uuid_text(id, &my.alice.user.id), (unsigned long long)my.alice.user.gen);
	for (size_t i = 0; i < NELEM(forged_rows); i++)
		EXPECT_VERDICT(forged_rows[i].row, verify(&my, forge(&my, &keys, i, given)),
		    forged_rows[i].want);
	drop_keys(&keys);
	box_close(&my);
}

/* A bit of header, claims or signature changed; a signature cut, longer, or of zeros. */
static void
mangled(void)
{
	struct box my;
	const char *jwt;
	char *copy;

	for (size_t i = 0; i < NELEM(algorithms); i++) {
		open_with(&my, algorithms[i].name);
		jwt = jwt_now(&my, 0);
		for (size_t at = 0; at < strlen(jwt); at += 7) {
			copy = arena_strdup(&my.mem, jwt);
			copy[at] = copy[at] == 'B' ? 'C' : 'B';
			EXPECT_VERDICT(copy, verify(&my, copy), V_WRONG_CREDENTIAL);
		}
		copy = arena_strdup(&my.mem, jwt);
		copy[strlen(copy) - 4] = '\0';
		EXPECT_VERDICT("cut", verify(&my, copy), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("longer", verify(&my, arena_printf(&my.mem, "%sAAAA", jwt)),
		    V_WRONG_CREDENTIAL);
		copy = arena_strdup(&my.mem, jwt);
		memset(strrchr(copy, '.') + 1, 'A', strlen(strrchr(copy, '.') + 1));
		EXPECT_VERDICT("zeros", verify(&my, copy), V_WRONG_CREDENTIAL);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "claims", claims },
	{ "audiences", audiences },
	{ "limited", limited },
	{ "off", off },
	{ "changed", changed },
	{ "rotation", rotation },
	{ "sealed", sealed },
	{ "forged", forged },
	{ "mangled", mangled },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/signing", tests);
