// SPDX-License-Identifier: ISC
/* auth/argon2id.c - Argon2id of libsodium. */
#include "auth/argon2id.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <sodium.h>

#include "base/b64.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/starved.h"
#include "base/verdict.h"
#include "conf/conf.h"

_Static_assert(HASH_SIZE >= crypto_pwhash_STRBYTES, "a record has room for a hash");

int
argon2id_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE])
{
	memset(out, 0, HASH_SIZE);
	if (crypto_pwhash_str_alg(out, password, len, cost->iterations, cost->memory_bytes,
	    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return log_fault(-ENOMEM, "hashing a password with %zu KiB",
		    cost->memory_bytes / 1024);
	return 0;
}

bool
argon2id_is_outdated(const struct password_cost *cost, const char *hash)
{
	int r;

	starved_watch();
	r = crypto_pwhash_str_needs_rehash(hash, cost->iterations, cost->memory_bytes);
	/* -1: unknown to libsodium, or no memory, which is no reason to write a new one */
	return r > 0 || (r < 0 && !starved());
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

int
argon2id_verify(const char *hash, const char *password, size_t len)
{
	struct argon2id a;
	int r;

	if (!parse(hash, &a))
		return log_fault(-EBADMSG, "a stored password hash is damaged");
	r = is_ours(&a) ? verify_ours(&a, password, len) :
	    verify_foreign(&a, hash, password, len);
	return r < 0 ? log_fault(r, "verifying a password with %u KiB", a.memory_kib) : r;
}
