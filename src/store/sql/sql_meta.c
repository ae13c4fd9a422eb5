// SPDX-License-Identifier: ISC
/* store/sql/sql_meta.c - the store itself. */
#include "store/sql/sql_meta.h"

#include "base/verdict.h"
#include "store/sql/sql_try.h"

int
sql_init(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };
	struct meta old;
	int r;

	(void)result;
	sql_arg_text(&args, "store");
	r = sql_record(db, META_GET, &args, &old);
	if (r != V_NOT_FOUND)
		return r ? r : V_EXISTS;
	args.count = 0;
	sql_arg_record(&args, &meta_kind, &op->u.init);
	sql_arg_text(&args, "store");
	return sql_change(db, META_PUT, &args, NULL);
}

int
sql_meta_get(struct store *st, struct meta *meta)
{
	struct sql_args args = { .count = 0 };

	sql_arg_text(&args, "store");
	return sql_read_record(st, META_GET, &args, meta);
}

int
sql_counts(struct store *st, struct store_counts *counts)
{
	struct store_counts found = { 0 };
	const struct {
		enum sql_statement what;
		uint64_t *count;
	} wanted[] = {
		{ COUNT_USERS,         &found.users },
		{ COUNT_ACCOUNTS,      &found.accounts },
		{ COUNT_TOKENS,        &found.tokens },
		{ COUNT_KEYS,          &found.keys },
		{ COUNT_DOMAIN_TOKENS, &found.domain_tokens },
		{ COUNT_ROLES,         &found.roles },
		{ COUNT_BYTES,         &found.bytes_used },
	};
	int64_t number;
	int r = 0;

	for (size_t i = 0; i < NELEM(wanted) && !r; i++) {
		r = sql_read_number(st, wanted[i].what, NULL, &number);
		if (!r)
			*wanted[i].count = (uint64_t)number;
	}
	if (r)
		return r;
	*counts = found;
	return 0;
}

int
sql_state(struct store *st, int64_t now_ms, struct store_state *state)
{
	struct sql_args args = { .count = 0 };
	int64_t expired;
	int r;

	sql_arg_number(&args, now_ms);
	r = sql_read_number(st, COUNT_EXPIRED, &args, &expired);
	if (!r)
		*state = (struct store_state){ .expired = (uint64_t)expired };
	return r;
}

int
sql_copy_bytes(struct store *st, uint64_t *bytes)
{
	int64_t found;
	int r;

	r = sql_read_number(st, COUNT_BYTES, NULL, &found);
	if (!r)
		*bytes = (uint64_t)found;
	return r;
}

int
sql_forget(struct store *st)
{
	struct sql *db = (struct sql *)st;
	struct sql_args args = { .count = 0 };
	struct sql_try try = { 0 };
	int r;

	sql_arg_text(&args, "store");
	do {
		r = sql_link_use(db);
		if (!r)
			r = sql_change(db, META_DROP, &args, NULL);
	} while (sql_try_again(db, &try, r));
	return sql_try_result(r);
}

/* Of a connection's first such writes each looks, until one finds that it need not. */
int
sql_reader_raise(struct sql *db)
{
	struct sql_args args = { .count = 0 };
	uint64_t rows;
	int r;

	if (db->is_raised)
		return 0;
	sql_arg_number(&args, READER_LIMITS);
	sql_arg_number(&args, READER_LIMITS);
	r = sql_change(db, READER_RAISE, &args, &rows);
	db->is_raised = !r && !rows;
	return r;
}
