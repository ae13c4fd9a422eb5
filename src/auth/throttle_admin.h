// SPDX-License-Identifier: ISC
/* auth/throttle_admin.h - lists and removes counts of the throttle. */
#ifndef AUTH_THROTTLE_ADMIN_H
#define AUTH_THROTTLE_ADMIN_H

#include "auth/throttle_state.h"
#include "base/arena.h"

struct throttle_entry {
	enum count_kind kind;
	struct throttle_count count;	/* login and source as far as kind has them */
	uint32_t failures;
	int64_t wait_ms;
};

/* All counts that have failures, in mem. */
int throttle_list(struct throttle *throttle, struct arena *mem, int64_t now_ms,
    struct throttle_entry **entries, size_t *count);

/* As "doorwardctl throttle list" shows it, such as "login" or "source". */
const char *throttle_kind_name(enum count_kind kind);

/* The address of an entry, in mem: "192.0.2.1", "2001:db8::/48".  NULL: no memory. */
const char *throttle_source_text(struct arena *mem, const struct throttle_entry *entry);

/*
 * Removes the counts of a login name, of a source and the networks around it, or
 * all if both are NULL; *dropped is their number.  Removes all refusals as well.
 * V_MALFORMED: source is not an address.
 */
int throttle_clear(struct throttle *throttle, const char *name, const char *source,
    int64_t now_ms, size_t *dropped);

#endif
