// SPDX-License-Identifier: ISC
/*
 * auth/throttle_state.h - what the throttle stores, and under which names; opened
 * by auth/auth.c, used only by auth/throttle*.c.
 *
 * The tables of run_dir/throttle:
 *
 *	accounts	counts of login names and pairs, and the budget of all HA1B
 *	sources		counts of addresses
 *	networks	counts of the wider networks around IPv6 addresses
 *	known		where a login name has succeeded, and from where anybody has
 *	refused		secrets that were wrong within the last minutes
 *
 * They are separate so that none displaces another: addresses are cheap.  Names
 * of entries are keyed digests or addresses: no login name is stored.
 */
#ifndef AUTH_THROTTLE_STATE_H
#define AUTH_THROTTLE_STATE_H

#include "auth/guess.h"
#include "base/secret.h"
#include "cache/cache.h"
#include "conf/conf.h"

enum { THROTTLE_LOGINS, THROTTLE_SOURCES, THROTTLE_NETWORKS, THROTTLE_KNOWN, THROTTLE_REFUSED,
    THROTTLE_TABLES };

struct throttle {
	const struct conf *conf;
	uint8_t key[SECRET_KEY_LEN];
	struct throttle_rule rules[COUNT_KINDS];	/* COUNT_BUDGET has none */
	struct network *exempt;
	size_t exempt_count;
	struct cache *cache;
};

/*
 * Opens the counts in run_dir, after fork; conf is borrowed, key is copied.
 * -errno, logged.
 */
int throttle_open(struct throttle **throttle, const struct conf *conf, const uint8_t *key);

/* From now on counts are named with that key; those that another one named are forgotten. */
void throttle_take_key(struct throttle *throttle, const uint8_t key[SECRET_KEY_LEN]);

void throttle_close(struct throttle **throttle);

/* The name of a login name within struct throttle_count. */
void throttle_login_digest(const struct throttle *throttle, const char *name,
    uint8_t out[THROTTLE_DIGEST_LEN]);

/* The table of a kind of counts. */
unsigned throttle_table(enum count_kind kind);

/*
 * Reduces an address to the network that counts of the kind are for, if they are
 * for networks.  False if there is no such count: an IPv4 address has only
 * COUNT_SOURCE.
 */
bool throttle_narrow(enum count_kind kind, struct address *address);

/* The name of the count of a kind; login and source as far as the kind has them. */
void throttle_name(const struct throttle *throttle, enum count_kind kind,
    const uint8_t login[THROTTLE_DIGEST_LEN], const struct address *source,
    char out[THROTTLE_NAME_SIZE]);

/* The kind of a name; COUNT_KINDS if it has no failures. */
enum count_kind throttle_kind(const char *name);

#endif
