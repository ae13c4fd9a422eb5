// SPDX-License-Identifier: ISC
/* store/sql/sql_machine.c - which machines use the database. */
#include "store/sql/sql_machine.h"

#include "store/sql/sql_try.h"

/* Once: it may be in the way of another machine, or a table may be missing before an upgrade. */
void
sql_machine_note(struct store *st, const struct machine *machine, int64_t drop_before_ms)
{
	struct sql *db = (struct sql *)st;
	struct sql_args args = { .count = 0 };
	int r;

	sql_arg_record(&args, &machine_kind, machine);
	r = sql_link_use(db);
	if (!r)
		r = sql_change(db, MACHINE_PUT, &args, NULL);
	args.count = 0;
	sql_arg_number(&args, drop_before_ms);
	if (!r)
		r = sql_change(db, MACHINE_DROP_GONE, &args, NULL);
	if (r == SQL_GONE)
		sql_link_drop(db);
}

int
sql_machines(struct store *st, struct arena *mem, struct machine **machines, size_t *count)
{
	void *list;
	int r;

	r = sql_read_list(st, MACHINE_LIST, NULL, mem, &list, count);
	if (r)
		return r;
	*machines = list;
	return 0;
}
