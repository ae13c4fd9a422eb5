// SPDX-License-Identifier: ISC
/*
 * ctl/audit_line.h - a line of the log of requests, read back: text or JSON (doorward(8),
 * LOG), as it is in a file, in syslog or in the journal.
 */
#ifndef CTL_AUDIT_LINE_H
#define CTL_AUDIT_LINE_H

#include <stdint.h>

#include "base/arena.h"

/* The fields, in the order of the line. */
enum audit_field {
	FIELD_EVENT, FIELD_RESULT, FIELD_STEP, FIELD_IP, FIELD_VIA, FIELD_USER, FIELD_BY,
	FIELD_OBJECT, FIELD_TOKEN, FIELD_MS, FIELD_RID, FIELD_FAILED, FIELD_WHY, FIELD_UA,
	FIELD_NAME, AUDIT_FIELDS
};

extern const char *const audit_field_names[AUDIT_FIELDS];

/* Longer lines are none of the service, whatever surrounds them. */
#define AUDIT_LINE_MAX 16384

struct audit_line {
	const char *time;		/* RFC 3339; NULL: none that has a year */
	int64_t time_ms;		/* of that */
	const char *fields[AUDIT_FIELDS];	/* UTF-8, decoded; NULL: no value */
};

/* "2026-11-22T04:50:17.5+01:00", and with Z or +0100: as lines have it.  V_MALFORMED. */
int audit_line_time(const char *text, int64_t *ms);

/*
 * line: without its newline; what comes out is in mem.  V_MALFORMED: it is not the line
 * of a request, or not a whole one.
 */
int audit_line_read(struct arena *mem, const char *line, size_t len, struct audit_line *out);

#endif
