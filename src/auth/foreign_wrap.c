// SPDX-License-Identifier: ISC
/* auth/foreign_wrap.c - weak digests inside Argon2id: "$dw-sha1$<salt in hex>$argon2id$...". */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/foreign_kind.h"
#include "base/guard.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

static const char *const digests[] = { "md5", "sha1", "sha256", "sha512", "des", "bigcrypt" };

struct wrapped {
	const char *digest;
	uint8_t salt[WRAP_SALT_MAX];
	size_t salt_len;
	const char *hash;
};

static bool
parse(const char *text, struct wrapped *w)
{
	const char *name = text + 4, *salt, *end;

	salt = strchr(name, '$');
	end = salt ? strchr(salt + 1, '$') : NULL;
	if (!end)
		return false;
	w->digest = NULL;
	for (size_t i = 0; i < NELEM(digests); i++) {
		if (strlen(digests[i]) == (size_t)(salt - name) &&
		    memcmp(digests[i], name, (size_t)(salt - name)) == 0)
			w->digest = digests[i];
	}
	salt++;
	w->salt_len = (size_t)(end - salt) / 2;
	w->hash = end;
	return w->digest && w->salt_len <= sizeof w->salt &&
	    text_unhex(salt, (size_t)(end - salt), w->salt, w->salt_len) == 0;
}

int
foreign_wrap(const struct password_cost *cost, const char *digest, const void *salt,
    size_t salt_len, const void *value, size_t len, char out[HASH_SIZE])
{
	char salt_hex[2 * WRAP_SALT_MAX + 1], hex[2 * 64 + 1], hash[HASH_SIZE];
	int r;

	text_hex(salt_hex, salt, salt_len);
	text_hex(hex, value, len);
	r = argon2id_hash(cost, hex, strlen(hex), hash);
	secret_wipe(hex, sizeof hex);
	if (r)
		return r;
	memset(out, 0, HASH_SIZE);
	return snprintf(out, HASH_SIZE, "$dw-%s$%s%s", digest, salt_hex, hash) < HASH_SIZE ?
	    0 : -EMSGSIZE;
}

bool
wrap_form(const char *hash)
{
	struct wrapped w;

	return parse(hash, &w) && strncmp(w.hash, "$argon2id$", 10) == 0;
}

/* The crypt of DES after its salt, which is what foreign_take has wrapped. */
static int
des(const struct wrapped *w, const char *password, size_t len, unsigned char out[64], size_t *n)
{
	char setting[] = "ss......................", made[HASH_SIZE];
	int r;

	if (w->salt_len != 2)
		return -EBADMSG;
	memcpy(setting, w->salt, 2);
	if (strcmp(w->digest, "des") == 0)
		setting[2] = '\0';	/* a long one would mean bigcrypt */
	r = foreign_crypt(setting, password, len, made);
	if (r)
		return r;
	*n = strlen(made) < 2 ? 0 : strlen(made) - 2;
	if (*n < 11 || *n > 64)
		return V_WRONG_CREDENTIAL;	/* crypt(3) refuses longer passwords */
	memcpy(out, made + 2, *n);
	secret_wipe(made, sizeof made);
	return 0;
}

int
wrap_verify(const char *hash, const char *password, size_t len)
{
	unsigned char digest[64];
	char hex[2 * sizeof digest + 1];
	struct wrapped w;
	size_t n;
	int r;

	if (!parse(hash, &w))
		return -EBADMSG;
	r = strcmp(w.digest, "des") == 0 || strcmp(w.digest, "bigcrypt") == 0 ?
	    des(&w, password, len, digest, &n) : foreign_digest(w.digest, password, len, w.salt,
	    w.salt_len, digest, &n);
	if (r)
		return r;
	text_hex(hex, digest, n);
	r = argon2id_verify(w.hash, hex, strlen(hex));
	secret_wipe(hex, sizeof hex);
	secret_wipe(digest, sizeof digest);
	return r;
}
