// SPDX-License-Identifier: ISC
/* auth/user_import.c - users of another system, in batches. */
#include "auth/user_import.h"

#include <string.h>

#include "auth/foreign.h"
#include "auth/pages.h"
#include "auth/user.h"
#include "base/secret.h"
#include "base/verdict.h"

struct uuid
user_import_id(const struct auth *auth, const char *email)
{
	uint8_t digest[DIGEST_LEN];
	struct uuid id;

	secret_digest(digest, keyring_oldest(&auth->keys, KEY_HASH)->bytes, "import", email,
	    strlen(email));
	memcpy(id.bytes, digest, sizeof id.bytes);
	id.bytes[6] = (id.bytes[6] & 0x0f) | 0x40;	/* RFC 9562, 5.4 */
	id.bytes[8] = (id.bytes[8] & 0x3f) | 0x80;
	return id;
}

/* Who has the i-th name of user.  V_NOT_FOUND, also if it has none. */
static int
owner_of(struct auth *auth, const struct user *user, size_t i, struct user *other)
{
	const char *name = user_name_at(user, i);

	if (!*name)
		return V_NOT_FOUND;
	return user_names[i].kind == IDENTITY_LOGIN ? user_by_login(auth, name, other) :
	    store_user_find(auth->store, user_names[i].kind, name, other);
}

int
user_import_find(struct auth *auth, const struct user *user, struct user *other,
    const char **taken)
{
	int r;

	*taken = user->email;
	r = store_user_get(auth->store, &user->id, other);
	if (r != V_NOT_FOUND)
		return r ? r : V_EXISTS;
	for (size_t i = 0; i < USER_NAMES; i++) {
		r = owner_of(auth, user, i, other);
		*taken = user_name_at(user, i);
		if (r != V_NOT_FOUND)
			return r ? r : V_EXISTS;
	}
	return 0;
}

int
user_import_fits(struct auth *auth, const struct user *user, const struct uuid *id,
    const char **taken)
{
	struct user owner;
	int r;

	for (size_t i = 0; i < USER_NAMES; i++) {
		r = owner_of(auth, user, i, &owner);
		*taken = user_name_at(user, i);
		if (r < 0 || (!r && !uuid_equal(&owner.id, id)))
			return r ? r : V_EXISTS;
	}
	return 0;
}

int
user_import_write(struct auth *auth, const struct user_write *writes, size_t count,
    int64_t now_ms)
{
	return count ? store_users_write(auth->store, writes, count, now_ms) : 0;
}

int
user_import_hash(struct auth *auth, const struct uuid *user, char hash[HASH_SIZE])
{
	struct password password = { .hash = "" };
	int r;

	r = store_password_get(auth->store, user, &password);
	memcpy(hash, r ? "" : password.hash, r ? 1 : HASH_SIZE);
	secret_wipe(&password, sizeof password);
	return r == V_NOT_FOUND ? 0 : r;
}

struct foreigners {
	struct auth *auth;
	uint64_t count;
};

static int
count_foreign(const void *record, void *arg)
{
	const struct user *user = record;
	struct foreigners *f = arg;
	char hash[HASH_SIZE];
	int r;

	r = user_import_hash(f->auth, &user->id, hash);
	if (!r)
		f->count += *hash && foreign_is(hash);
	return r;
}

int
user_import_count_foreign(struct auth *auth, uint64_t *count)
{
	struct foreigners f = { auth, 0 };
	int r;

	r = pages_users(auth, UINT64_MAX, count_foreign, &f);
	*count = f.count;
	return r;
}
