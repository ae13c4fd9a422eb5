// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_draft.h - a store that is made ready in a directory of its own, below the
 * one whose store it replaces, while no other process has that one open.
 */
#ifndef STORE_LMDB_LMDB_DRAFT_H
#define STORE_LMDB_LMDB_DRAFT_H

#include <limits.h>

#include "store/store_care.h"

struct draft {
	const char *data_dir;
	char dir[PATH_MAX];		/* "": there is none */
	int held;			/* keeps others out of data_dir */
};

#define DRAFT_NONE { .held = -1 }

/*
 * Keeps others out of data_dir, and makes an empty directory there; what an interrupted
 * run has left is removed.  -EBUSY, logged: others have the store open.
 */
int draft_make(struct draft *draft, const char *data_dir);

/* Its data file, to be written, open in *fd. */
int draft_create(const struct draft *draft, int *fd);

/*
 * The draft's data file, which nobody has open, takes the place of that of data_dir in
 * one step; the former one remains as kept, unless that is NULL.  *had: there was one.
 * What processes had left to be committed to the former store is forgotten.
 */
int draft_publish(const struct draft *draft, const char *kept, bool *had);

/* GUARD(draft_drop) struct draft draft = DRAFT_NONE; removes it, and lets others in. */
void draft_drop(struct draft *draft);

#endif
