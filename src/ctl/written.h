// SPDX-License-Identifier: ISC
/* ctl/written.h - what a command that has written something prints. */
#ifndef CTL_WRITTEN_H
#define CTL_WRITTEN_H

#include "base/json.h"
#include "ctl/ctl.h"

/* With --json the record as it is now; else nothing. */
int written_record(struct ctl *ctl, const struct record_kind *kind, const void *record);

/* "what: 3", or with --json an object whose member of that name is the count. */
int written_count(struct ctl *ctl, const char *what, const char *name, uint64_t count);

/*
 * A secret that is shown this once, or with --json the object of what made it, into which
 * put writes the members.
 */
int written_secret(struct ctl *ctl, const char *secret, const void *record,
    void (*put)(struct json_out *o, const void *record, const char *secret));

#endif
