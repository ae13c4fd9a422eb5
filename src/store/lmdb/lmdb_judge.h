// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_judge.h - what is right of a record, and of its entries in indexes. */
#ifndef STORE_LMDB_LMDB_JUDGE_H
#define STORE_LMDB_LMDB_JUDGE_H

#include "store/lmdb/lmdb_finding.h"

/* Reports what is wrong with the record of w, and with its entries in indexes. */
int lmdb_judge(struct walk *w);

#endif
