// SPDX-License-Identifier: ISC
/*
 * ctl/record_show.h - a record as text for people and as JSON for programs.
 *
 * Fields are named as in the JSON of the service.  Digests, sealed keys and
 * generations are never shown; of a token, only the first characters are.
 */
#ifndef CTL_RECORD_SHOW_H
#define CTL_RECORD_SHOW_H

#include "base/text.h"
#include "ctl/ctl.h"

/*
 * A property of a record as text, "" if absent: a field, or "state" of a user.
 * *out is in mem and safe for a terminal.
 */
int record_show_text(struct ctl *ctl, struct arena *mem, const struct record_kind *kind,
    const char *name, const void *record, const char **out);

/* The record as a JSON object; absent values are null, times ISO 8601. */
int record_show_json(struct ctl *ctl, struct text *out, const struct record_kind *kind,
    const void *record);

/* Prints the record: with --json its object, else a line for each field. */
int record_show(struct ctl *ctl, const struct record_kind *kind, const void *record);

/* A copy in mem, safe for a terminal (base/unicode.h).  NULL: no memory. */
const char *record_show_clean(struct arena *mem, const char *string);

#endif
