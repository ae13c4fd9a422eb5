// SPDX-License-Identifier: ISC
/* tests/fuzz/audit_fuzz.c - bytes as a line of the log: what is read, is fit to be printed. */
#include <string.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/audit_line.h"
#include "fuzz.h"

static void
look_at(const struct audit_line *line)
{
	int64_t number;

	HOLDS(line->fields[FIELD_EVENT] && line->fields[FIELD_RESULT]);
	HOLDS(text_integer(line->fields[FIELD_MS], strlen(line->fields[FIELD_MS]), &number) == 0);
	for (int i = 0; i < AUDIT_FIELDS; i++) {
		const char *value = line->fields[i];

		HOLDS(!value || (*value && text_is_utf8(value, strlen(value))));
	}
	if (line->time)
		HOLDS(text_is_utf8(line->time, strlen(line->time)) &&
		    !text_has_control(line->time, strlen(line->time)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(arena_free) struct arena mem;
	struct audit_line line;
	int64_t ms;
	int r;

	arena_init(&mem, 0);
	r = audit_line_read(&mem, (const char *)bytes, len, &line);
	HOLDS(r == 0 || r == V_MALFORMED);
	if (!r)
		look_at(&line);
	r = audit_line_time(arena_strndup(&mem, (const char *)bytes, len), &ms);
	HOLDS(r == 0 || r == V_MALFORMED);
	return 0;
}
