// SPDX-License-Identifier: ISC
/* auth/password.c - password hashes: Argon2id of libsodium, and foreign ones. */
#include "auth/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <sodium.h>

#include "auth/foreign.h"
#include "base/b64.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "conf/conf.h"

_Static_assert(HASH_SIZE >= crypto_pwhash_STRBYTES, "a record has room for a hash");

int
password_form_make(struct password_form *form, const char *password, size_t len)
{
	int r;

	if (len > PASSWORD_MAX)
		return V_INVALID;
	r = unicode_opaque(password, len, form->bytes, sizeof form->bytes, &form->len);
	if (r != V_INVALID)
		return r;
	memcpy(form->bytes, password, len);
	form->len = len;
	return 0;
}

int
password_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE])
{
	struct password_form form;
	int r;

	r = password_form_make(&form, password, len);
	if (r)
		return r < 0 ? r : log_fault(-EINVAL, "a password of %zu bytes", len);
	memset(out, 0, HASH_SIZE);
	if (crypto_pwhash_str_alg(out, form.bytes, form.len, cost->iterations,
	    cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		r = log_fault(-ENOMEM, "hashing a password with %zu KiB",
		    cost->memory_bytes / 1024);
	secret_wipe(&form, sizeof form);
	return r;
}

/* A stored hash, "$argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$DIGEST", in its parts. */
struct argon2id {
	unsigned memory_kib, passes, lanes;
	unsigned char salt[HASH_SIZE], digest[HASH_SIZE];
	size_t salt_len, digest_len;
};

/* It may come from elsewhere: it must cost no more than a new one may. */
static bool
is_bounded(const struct argon2id *a)
{
	return a->memory_kib >= 8 && a->memory_kib <= CONF_ARGON2_MEMORY_MAX_KIB &&
	    a->passes >= 1 && a->passes <= CONF_ARGON2_ITERATIONS_MAX &&
	    a->lanes >= 1 && a->lanes <= 16;
}

static bool
parse(const char *hash, struct argon2id *a)
{
	char head[HASH_SIZE];
	const char *salt, *digest;

	if (sscanf(hash, "$argon2id$v=19$m=%u,t=%u,p=%u$", &a->memory_kib, &a->passes,
	    &a->lanes) != 3)
		return false;
	/* sscanf also takes signs, blanks and numbers that are too large */
	snprintf(head, sizeof head, "$argon2id$v=19$m=%u,t=%u,p=%u$", a->memory_kib, a->passes,
	    a->lanes);
	if (strncmp(hash, head, strlen(head)) != 0 || !is_bounded(a))
		return false;
	salt = hash + strlen(head);
	digest = strchr(salt, '$');
	if (!digest)
		return false;
	digest++;
	return b64_decode(B64_UNPADDED, salt, (size_t)(digest - 1 - salt), a->salt,
	    sizeof a->salt, &a->salt_len) == 0 &&
	    b64_decode(B64_UNPADDED, digest, strlen(digest), a->digest, sizeof a->digest,
	    &a->digest_len) == 0 && a->salt_len >= 8 && a->digest_len >= crypto_pwhash_BYTES_MIN;
}

/* libsodium hashes with one lane and a salt of this length; it verifies others too. */
static bool
is_ours(const struct argon2id *a)
{
	return a->lanes == 1 && a->salt_len == crypto_pwhash_SALTBYTES;
}

static int
verify_ours(const struct argon2id *a, const char *password, size_t len)
{
	unsigned char digest[HASH_SIZE];
	int r = 0;

	if (crypto_pwhash(digest, a->digest_len, password, len, a->salt, a->passes,
	    (size_t)a->memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		r = -ENOMEM;
	else if (sodium_memcmp(digest, a->digest, a->digest_len) != 0)
		r = V_WRONG_CREDENTIAL;
	secret_wipe(digest, sizeof digest);
	return r;
}

/* To libsodium a hash without memory is one that differs, so it is tried first. */
static int
verify_foreign(const struct argon2id *a, const char *hash, const char *password, size_t len)
{
	size_t size = (size_t)a->memory_kib * 1024;
	void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return -ENOMEM;
	munmap(room, size);
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, len) == 0)
		return 0;
	return errno == EINVAL ? V_WRONG_CREDENTIAL : -EBADMSG;
}

static int
verify(const char *hash, const char *password, size_t len)
{
	struct argon2id a;
	int r;

	if (foreign_is(hash))
		return foreign_verify(hash, password, len);
	if (!parse(hash, &a))
		return log_fault(-EBADMSG, "a stored password hash");
	r = is_ours(&a) ? verify_ours(&a, password, len) :
	    verify_foreign(&a, hash, password, len);
	return r < 0 ? log_fault(r, "verifying a password with %u KiB", a.memory_kib) : r;
}

int
password_verify(const char *hash, const char *password, size_t len, bool *as_typed)
{
	struct password_form form;
	int r;

	*as_typed = false;
	r = password_form_make(&form, password, len);
	if (r)
		return r < 0 ? r : V_WRONG_CREDENTIAL;
	r = verify(hash, form.bytes, form.len);
	if (r == V_WRONG_CREDENTIAL &&
	    (form.len != len || memcmp(form.bytes, password, len) != 0)) {
		r = verify(hash, password, len);
		*as_typed = r == 0;
	}
	secret_wipe(&form, sizeof form);
	return r;
}

bool
password_is_outdated(const struct password_cost *cost, const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, cost->iterations, cost->memory_bytes) != 0;
}

/* Of its form; a password that has none has no characters. */
static size_t
characters(const char *password, size_t len)
{
	struct password_form form;
	size_t count = 0;

	if (password_form_make(&form, password, len) == 0)
		count = text_characters(form.bytes, form.len);
	secret_wipe(&form, sizeof form);
	return count;
}

int
password_check_new(const char *password, size_t len, int64_t min_characters, const char **why)
{
	if (!text_is_utf8(password, len))
		*why = "a password must be UTF-8";
	else if (unicode_has_control(password, len))
		*why = "a password must not contain control characters";
	else if (len > PASSWORD_MAX)
		*why = "a password has at most 1024 bytes";
	else if (characters(password, len) < (size_t)min_characters)
		*why = "the password is shorter than password_min_length";
	else
		return 0;
	return V_INVALID;
}
