// SPDX-License-Identifier: ISC
/* auth/guess.h - one guess at a secret, on its way through auth/throttle.h. */
#ifndef AUTH_GUESS_H
#define AUTH_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/throttle_rule.h"
#include "base/address.h"

/*
 * A password of a login name; a HA1B, which names nobody; a token of a provider's,
 * which it costs a call to look at; any other token.
 */
enum guess_kind { GUESS_PASSWORD, GUESS_HA1B, GUESS_PROVIDER, GUESS_TOKEN };

/* What failures are counted by. */
enum count_kind {
	COUNT_SOURCE,			/* an address; of IPv6 a /64, which one host may have */
	COUNT_SITE,			/* a /56, as many a customer has */
	COUNT_NETWORK,			/* a /48 */
	COUNT_ACCOUNT,			/* a login name, from all sources */
	COUNT_PAIR,			/* a login name from one source, where it has succeeded */
	COUNT_BUDGET,			/* all HA1B */
	COUNT_KINDS
};

#define THROTTLE_NAME_SIZE (1 + 2 * 16 + 1)

/* One count that a guess is charged to. */
struct throttle_charge {
	enum count_kind kind;
	bool waits;			/* its wait holds for this guess; else it is only counted */
	bool made;			/* this guess is counted there now */
	char name[THROTTLE_NAME_SIZE];
	struct throttle_count before;	/* if made: as it was */
};

#define THROTTLE_CHARGES 4

/* What only auth/throttle*.c look at.  It holds no memory, and is moved with its guess. */
struct throttle_trial {
	bool exempt, known;
	uint64_t digest;		/* of name and secret, keyed */
	uint64_t source_digest;
	struct address source;		/* of IPv6 without the last 64 bits */
	uint8_t account[THROTTLE_DIGEST_LEN];
	char refusal[THROTTLE_NAME_SIZE];	/* what its refusal is remembered by */
	struct throttle_charge charges[THROTTLE_CHARGES];
	size_t charge_count;
};

struct guess {
	/* given; borrowed until throttle_look returns */
	enum guess_kind kind;
	const char *source;		/* the client's address, as the web server has it */
	const char *name;		/* GUESS_PASSWORD: the login name as it was tried */
	const char *secret;
	size_t secret_len;
	const void *bound;		/* what the secret is compared with: its refusal is */
	size_t bound_len;		/* forgotten when this changes; may be NULL */

	/* out */
	int64_t wait_s;			/* with V_THROTTLED: how long until the next try */
	bool clear;			/* this source succeeded here, and has not failed since */

	struct throttle_trial own;
};

#endif
