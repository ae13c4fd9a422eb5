// SPDX-License-Identifier: ISC
/* auth/known_jwt.c - JWTs of users that this process has verified. */
#include "auth/known_jwt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/counter.h"
#include "base/secret.h"

/* Places, and how many tokens share one: about 120 KiB. */
#define PLACES	256
#define WAYS	4

struct known {
	uint8_t digest[DIGEST_LEN];	/* with used 0: none */
	uint64_t used;
	struct user_claims claims;
};

struct known_jwts {
	uint8_t key[SECRET_KEY_LEN];
	uint64_t changes;		/* of the keyring, when the first was added */
	uint64_t uses;
	struct known at[PLACES][WAYS];
};

int
known_jwts_open(struct known_jwts **out)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return -ENOMEM;
	secret_random((*out)->key, sizeof (*out)->key);
	return 0;
}

void
known_jwts_close(struct known_jwts **known)
{
	if (!*known)
		return;
	secret_wipe(*known, sizeof **known);
	free(*known);
	*known = NULL;
}

/* Nothing that an earlier set of keys signed is known any more. */
static void
follow_keys(struct known_jwts *known, const struct keyring *ring)
{
	if (known->changes == ring->changes)
		return;
	memset(known->at, 0, sizeof known->at);
	known->changes = ring->changes;
}

/* The ways of the place of a token, and its digest. */
static struct known *
place_of(struct known_jwts *known, const char *jwt, uint8_t digest[DIGEST_LEN])
{
	secret_digest(digest, known->key, "jwt", jwt, strlen(jwt));
	return known->at[digest[0] % PLACES];
}

bool
known_jwts_find(struct known_jwts *known, const struct keyring *ring, const char *jwt,
    struct user_claims *out)
{
	static struct counter hits = { .name = "cache jwt hit" };
	static struct counter misses = { .name = "cache jwt miss" };
	uint8_t digest[DIGEST_LEN];
	struct known *ways;

	if (!known)
		return false;
	follow_keys(known, ring);
	ways = place_of(known, jwt, digest);
	for (size_t i = 0; i < WAYS; i++) {
		if (!ways[i].used || !secret_equal(ways[i].digest, digest, sizeof digest))
			continue;
		ways[i].used = ++known->uses;
		*out = ways[i].claims;
		counter_add(&hits, 1);
		return true;
	}
	counter_add(&misses, 1);
	return false;
}

void
known_jwts_add(struct known_jwts *known, const struct keyring *ring, const char *jwt,
    const struct user_claims *claims)
{
	uint8_t digest[DIGEST_LEN];
	struct known *ways, *oldest;

	if (!known)
		return;
	follow_keys(known, ring);
	oldest = ways = place_of(known, jwt, digest);
	for (size_t i = 1; i < WAYS; i++) {
		if (ways[i].used < oldest->used)
			oldest = &ways[i];
	}
	*oldest = (struct known){ .used = ++known->uses, .claims = *claims };
	memcpy(oldest->digest, digest, sizeof digest);
}
