// SPDX-License-Identifier: ISC
/* ctl/record_set.h - stores options that are fields in their record. */
#ifndef CTL_RECORD_SET_H
#define CTL_RECORD_SET_H

#include "ctl/ctl.h"

/* Stores text as a field of record.  V_INVALID: ctl->why says what is wrong. */
typedef int record_set_one(struct ctl *ctl, void *record, const struct field *f,
    const char *text);

/*
 * Passes each given option of ctl that is a field to set_one, until one is refused;
 * mask receives a bit for each, as in kind.  Returns the result of set_one.
 */
int record_set(struct ctl *ctl, const struct record_kind *kind, void *record,
    record_set_one *set_one, uint64_t *mask);

#endif
