// SPDX-License-Identifier: ISC
/* auth/remembered.c - passwords that were right a moment ago, as digests. */
#include "auth/remembered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/secret.h"

/* A digest may lie in any of so many places, which its first bytes name. */
#define WAYS 4
#define SETS (REMEMBERED_MAX / WAYS)

struct place {
	uint8_t digest[DIGEST_LEN];
	int64_t from_ms, until_ms;
};

struct remembered {
	int64_t life_ms;
	uint8_t key[SECRET_KEY_LEN];
	struct place places[SETS][WAYS];
};

int
remembered_open(struct remembered **out, int64_t life_s)
{
	struct remembered *all;

	all = calloc(1, sizeof *all);
	if (!all)
		return -ENOMEM;
	all->life_ms = life_s * 1000;
	secret_random(all->key, sizeof all->key);
	*out = all;
	return 0;
}

void
remembered_close(struct remembered **remembered)
{
	if (!*remembered)
		return;
	secret_wipe(*remembered, sizeof **remembered);
	free(*remembered);
	*remembered = NULL;
}

static void
make_digest(const struct remembered *all, const struct user *user,
    const struct password *stored, const char *password, size_t len, uint8_t out[DIGEST_LEN])
{
	struct {
		struct uuid user;
		uint64_t gen;
		char hash[HASH_SIZE];
		uint8_t password[DIGEST_LEN];
	} whole;

	memset(&whole, 0, sizeof whole);
	whole.user = user->id;
	whole.gen = user->gen;
	strcpy(whole.hash, stored->hash);
	secret_digest(whole.password, all->key, "password", password, len);
	secret_digest(out, all->key, "credential", &whole, sizeof whole);
	secret_wipe(&whole, sizeof whole);
}

static size_t
set_of(const uint8_t digest[DIGEST_LEN])
{
	return ((size_t)digest[0] << 8 | digest[1]) % SETS;
}

/* A clock that was put back does not prolong a life. */
static bool
is_live(const struct place *place, int64_t now_ms)
{
	return place->from_ms <= now_ms && now_ms < place->until_ms;
}

bool
remembered_has(const struct remembered *all, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms)
{
	uint8_t digest[DIGEST_LEN];
	const struct place *set;

	if (!all || !all->life_ms)
		return false;
	make_digest(all, user, stored, password, len, digest);
	set = all->places[set_of(digest)];
	for (int i = 0; i < WAYS; i++) {
		if (is_live(&set[i], now_ms) && secret_equal(set[i].digest, digest, DIGEST_LEN))
			return true;
	}
	return false;
}

void
remembered_add(struct remembered *all, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms)
{
	uint8_t digest[DIGEST_LEN];
	struct place *set, *first;

	if (!all || !all->life_ms)
		return;
	make_digest(all, user, stored, password, len, digest);
	set = first = all->places[set_of(digest)];
	for (int i = 1; i < WAYS; i++) {
		if (set[i].until_ms < first->until_ms)
			first = &set[i];
	}
	memcpy(first->digest, digest, DIGEST_LEN);
	first->from_ms = now_ms;
	first->until_ms = now_ms + all->life_ms;
}
