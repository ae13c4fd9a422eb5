// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_state.h - what an administrator wants to know of a store in use. */
#ifndef STORE_LMDB_LMDB_STATE_H
#define STORE_LMDB_LMDB_STATE_H

#include "store/store_care.h"

/* As store_state. */
int lmdb_state(struct store *st, int64_t now_ms, struct store_state *state);

#endif
