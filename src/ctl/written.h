// SPDX-License-Identifier: ISC
/* ctl/written.h - what a command that has written something prints. */
#ifndef CTL_WRITTEN_H
#define CTL_WRITTEN_H

#include "ctl/ctl.h"

/* With --json the record as it is now; else nothing. */
int written_record(struct ctl *ctl, const struct record_kind *kind, const void *record);

/* "what: 3", or with --json an object whose member of that name is the count. */
int written_count(struct ctl *ctl, const char *what, const char *name, uint64_t count);

#endif
