// SPDX-License-Identifier: ISC
/* auth/scratch.h - a store in LMDB for a moment, in a directory of its own in data_dir. */
#ifndef AUTH_SCRATCH_H
#define AUTH_SCRATCH_H

#include <limits.h>

#include "conf/conf.h"
#include "store/store_where.h"

/* GUARD(scratch_drop) struct scratch scratch = { "" }: removed with all that is in it. */
struct scratch {
	char dir[PATH_MAX];
};

/* -errno, logged. */
int scratch_make(struct scratch *scratch, const struct conf *conf);
struct store_where scratch_where(const struct scratch *scratch, const struct conf *conf);
void scratch_drop(struct scratch *scratch);

#endif
