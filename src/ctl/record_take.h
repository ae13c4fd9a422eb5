// SPDX-License-Identifier: ISC
/* ctl/record_take.h - stores options that are fields in their record. */
#ifndef CTL_RECORD_TAKE_H
#define CTL_RECORD_TAKE_H

#include "ctl/ctl.h"

/* Takes text as a field of record.  V_INVALID: ctl->why says what is wrong. */
typedef int record_take_one(struct ctl *ctl, void *record, const struct field *f,
    const char *text);

/*
 * Passes each given option of ctl that is a field to take, until one is refused;
 * mask receives a bit for each, as in kind.  Returns the result of take.
 */
int record_take(struct ctl *ctl, const struct record_kind *kind, void *record,
    record_take_one *take, uint64_t *mask);

#endif
