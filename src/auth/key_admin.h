// SPDX-License-Identifier: ISC
/*
 * auth/key_admin.h - the keys as their administrator sees them: which are in use, what
 * each has made, and how one ends.
 *
 * Needs no master key but for a new key, so that a key can be retired when the key
 * file is lost.
 */
#ifndef AUTH_KEY_ADMIN_H
#define AUTH_KEY_ADMIN_H

#include "auth/auth.h"

enum key_state {
	KEY_CURRENT,		/* used for what is new */
	KEY_WAITING,		/* published, and used for what is new later (jwt_key_lead_s) */
	KEY_ACCEPTED,		/* what it made is accepted */
	KEY_RETIRED		/* what it made has ended, and is being removed */
};

/* What ends with a key: live tokens, sessions, domain tokens, and HA1B of users. */
struct key_made {
	uint64_t tokens, sessions, ha1b, domain_tokens;
	int64_t jwts_until_ms;	/* when its last JWT expires; 0: it makes none, or still does */
};

/* The state of one of the keys that auth_keys found. */
enum key_state key_state_of(const struct auth *auth, const struct key *keys, size_t count,
    const struct key *key, int64_t now_ms);

/* Is there another key for what is new, or is none needed for this purpose? */
bool key_may_retire(const struct auth *auth, const struct key *keys, size_t count,
    const struct key *key);

/* What each of the keys has made that is live at now_ms.  Looks at all users if it has to. */
int key_count_made(struct auth *auth, const struct key *keys, size_t count, int64_t now_ms,
    struct key_made *made);

/*
 * Ends all that the key called id has made, and removes it.  Safe to interrupt and to
 * repeat: what it made ends at once, or not at all.  V_NOT_FOUND.  V_EXISTS:
 * key_may_retire says no.
 */
int key_retire(struct auth *auth, const char *id, int64_t now_ms);

#endif
