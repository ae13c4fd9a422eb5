// SPDX-License-Identifier: ISC
/* store/store_care.c - looking after a store: the functions of store_care.h that need it open. */
#include "store/store_care.h"

#include <errno.h>

#include "store/backend.h"

static const char *const defects[STORE_DEFECTS] = {
	[STORE_DAMAGED]    = "is damaged",
	[STORE_MISPLACED]  = "is under a key that is not its own",
	[STORE_NO_ENTRY]   = "is missing in an index, or differs there",
	[STORE_NO_RECORD]  = "leads to a record that is missing, or differs",
	[STORE_NO_USER]    = "belongs to a user who does not exist",
	[STORE_NO_ACCOUNT] = "belongs to an account that does not exist",
	[STORE_TWICE]      = "has a name that another record has too",
	[STORE_REVOKED]    = "was revoked with all tokens of its user, and is not valid",
	[STORE_FUTURE]     = "is from the future",
	[STORE_UNMARKED]   = "does not say that one of its logins was ended",
	[STORE_READMITS]   = "may have a login that was ended, and loses all JWTs",
};

const char *
store_defect_text(enum store_defect defect)
{
	return defects[defect];
}

int
store_check(struct store *st, struct store_check *check)
{
	return st->ops->check ? st->ops->check(st, check) : -EOPNOTSUPP;
}

int
store_copy(struct store *st, int fd)
{
	return st->ops->copy ? st->ops->copy(st, fd) : -EOPNOTSUPP;
}

int
store_snapshot(struct store *st, bool begins)
{
	return st->ops->snapshot ? st->ops->snapshot(st, begins) : -EOPNOTSUPP;
}

int
store_forget(struct store *st)
{
	return st->ops->forget ? st->ops->forget(st) : -EOPNOTSUPP;
}

int
store_copy_bytes(struct store *st, uint64_t *bytes)
{
	return st->ops->copy_bytes ? st->ops->copy_bytes(st, bytes) : -EOPNOTSUPP;
}

int
store_state(struct store *st, int64_t now_ms, struct store_state *state)
{
	return st->ops->state ? st->ops->state(st, now_ms, state) : -EOPNOTSUPP;
}

void
store_machine_note(struct store *st, const struct machine *machine, int64_t drop_before_ms)
{
	if (st->ops->machine_note)
		st->ops->machine_note(st, machine, drop_before_ms);
}

int
store_machines(struct store *st, struct arena *mem, struct machine **machines, size_t *count)
{
	*count = 0;
	return st->ops->machines ? st->ops->machines(st, mem, machines, count) : 0;
}
