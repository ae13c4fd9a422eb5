// SPDX-License-Identifier: ISC
/* auth/decoy.c - the hash for login names that no user has. */
#include "auth/decoy.h"

#include <stdio.h>
#include <string.h>

#include "auth/login_name.h"
#include "base/guard.h"
#include "base/verdict.h"

/* Users without a password are skipped, but only so many: each login pays for this. */
#define TRIES 8

/* A hash of the configured cost, of a random password. */
static void
make_up(const struct auth *auth, char hash[HASH_SIZE])
{
	snprintf(hash, HASH_SIZE, "$argon2id$v=19$m=%zu,t=%llu,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", auth->cost.memory_bytes / 1024,
	    (unsigned long long)auth->cost.iterations);
}

/* The first password among the users from after on.  V_NOT_FOUND. */
static int
find_password(struct auth *auth, const struct uuid *after, char hash[HASH_SIZE])
{
	GUARD(arena_free) struct arena mem;
	struct password password;
	struct user *users;
	size_t count;
	int r;

	arena_init(&mem, 0);
	r = store_user_list(auth->store, &mem, after, TRIES, &users, &count);
	if (r)
		return r;
	r = V_NOT_FOUND;
	for (size_t i = 0; i < count && r == V_NOT_FOUND; i++)
		r = store_password_get(auth->store, &users[i].id, &password);
	if (!r)
		memcpy(hash, password.hash, HASH_SIZE);
	return r;
}

/* A position among the ids of users, which are random, that depends only on the name. */
static struct uuid
place_of(const struct auth *auth, const char *name)
{
	char login[LOGIN_SIZE];
	uint8_t digest[DIGEST_LEN];
	struct uuid place;

	login_name_fold(name, login);
	secret_digest(digest, keyring_oldest(&auth->keys, KEY_HASH)->bytes, "decoy", login,
	    strlen(login));
	_Static_assert(sizeof place <= sizeof digest, "a digest is long enough to be an id");
	memcpy(&place, digest, sizeof place);
	return place;
}

int
decoy_find(struct auth *auth, const char *name, char hash[HASH_SIZE])
{
	struct uuid place = place_of(auth, name);
	int r;

	r = find_password(auth, &place, hash);
	if (r == V_NOT_FOUND)		/* no id is greater */
		r = find_password(auth, NULL, hash);
	if (r == V_NOT_FOUND) {
		make_up(auth, hash);
		return 0;
	}
	return r;
}
