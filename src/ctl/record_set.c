// SPDX-License-Identifier: ISC
/* ctl/record_set.c - options that are fields, into their record. */
#include "ctl/record_set.h"

int
record_set(struct ctl *ctl, const struct record_kind *kind, void *record,
    record_set_one *set_one, uint64_t *mask)
{
	int r;

	for (size_t i = 0; i < ctl->given_count; i++) {
		const struct given *g = &ctl->given[i];

		if (!g->field || !g->value)
			continue;
		ctl->about = arena_printf(&ctl->mem, "--%s", g->argument.name);
		r = set_one(ctl, record, g->field, g->value);
		if (r)
			return r;
		*mask |= UINT64_C(1) << (g->field - kind->fields);
	}
	return 0;
}
