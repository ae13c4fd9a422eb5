// SPDX-License-Identifier: ISC
/* auth/guess.h - one guess at a secret, as auth/throttle.h handles it. */
#ifndef AUTH_GUESS_H
#define AUTH_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/throttle_rule.h"
#include "base/address.h"
#include "base/secret.h"

/*
 * A password for a login name; a HA1B, which has no name; a token of a provider,
 * which costs a request to evaluate; any other token.
 */
enum guess_kind { GUESS_PASSWORD, GUESS_HA1B, GUESS_PROVIDER, GUESS_TOKEN };

/* What failures are counted against. */
enum count_kind {
	COUNT_SOURCE,			/* an address; for IPv6 a /64, which one host may have */
	COUNT_SITE,			/* a /56, which many customers have */
	COUNT_NETWORK,			/* a /48 */
	COUNT_LOGIN,			/* a login name, from all sources */
	COUNT_PAIR,			/* a login name from one source, where it has succeeded */
	COUNT_BUDGET,			/* all HA1B */
	COUNT_KINDS
};

#define THROTTLE_NAME_SIZE (1 + 2 * 16 + 1)

/* One count that a guess is charged to. */
struct throttle_charge {
	enum count_kind kind;
	bool waits;			/* its wait applies to this guess; else it only counts */
	bool made;			/* this guess has been counted there */
	char name[THROTTLE_NAME_SIZE];
	struct throttle_count before;	/* if made: the count before */
};

#define THROTTLE_CHARGES 4

/* Only for auth/throttle*.c.  It owns no memory, and may be copied with its guess. */
struct throttle_trial {
	bool exempt, known;
	uint64_t digest;		/* of name and secret, keyed */
	uint8_t secret[DIGEST_LEN];	/* keyed */
	uint64_t source_digest;
	struct address source;		/* of IPv6 without the last 64 bits */
	uint8_t login[THROTTLE_DIGEST_LEN];
	char refusal[THROTTLE_NAME_SIZE];	/* the name of its refusal */
	struct throttle_charge charges[THROTTLE_CHARGES];
	size_t charge_count;
};

struct guess {
	/* given; borrowed until throttle_enter returns, bound until throttle_recall */
	enum guess_kind kind;
	const char *source;		/* the client's address, from the web server */
	const char *name;		/* GUESS_PASSWORD: the login name as sent */
	const char *secret;
	size_t secret_len;
	const void *bound;		/* what the secret is compared with: its refusal is */
	size_t bound_len;		/* forgotten when this changes; may be NULL */

	/* out */
	int64_t wait_s;			/* with V_THROTTLED: how long until the next attempt */
	bool clear;			/* this source succeeded here, and has not failed since */

	struct throttle_trial own;
};

#endif
