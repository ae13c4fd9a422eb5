// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_finding.h - what a check finds wrong with a record, and what a repair does. */
#ifndef STORE_LMDB_LMDB_FINDING_H
#define STORE_LMDB_LMDB_FINDING_H

#include "store/lmdb/lmdb_place.h"
#include "store/store_care.h"

/* The record that is being judged. */
struct walk {
	struct txn *tx;
	struct store_check *check;
	struct place at;
	bool repairs;			/* tx may write */
};

/* The record has a defect that cannot be put right. */
int check_leave(struct walk *w, enum store_defect defect);

/* The record has a defect, and a repair drops it. */
int check_drop(struct walk *w, enum store_defect defect);

/* The record has a defect, and a repair replaces it. */
int check_replace(struct walk *w, enum store_defect defect, const void *record);

/* The record lacks an entry of an index, or has a wrong one there; a repair writes it. */
int check_enter(struct walk *w, const struct place *entry, const void *value);

/* Notes a record that is from the future. */
int check_future(struct walk *w);

#endif
