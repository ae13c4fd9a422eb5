// SPDX-License-Identifier: ISC
/* auth/machine.h - the machines whose services share a store, and whether their keys do. */
#ifndef AUTH_MACHINE_H
#define AUTH_MACHINE_H

#include "auth/keyring.h"
#include "conf/conf.h"

/* Notes this one, with its key file, whether or not that is the right one. */
void machine_note(struct store *st, const struct keyring *ring, const struct conf *conf);

struct machine_view {
	struct machine machine;
	bool same_key;			/* its key file unseals all keys of the store */
};

/* All that were seen in the last week, by name. */
int machine_list(struct store *st, struct arena *mem, struct machine_view **views,
    size_t *count);

#endif
