// SPDX-License-Identifier: ISC
/* auth/foreign_argon2.c - Argon2 of other systems, of any number of lanes. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <sodium.h>

#include "auth/foreign_kind.h"
#include "base/b64.h"
#include "conf/conf.h"
#include "base/verdict.h"

struct cost {
	unsigned long kib, passes, lanes;
};

static const struct foreign_bound kib_bound = { 8, 256 * 1024, 1024 * 1024 };
static const struct foreign_bound passes_bound = { 1, 10, CONF_ARGON2_ITERATIONS_MAX };
static const struct foreign_bound lanes_bound = { 1, 16, 16 };
/* memory and passes together */
static const struct foreign_bound work_bound = { 8, 1024 * 1024, 4 * 1024 * 1024 };

/* "$argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$DIGEST"; NULL, or where SALT begins */
static const char *
read_cost(const char *hash, struct cost *cost)
{
	const char *at = strchr(hash + 1, '$');

	if (!at || strncmp(at, "$v=19$m=", 8) != 0)
		return NULL;
	at += 8;
	cost->kib = foreign_number(&at, ',');
	if (!cost->kib || strncmp(at, "t=", 2) != 0)
		return NULL;
	at += 2;
	cost->passes = foreign_number(&at, ',');
	if (!cost->passes || strncmp(at, "p=", 2) != 0)
		return NULL;
	at += 2;
	cost->lanes = foreign_number(&at, '$');
	return cost->lanes ? at : NULL;
}

bool
argon2_form(const char *hash)
{
	struct cost cost;
	const char *salt = read_cost(hash, &cost), *digest = salt ? strchr(salt, '$') : NULL;
	unsigned char bytes[HASH_SIZE];
	size_t len;

	if (!digest || b64_decode(B64_UNPADDED, salt, (size_t)(digest - salt), bytes,
	    sizeof bytes, &len) != 0 || len < 8)
		return false;
	digest++;
	return b64_decode(B64_UNPADDED, digest, strlen(digest), bytes, sizeof bytes,
	    &len) == 0 && len >= crypto_pwhash_BYTES_MIN;
}

bool
argon2_cost(const char *hash, bool costly)
{
	struct cost cost;

	return read_cost(hash, &cost) && foreign_in_bound(&kib_bound, cost.kib, costly) &&
	    foreign_in_bound(&passes_bound, cost.passes, costly) &&
	    foreign_in_bound(&lanes_bound, cost.lanes, costly) &&
	    cost.kib >= 8 * cost.lanes &&
	    foreign_in_bound(&work_bound, cost.kib * cost.passes, costly);
}

/* To libsodium a hash without memory is one that differs, so it is tried first. */
int
argon2_verify(const char *hash, const char *password, size_t len)
{
	struct cost cost;
	void *room;

	if (!read_cost(hash, &cost))
		return -EBADMSG;
	room = mmap(NULL, cost.kib * 1024, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return -ENOMEM;
	munmap(room, cost.kib * 1024);
	return crypto_pwhash_str_verify(hash, password, len) == 0 ? 0 : V_WRONG_CREDENTIAL;
}
