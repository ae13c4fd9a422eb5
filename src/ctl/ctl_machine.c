// SPDX-License-Identifier: ISC
/* ctl/ctl_machine.c - doorwardctl machine ... */
#include "auth/auth.h"
#include "auth/machine.h"
#include "base/guard.h"
#include "ctl/ctl.h"
#include "ctl/listing.h"

#define FIELD(member, name, type) { name, type, offsetof(struct machine_view, member), \
	sizeof ((struct machine_view *)0)->member }

static const struct field fields[] = {
	FIELD(machine.name,    "machine",    FIELD_TEXT),
	FIELD(machine.key,     "master_key", FIELD_TEXT),
	FIELD(same_key,        "same_key",   FIELD_BOOL),
	FIELD(machine.version, "version",    FIELD_TEXT),
	FIELD(machine.schema,  "schema",     FIELD_NUMBER),
	FIELD(machine.seen_ms, "seen_on",    FIELD_TIME),
};

/* Shown as a record, stored nowhere: it needs no tag. */
static const struct record_kind view_kind = { "machine", 0, sizeof(struct machine_view), fields,
    NELEM(fields) };

static const struct column columns[] = {
	{ "MACHINE",    "machine" },
	{ "MASTER KEY", "master_key" },
	{ "SAME",       "same_key" },
	{ "VERSION",    "version" },
	{ "SEEN",       "seen_on" },
};

int
ctl_machine_list(struct ctl *ctl)
{
	struct machine_view *views;
	struct listing l;
	size_t count;
	int r;

	r = machine_list(ctl->auth->store, &ctl->mem, &views, &count);
	if (r)
		return r;
	listing_open(&l, ctl, &view_kind, columns, NELEM(columns));
	for (size_t i = 0; !r && i < count; i++)
		r = listing_add(&l, &views[i]);
	listing_close(&l);
	return r;
}
