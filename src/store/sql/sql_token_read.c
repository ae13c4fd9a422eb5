// SPDX-License-Identifier: ISC
/* store/sql/sql_token_read.c - reads of tokens and sessions. */
#include "base/verdict.h"
#include "store/sql/sql_token.h"
#include "store/sql/sql_try.h"

static int
live_read(struct store *st, enum sql_statement what, struct sql_args *args, enum token_use use,
    int64_t now_ms, struct token *token)
{
	struct token found;
	int r;

	r = sql_read_record(st, what, args, &found);
	if (r)
		return r;
	if (found.expires_ms <= now_ms || found.use != (int64_t)use)
		return V_NOT_FOUND;
	*token = found;
	return 0;
}

int
sql_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	struct sql_args args = { .count = 0 };

	sql_arg_bytes(&args, digest, DIGEST_LEN);
	return live_read(st, TOKEN_FIND, &args, use, now_ms, token);
}

/* A live bearer token and its user, by one statement; if need be with the user's account. */
static int
live_read_user(struct store *st, enum sql_statement what, enum sql_statement with_account,
    struct sql_args *args, int64_t now_ms, struct token *token, struct user *user)
{
	const bool is_ahead = st->account_ahead == AHEAD_EXPECTED;
	struct sql *db = (struct sql *)st;
	struct token found;
	struct user owner;
	struct sql_part parts[] = { { &token_kind, &found, false }, { &user_kind, &owner, false },
	    { &account_kind, &db->ahead, false } };
	int r;

	r = sql_read_joined(st, is_ahead ? with_account : what, args, parts, is_ahead ? 3 : 2);
	if (r)
		return r;
	if (found.expires_ms <= now_ms || found.use != TOKEN_BEARER)
		return V_NOT_FOUND;
	if (parts[1].absent)
		return V_ENDED;
	if (is_ahead && !parts[2].absent)
		st->account_ahead = AHEAD_READ;
	*token = found;
	*user = owner;
	return 0;
}

int
sql_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user)
{
	struct sql_args args = { .count = 0 };

	sql_arg_bytes(&args, digest, DIGEST_LEN);
	return live_read_user(st, TOKEN_FIND_USER, TOKEN_FIND_ACCOUNT, &args, now_ms, token, user);
}

int
sql_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	return live_read_user(st, TOKEN_GET_USER, TOKEN_GET_ACCOUNT, &args, now_ms, token, user);
}

int
sql_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	return live_read(st, TOKEN_GET, &args, use, now_ms, token);
}

int
sql_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count)
{
	struct token start = { .created_ms = INT64_MIN };
	struct sql_args args = { .count = 0 };
	void *list;
	int r;

	if (after) {
		r = sql_token_get(st, use, after, now_ms, &start);
		if (r)
			return r;
		if (!uuid_equal(&start.user, user))
			return V_NOT_FOUND;
	}
	sql_arg_uuid(&args, user);
	sql_arg_number(&args, use);
	sql_arg_number(&args, now_ms);
	sql_arg_number(&args, start.created_ms);
	sql_arg_number(&args, start.created_ms);
	sql_arg_uuid(&args, &start.id);
	sql_arg_number(&args, (int64_t)limit);
	r = sql_read_list(st, TOKEN_LIST, &args, mem, &list, count);
	if (r)
		return r;
	*tokens = list;
	return 0;
}
