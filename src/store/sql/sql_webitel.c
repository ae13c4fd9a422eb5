// SPDX-License-Identifier: ISC
/* store/sql/sql_webitel.c - domain tokens and roles. */
#include "store/sql/sql_webitel.h"

#include "base/verdict.h"
#include "store/sql/sql_key.h"
#include "store/sql/sql_try.h"
#include "store/store.h"

/* --- operations ------------------------------------------------------------------- */

/* Tokens of the domain are added one after the other: it has a row for that. */
static int
domain_turn(struct sql *db, const char *domain)
{
	struct sql_args args = { .count = 0 };

	sql_arg_text(&args, domain);
	return sql_change(db, DOMAIN_TURN, &args, NULL);
}

/* Drops those that expired some time ago.  V_TOO_MANY: as many as there may be remain. */
static int
room_make(struct sql *db, const struct op *op)
{
	const char *domain = op->u.domain_token_add.token.domain;
	struct sql_args args = { .count = 0 };
	int64_t live;
	int r;

	sql_arg_text(&args, domain);
	sql_arg_number(&args, op->now_ms - STORE_GRACE_MS);
	r = sql_change(db, DOMAIN_TOKEN_DROP_ENDED, &args, NULL);
	if (r)
		return r;
	args.count = 1;
	sql_arg_number(&args, op->now_ms);
	r = sql_number(db, DOMAIN_TOKEN_COUNT, &args, &live);
	if (r)
		return r == V_NOT_FOUND ? SQL_GONE : r;
	return (uint64_t)live < op->u.domain_token_add.limit ? 0 : V_TOO_MANY;
}

int
sql_domain_token_add(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct domain_token *token = &op->u.domain_token_add.token;
	struct sql_args args = { .count = 0 };
	struct domain_token old;
	int r;

	(void)result;
	r = domain_turn(db, token->domain);
	if (r)
		return r;
	sql_arg_text(&args, token->domain);
	sql_arg_uuid(&args, &token->id);
	r = sql_record(db, DOMAIN_TOKEN_GET, &args, &old);
	if (!r)
		return record_same(&domain_token_kind, &old, token) ? 0 : V_EXISTS;
	if (r == V_NOT_FOUND)
		r = sql_keys_check(db, op);
	if (!r)
		r = room_make(db, op);
	if (r)
		return r;
	db->has_added = true;
	args.count = 0;
	sql_arg_record(&args, &domain_token_kind, token);
	return sql_change(db, DOMAIN_TOKEN_PUT, &args, NULL);
}

/* Runs a statement that must find a row.  V_NOT_FOUND. */
static int
change_one(struct sql *db, enum sql_statement what, struct sql_args *args)
{
	uint64_t rows;
	int r;

	r = sql_change(db, what, args, &rows);
	return !r && !rows ? V_NOT_FOUND : r;
}

int
sql_domain_token_set(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };

	(void)result;
	sql_arg_number(&args, op->u.domain_token_set.enabled);
	sql_arg_text(&args, op->u.domain_token_set.domain);
	sql_arg_uuid(&args, &op->u.domain_token_set.id);
	return change_one(db, DOMAIN_TOKEN_ENABLE, &args);
}

int
sql_domain_token_drop(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };

	(void)result;
	sql_arg_text(&args, op->u.domain_token_drop.domain);
	sql_arg_uuid(&args, &op->u.domain_token_drop.id);
	return change_one(db, DOMAIN_TOKEN_DROP, &args);
}

int
sql_domain_tokens_prune(struct sql *db, const struct op *op, struct op_result *result)
{
	const uint64_t limit = op->u.domain_tokens_prune.limit;
	struct sql_args args = { .count = 0 };

	sql_arg_number(&args, op->now_ms);
	sql_arg_number(&args, limit < INT64_MAX ? (int64_t)limit : INT64_MAX);
	return sql_change(db, DOMAIN_TOKENS_PRUNE, &args, &result->count);
}

int
sql_role_set(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };
	struct role old;
	int r;

	(void)result;
	sql_arg_text(&args, op->u.role_set.name);
	r = sql_record(db, ROLE_GET, &args, &old);
	if (r && r != V_NOT_FOUND)
		return r;
	if (!r && record_equal(&role_kind, &old, &op->u.role_set))
		return 0;
	args.count = 0;
	sql_arg_record(&args, &role_kind, &op->u.role_set);
	return sql_change(db, ROLE_PUT, &args, NULL);
}

int
sql_role_drop(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };

	(void)result;
	sql_arg_text(&args, op->u.role_drop.name);
	return change_one(db, ROLE_DROP, &args);
}

/* --- reads -------------------------------------------------------------------------- */

int
sql_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	struct sql_args args = { .count = 0 };

	sql_arg_text(&args, domain);
	sql_arg_uuid(&args, id);
	return sql_read_record(st, DOMAIN_TOKEN_GET, &args, token);
}

/* The token called id, of a domain that may not be known. */
static int
find_last(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *last)
{
	struct sql_args args = { .count = 0 };

	if (domain)
		return sql_domain_token_get(st, domain, id, last);
	sql_arg_uuid(&args, id);
	return sql_read_record(st, DOMAIN_TOKEN_BY_ID, &args, last);
}

int
sql_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count)
{
	const int64_t ended_ms = now_ms ? now_ms : INT64_MIN;
	struct domain_token last = { .expires_ms = INT64_MIN };
	struct sql_args args = { .count = 0 };
	void *list;
	int r;

	r = after ? find_last(st, domain, after, &last) : 0;
	if (r)
		return r;
	sql_arg_text(&args, domain ? domain : last.domain);
	sql_arg_number(&args, ended_ms);
	if (domain)
		sql_arg_number(&args, last.expires_ms);
	else
		sql_arg_text(&args, last.domain);
	sql_arg_number(&args, last.expires_ms);
	if (!domain)
		sql_arg_number(&args, last.expires_ms);
	sql_arg_uuid(&args, &last.id);
	sql_arg_number(&args, (int64_t)limit);
	r = sql_read_list(st, domain ? DOMAIN_TOKEN_LIST : DOMAIN_TOKEN_LIST_ALL, &args, mem,
	    &list, count);
	if (r)
		return r;
	*tokens = list;
	return 0;
}

int
sql_role_get(struct store *st, const char *name, struct role *role)
{
	struct sql_args args = { .count = 0 };

	sql_arg_text(&args, name);
	return sql_read_record(st, ROLE_GET, &args, role);
}

int
sql_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count)
{
	void *list;
	int r;

	r = sql_read_list(st, ROLE_LIST, NULL, mem, &list, count);
	if (r)
		return r;
	*roles = list;
	return 0;
}
