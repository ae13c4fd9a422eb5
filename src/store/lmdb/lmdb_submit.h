// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_submit.h - the one way to write. */
#ifndef STORE_LMDB_LMDB_SUBMIT_H
#define STORE_LMDB_LMDB_SUBMIT_H

#include "store/op.h"

struct store;

int lmdb_submit(struct store *st, const struct op *op, struct op_result *result);

/* As in store/backend.h. */
void lmdb_share(struct store *st);
int lmdb_submit_all(struct store *st, const struct op *ops, size_t count);
int lmdb_submit_some(struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped);

#endif
