// SPDX-License-Identifier: ISC
/* ctl/ctl_key.c - doorwardctl key ... */
#include "base/guard.h"
#include "ctl/listing.h"

static const struct column columns[] = {
	{ "ID",        "id" },
	{ "PURPOSE",   "purpose" },
	{ "CREATED",   "created_on" },
	{ "SEALED BY", "sealed_by" },
};

int
ctl_key_list(struct ctl *ctl)
{
	struct listing l;
	struct key *keys;
	size_t count;
	int r;

	r = auth_keys(ctl->auth, &ctl->mem, &keys, &count);
	if (r)
		return r;
	listing_open(&l, ctl, &key_kind, columns, NELEM(columns));
	for (size_t i = 0; !r && i < count; i++)
		r = listing_add(&l, &keys[i]);
	listing_close(&l);
	return r;
}
