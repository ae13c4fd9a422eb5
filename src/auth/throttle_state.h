// SPDX-License-Identifier: ISC
/*
 * auth/throttle_state.h - what the throttle keeps, and what it is called: for
 * auth/throttle*.c alone.
 *
 * accounts: "aACCOUNT" and "pPAIR" are counts, "budget" is that of all HA1B.
 * sources:  "sADDRESS" are counts.
 * known:    "aACCOUNT" is where its user has logged in, "sADDRESS" says that
 *           somebody has, from there.
 * ACCOUNT and PAIR are keyed digests in hex: no name of anybody lies there.
 *
 * They are three tables so that none crowds out another: addresses are cheap.
 */
#ifndef AUTH_THROTTLE_STATE_H
#define AUTH_THROTTLE_STATE_H

#include "auth/throttle.h"
#include "base/secret.h"

#define THROTTLE_BUDGET "budget"

enum { THROTTLE_ACCOUNTS, THROTTLE_SOURCES, THROTTLE_KNOWN, THROTTLE_TABLES };

struct throttle {
	const struct conf *conf;
	uint8_t key[SECRET_KEY_LEN];
	struct throttle_rule account, source;
	struct network *exempt;
	size_t exempt_count;
	struct cache *cache;
};

/* The key of the entry of an account, of a source, and of both. */
void throttle_name_account(const uint8_t account[THROTTLE_DIGEST_LEN],
    char out[THROTTLE_NAME_SIZE]);
void throttle_name_source(const struct address *source, char out[THROTTLE_NAME_SIZE]);
void throttle_name_pair(const struct throttle *throttle,
    const uint8_t account[THROTTLE_DIGEST_LEN], const struct address *source,
    char out[THROTTLE_NAME_SIZE]);

/* Was there a success of the guess's kind from its source? */
int throttle_find_known(struct throttle *throttle, const struct guess *guess, int64_t now_ms,
    bool *known);

/* Remembers that there was one. */
int throttle_add_known(struct throttle *throttle, const struct guess *guess, int64_t now_ms);

#endif
