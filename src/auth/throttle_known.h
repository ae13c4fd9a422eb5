// SPDX-License-Identifier: ISC
/* auth/throttle_known.h - the sources of successful logins; only for auth/throttle.c. */
#ifndef AUTH_THROTTLE_KNOWN_H
#define AUTH_THROTTLE_KNOWN_H

#include "auth/throttle_state.h"

/* The latest sources from which a login name has succeeded. */
#define THROTTLE_PLACES 16

struct throttle_places {
	struct { uint64_t source; int64_t seen_ms; } at[THROTTLE_PLACES];
};

/* The entries that a success writes, and their names. */
#define THROTTLE_SIGHTINGS 2

struct throttle_sighting {
	struct throttle_places places;
	int64_t seen_ms;
	char login_name[THROTTLE_NAME_SIZE], source_name[THROTTLE_NAME_SIZE];
};

/* Was there a success of the guess's kind from its source? */
int throttle_find_known(struct throttle *throttle, const struct guess *guess, int64_t now_ms,
    bool *known);

/* Adds the entries that a success writes to items, for cache_update_many. */
size_t throttle_list_known(const struct throttle *throttle, const struct guess *guess,
    struct throttle_sighting *sighting, struct cache_item *items);

/* Updates one of these entries after a success now. */
void throttle_note_known(const struct throttle *throttle, const struct guess *guess,
    struct cache_item *item, int64_t now_ms);

#endif
