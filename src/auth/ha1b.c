// SPDX-License-Identifier: ISC
/* auth/ha1b.c - HA1B: computes, indexes and verifies it. */
#include "auth/ha1b.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "auth/password.h"
#include "base/log.h"
#include "base/openssl.h"
#include "base/text.h"
#include "base/verdict.h"

int
ha1b_make(const char *login, const char *password, size_t len, char out[HA1B_LEN + 1])
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	const char *at = strchr(login, '@'), *domain = at ? at + 1 : "";
	unsigned char md5[HA1B_LEN / 2];

	if (!context || EVP_DigestInit_ex(context, EVP_md5(), NULL) != 1 ||
	    EVP_DigestUpdate(context, login, strlen(login)) != 1 ||
	    EVP_DigestUpdate(context, ":", 1) != 1 ||
	    EVP_DigestUpdate(context, domain, strlen(domain)) != 1 ||
	    EVP_DigestUpdate(context, ":", 1) != 1 ||
	    EVP_DigestUpdate(context, password, len) != 1 ||
	    EVP_DigestFinal_ex(context, md5, NULL) != 1)
		return log_fault(-ENOMEM, "MD5");
	text_hex(out, md5, sizeof md5);
	secret_wipe(md5, sizeof md5);
	return 0;
}

static void
index_by(const struct ring_key *key, const char ha1b[HA1B_LEN + 1], char out[HA1B_SIZE])
{
	uint8_t digest[DIGEST_LEN];

	secret_digest(digest, key->bytes, "ha1b", ha1b, HA1B_LEN);
	text_hex(out, digest, sizeof digest);
}

void
ha1b_index_of(const struct auth *auth, const char ha1b[HA1B_LEN + 1], char out[HA1B_SIZE])
{
	index_by(keyring_newest(&auth->keys, KEY_HASH), ha1b, out);
}

/* Whichever key made the index.  V_NOT_FOUND. */
static int
find_user(struct auth *auth, const char ha1b[HA1B_LEN + 1], struct user *user)
{
	char index[HA1B_SIZE];
	int r;

	do {
		for (const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH); key;
		    key = keyring_older(&auth->keys, key)) {
			index_by(key, ha1b, index);
			r = store_user_find(auth->store, IDENTITY_HA1B, index, user);
			if (r != V_NOT_FOUND)
				return r;
		}
	} while (keyring_again_for(&auth->keys, auth->store, KEY_HASH, &r));
	return r;
}

bool
ha1b_is_outdated(const struct auth *auth, const struct user *user, int64_t made_ms)
{
	const struct ring_key *newest = keyring_newest(&auth->keys, KEY_HASH);

	if (!auth->conf->ha1b)
		return false;
	return !user->ha1b[0] || (newest->serial && made_ms < newest->created_ms);
}

int
ha1b_index(const struct auth *auth, const struct user *user, const char *password,
    size_t len, struct ha1b *out)
{
	struct password_form form;
	char ha1b[HA1B_LEN + 1];
	int r;

	*out = (struct ha1b){ .index = "" };
	strcpy(out->login, user_ha1b_login(user));
	if (!auth->conf->ha1b)
		return 0;
	r = password_form_make(&form, password, len);
	if (!r)
		r = ha1b_make(out->login, form.bytes, form.len, ha1b);
	secret_wipe(&form, sizeof form);
	if (r)
		return r < 0 ? r : log_fault(-EINVAL, "a password of %zu bytes", len);
	ha1b_index_of(auth, ha1b, out->index);
	secret_wipe(ha1b, sizeof ha1b);
	return 0;
}

int
ha1b_verify(struct auth *auth, const char *ha1b, int64_t now_ms, struct identity *out)
{
	struct identity who = { .authenticated_s = now_ms / 1000 };
	char lower[HA1B_LEN + 1];
	uint8_t bytes[HA1B_LEN / 2];
	int r;

	if (text_unhex(ha1b, strlen(ha1b), bytes, sizeof bytes))
		return refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_FORM);
	text_hex(lower, bytes, sizeof bytes);
	r = find_user(auth, lower, &who.user);
	if (r)
		return r < 0 ? r : refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_DIGEST);
	if (!user_is_live(&who.user))
		return refusal_user(&auth->refusal, V_WRONG_CREDENTIAL, why_not_live(&who.user),
		    &who.user.id);
	*out = who;
	return 0;
}
