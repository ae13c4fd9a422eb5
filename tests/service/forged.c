// SPDX-License-Identifier: ISC
/* tests/service/forged.c - JWTs of every confusion between algorithms, kids and keys. */
#include "service/forged.h"

#include <ctype.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "auth/signing.h"
#include "auth/user_jwt.h"
#include "base/text.h"
#include "base/verdict.h"
#include "provider/key.h"
#include "service/encode.h"
#include "test.h"

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

/* A text with ' for " and $r and so on for kids. */
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

/* sid, of which $l is a login that goes on and $x one that was ended; by each good header. */
static const struct { const char *row, *sid; int want; } sid_rows[] = {
	{ "no sid", "", 0 },
	{ "sid", ",'sid':'$l'", 0 },
	{ "sid of what was ended", ",'sid':'$x'", V_ENDED },
	{ "the same in upper case", ",'sid':'$X'", V_ENDED },
	{ "sid empty", ",'sid':''", NO },
	{ "sid null", ",'sid':null", NO },
	{ "sid a number", ",'sid':7", NO },
	{ "sid an array", ",'sid':['$l']", NO },
	{ "sid an object", ",'sid':{'id':'$l'}", NO },
	{ "sid none", ",'sid':'00000000-0000-0000-0000-000000000000'", NO },
	{ "sid cut", ",'sid':'0123456789ab'", NO },
	{ "sid longer", ",'sid':'$l0'", NO },
	{ "sid with a blank", ",'sid':' $l'", NO },
	{ "sid with a NUL", ",'sid':'$l\\u0000'", NO },
	{ "sid twice", ",'sid':'$x','sid':'$l'", NO },
	{ "sid twice, ended last", ",'sid':'$l','sid':'$x'", NO },
	{ "another name", ",'SID':'$x'", 0 },
};

static const char *
forge(struct box *my, const struct keys *keys, size_t i, const char *claims)
{
	const char *header = header_of(my, keys, forged_rows[i].header);

	if (strcmp(forged_rows[i].method, "bytes") == 0)
		return encode_hs256(&my->mem, header, claims,
		    keyring_newest(&my->auth->keys, KEY_JWT)->bytes, SECRET_KEY_LEN);
	return key_sign(&my->mem, keys->of[(int)forged_rows[i].key], forged_rows[i].method, header,
	    claims);
}

static const char *
claims_of(struct box *my, const char *more)
{
	char id[UUID_TEXT_SIZE];

	return arena_printf(&my->mem, "{\"uuid\":\"%s\",\"role\":\"User\",\"iat\":1700000000,"
	    "\"exp\":1700000600,\"auth_time\":1700000000,\"gen\":%llu%s}",
	    uuid_text(id, &my->alice.user.id), (unsigned long long)my->alice.user.gen, more);
}

/* By each header that is as we make it. */
static void
expect_sids(struct box *my, struct keys *keys)
{
	char live[UUID_TEXT_SIZE], ended[UUID_TEXT_SIZE], upper[UUID_TEXT_SIZE];
	struct identity who;
	struct uuid id = uuid_new();

	EXPECT_VERDICT("end", store_login_end(my->auth->store, &my->alice.user.id,
	    my->alice.user.gen, &id, NOW_MS + DAY, 9, NOW_MS), 0);
	keys->kid['x'] = uuid_text(ended, &id);
	for (size_t i = 0; i < sizeof upper; i++)
		upper[i] = (char)toupper((unsigned char)ended[i]);
	keys->kid['X'] = upper;
	id = uuid_new();
	keys->kid['l'] = uuid_text(live, &id);
	for (size_t i = 0; i < NELEM(forged_rows) && !forged_rows[i].want; i++) {
		for (size_t k = 0; k < NELEM(sid_rows); k++) {
			const char *sid = header_of(my, keys, sid_rows[k].sid);

			EXPECT_VERDICT(sid_rows[k].row, user_jwt_verify(my->auth, forge(my, keys, i,
			    claims_of(my, sid)), NOW_MS, &who), sid_rows[k].want);
		}
	}
}

void
forged_expect(struct box *my)
{
	struct keys keys = { .kid = { NULL } };
	struct identity who;

	make_keys(my, &keys);
	for (size_t i = 0; i < NELEM(forged_rows); i++)
		EXPECT_VERDICT(forged_rows[i].row, user_jwt_verify(my->auth, forge(my, &keys, i,
		    claims_of(my, "")), NOW_MS, &who), forged_rows[i].want);
	expect_sids(my, &keys);
	drop_keys(&keys);
}
