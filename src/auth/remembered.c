// SPDX-License-Identifier: ISC
/* auth/remembered.c - passwords that were right a moment ago, as digests. */
#include "auth/remembered.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/shared.h"

/* A digest can be in any of the cells that its first bytes select. */
#define WAYS 4
#define SETS (REMEMBERED_MAX / WAYS)
#define WORDS (DIGEST_LEN / sizeof(uint64_t))

/* Another layout needs another file name. */
#define FILE_NAME "remembered.1"

/*
 * Workers read and write without locks.  A digest that is read while another
 * one overwrites it matches nothing; the worst result is that it is not found.
 */
struct kept {
	_Atomic uint64_t words[WORDS];
	_Atomic int64_t from_ms, until_ms;
};

struct remembered {
	int64_t life_ms;
	uint8_t key[SECRET_KEY_LEN];
	struct shared file;
	struct kept (*sets)[WAYS];	/* SETS, in the file */
};

static int
open_file(struct remembered *all, const char *run_dir)
{
	int r;

	r = shared_open_in(&all->file, run_dir, FILE_NAME, SETS * sizeof *all->sets);
	if (!r)
		all->sets = all->file.at;
	return r;
}

void
remembered_take_key(struct remembered *all, const uint8_t key[SECRET_KEY_LEN])
{
	secret_digest(all->key, key, "remembered", "", 0);
}

int
remembered_open(struct remembered **out, const char *run_dir, const uint8_t key[SECRET_KEY_LEN],
    int64_t life_s)
{
	GUARD(remembered_close) struct remembered *all = NULL;
	int r;

	all = calloc(1, sizeof *all);
	if (!all)
		return -ENOMEM;
	all->life_ms = life_s * 1000;
	remembered_take_key(all, key);
	r = open_file(all, run_dir);
	if (r)
		return r;
	*out = all;
	all = NULL;
	return 0;
}

void
remembered_close(struct remembered **remembered)
{
	if (!*remembered)
		return;
	shared_close(&(*remembered)->file);
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

static struct kept *
set_of(const struct remembered *all, const uint8_t digest[DIGEST_LEN])
{
	return all->sets[((size_t)digest[0] << 8 | digest[1]) % SETS];
}

/* A clock that is set back does not prolong a lifetime. */
static bool
is_live(const struct kept *kept, int64_t now_ms)
{
	return atomic_load(&kept->from_ms) <= now_ms && now_ms < atomic_load(&kept->until_ms);
}

static bool
is_here(const struct kept *kept, const uint8_t digest[DIGEST_LEN])
{
	uint64_t words[WORDS];

	for (size_t i = 0; i < WORDS; i++)
		words[i] = atomic_load(&kept->words[i]);
	return secret_equal(words, digest, DIGEST_LEN);
}

bool
remembered_has(const struct remembered *all, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms)
{
	uint8_t digest[DIGEST_LEN];
	const struct kept *set;

	if (!all || !all->life_ms)
		return false;
	make_digest(all, user, stored, password, len, digest);
	set = set_of(all, digest);
	for (int i = 0; i < WAYS; i++) {
		if (is_live(&set[i], now_ms) && is_here(&set[i], digest))
			return true;
	}
	return false;
}

/* The expiry is written last, so that no older digest gets it. */
static void
write_kept(struct kept *kept, const uint8_t digest[DIGEST_LEN], int64_t from_ms,
    int64_t until_ms)
{
	uint64_t words[WORDS];

	memcpy(words, digest, DIGEST_LEN);
	atomic_store(&kept->until_ms, 0);
	for (size_t i = 0; i < WORDS; i++)
		atomic_store(&kept->words[i], words[i]);
	atomic_store(&kept->from_ms, from_ms);
	atomic_store(&kept->until_ms, until_ms);
}

void
remembered_add(struct remembered *all, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms)
{
	uint8_t digest[DIGEST_LEN];
	struct kept *set, *first;

	if (!all || !all->life_ms)
		return;
	make_digest(all, user, stored, password, len, digest);
	set = first = set_of(all, digest);
	for (int i = 1; i < WAYS; i++) {
		if (atomic_load(&set[i].until_ms) < atomic_load(&first->until_ms))
			first = &set[i];
	}
	write_kept(first, digest, now_ms, now_ms + all->life_ms);
}
