// SPDX-License-Identifier: ISC
/* store/store.c - the functions of store.h, as operations for a back end. */
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "base/secret.h"
#include "base/verdict.h"
#include "store/backend.h"

/* What begins while others wait is refused at once. */
static int
check_stall(void)
{
	if (!scoreboard_is_stalled(STATE_STORING, clock_steady_ms() - STORE_STALL_MS))
		return 0;
	return log_fault(-EAGAIN, "store: half of the workers wait for writes that do not end");
}

/* More workers let commits be shared by more, so others see that this one waits for one. */
int
store_submit(struct store *st, const struct op *op, struct op_result *result)
{
	int r;

	r = check_stall();
	if (r)
		return r;
	scoreboard_enter(STATE_STORING);
	r = st->ops->submit(st, op, result);
	scoreboard_enter(STATE_SERVING);
	return r;
}

int
store_submit_plain(struct store *st, const struct op *op)
{
	struct op_result result;

	return store_submit(st, op, &result);
}

int
store_submit_count(struct store *st, const struct op *op, uint64_t *count)
{
	struct op_result result;
	int r;

	r = store_submit(st, op, &result);
	if (r)
		return r;
	*count = result.count;
	return 0;
}

void
store_close(struct store **st)
{
	if (*st)
		(*st)->ops->close(*st);
	*st = NULL;
}

void
store_share(struct store *st)
{
	if (st->ops->share)
		st->ops->share(st);
}

int
store_init(struct store *st, const struct uuid *instance, int64_t now_ms)
{
	struct op op = { .kind = OP_INIT, .now_ms = now_ms,
	    .u.init = { STORE_SCHEMA, *instance, now_ms } };

	return store_submit_plain(st, &op);
}

int
store_user_add(struct store *st, const struct user *user, const struct password *password)
{
	struct op op = { .kind = OP_USER_ADD,
	    .u.user_add = { .user = *user, .password = *password } };

	op.u.user_add.password.user = user->id;
	return store_submit_plain(st, &op);
}

void
store_keep_admin(struct store *st, const struct uuid *keeper)
{
	st->keeper = keeper ? *keeper : (struct uuid){ { 0 } };
}

/* Submits a change of a user and returns the changed record. */
static int
submit_user(struct store *st, const struct op *op, struct user *after)
{
	struct op_result result;
	int r;

	r = store_submit(st, op, &result);
	if (r)
		return r;
	*after = result.u.user;
	return 0;
}

int
store_user_set(struct store *st, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after)
{
	struct op op = { .kind = OP_USER_SET, .now_ms = now_ms, .keeper = st->keeper,
	    .u.user_set = { *user, mask } };

	return submit_user(st, &op, after);
}

int
store_user_fill(struct store *st, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after)
{
	struct op op = { .kind = OP_USER_FILL, .now_ms = now_ms, .u.user_fill = { *user, mask } };

	return submit_user(st, &op, after);
}

int
store_user_password(struct store *st, const struct password *password, const struct ha1b *ha1b,
    uint64_t gen, bool drop_tokens)
{
	return store_user_password_from(st, password, ha1b, gen, drop_tokens, 0);
}

int
store_user_password_from(struct store *st, const struct password *password,
    const struct ha1b *ha1b, uint64_t gen, bool drop_tokens, uint64_t from_gen)
{
	struct op op = { .kind = OP_USER_PASSWORD, .now_ms = password->set_ms,
	    .keeper = st->keeper,
	    .u.user_password = { .to = *password, .gen = gen, .drops_tokens = drop_tokens,
	    .from_gen = from_gen } };

	if (ha1b)
		op.u.user_password.ha1b = *ha1b;
	return store_submit_plain(st, &op);
}

int
store_user_rehash(struct store *st, const struct password *password, const struct ha1b *ha1b,
    const char *old_hash)
{
	struct op op = { .kind = OP_USER_REHASH, .now_ms = password->set_ms,
	    .u.user_rehash = { .to = *password } };

	if (ha1b)
		op.u.user_rehash.ha1b = *ha1b;
	strncpy(op.u.user_rehash.old_hash, old_hash, HASH_SIZE - 1);
	return store_submit_plain(st, &op);
}

int
store_user_disable(struct store *st, const struct uuid *user, uint64_t gen, int64_t now_ms)
{
	struct op op = { .kind = OP_USER_DISABLE, .now_ms = now_ms, .keeper = st->keeper,
	    .u.user_disable = { *user, gen } };

	return store_submit_plain(st, &op);
}

int
store_user_enable(struct store *st, const struct uuid *user, int64_t now_ms)
{
	struct op op = { .kind = OP_USER_ENABLE, .now_ms = now_ms, .u.user_enable = { *user } };

	return store_submit_plain(st, &op);
}

int
store_user_logout(struct store *st, const struct uuid *user, uint64_t gen, int64_t now_ms,
    uint64_t *tokens)
{
	struct op op = { .kind = OP_USER_LOGOUT, .now_ms = now_ms,
	    .u.user_logout = { *user, gen, false } };

	return store_submit_count(st, &op, tokens);
}

/* Each by itself: one was deleted, or there is little room. */
static int
logout_each(struct store *st, const struct op *ops, size_t count, uint64_t *tokens)
{
	uint64_t dropped;
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		r = store_submit_count(st, &ops[i], &dropped);
		*tokens += r ? 0 : dropped;
		if (r == V_NOT_FOUND)
			r = 0;
	}
	return r;
}

int
store_users_logout(struct store *st, const struct uuid *users, size_t count, uint64_t gen,
    int64_t now_ms, uint64_t *tokens)
{
	struct op *ops = calloc(count + 1, sizeof *ops);
	uint64_t dropped;
	size_t done;
	int r = 0;

	if (!ops)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		ops[i] = (struct op){ .kind = OP_USER_LOGOUT, .now_ms = now_ms,
		    .u.user_logout = { users[i], gen, false } };
	*tokens = 0;
	for (size_t at = 0; at < count && !r; at += done) {
		r = st->ops->submit_some(st, ops + at, count - at, &done, &dropped);
		if (r) {
			r = logout_each(st, ops + at, count - at, tokens);
			break;
		}
		*tokens += dropped;
	}
	free(ops);
	return r;
}

int
store_user_end_logins(struct store *st, const struct uuid *user, uint64_t gen,
    int64_t now_ms)
{
	struct op op = { .kind = OP_USER_LOGOUT, .now_ms = now_ms,
	    .u.user_logout = { *user, gen, true } };

	return store_submit_plain(st, &op);
}

int
store_user_delete(struct store *st, const struct uuid *user, bool keep, int64_t now_ms)
{
	struct op op = { .kind = OP_USER_DELETE, .now_ms = now_ms, .keeper = st->keeper,
	    .u.user_delete = { *user, keep } };

	return store_submit_plain(st, &op);
}

int
store_account_add(struct store *st, const struct account *account)
{
	struct op op = { .kind = OP_ACCOUNT_ADD, .u.account_add = *account };

	return store_submit_plain(st, &op);
}

int
store_account_set(struct store *st, const struct account *account, uint64_t mask,
    int64_t now_ms, struct account *after)
{
	struct op op = { .kind = OP_ACCOUNT_SET, .now_ms = now_ms,
	    .u.account_set = { *account, mask } };
	struct op_result result;
	int r;

	r = store_submit(st, &op, &result);
	if (r)
		return r;
	*after = result.u.account;
	return 0;
}

int
store_account_delete(struct store *st, const struct uuid *account)
{
	struct op op = { .kind = OP_ACCOUNT_DELETE, .u.account_delete = { *account } };

	return store_submit_plain(st, &op);
}

int
store_tokens_drop_of_user(struct store *st, const struct uuid *owner, uint64_t gen,
    int64_t now_ms, uint64_t *count)
{
	struct op op = { .kind = OP_TOKENS_DROP_OF_USER, .now_ms = now_ms,
	    .u.tokens_drop_of_user = { *owner, gen } };

	return store_submit_count(st, &op, count);
}

int
store_tokens_prune(struct store *st, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	struct op op = { .kind = OP_TOKENS_PRUNE, .now_ms = now_ms, .u.tokens_prune = { limit } };

	return store_submit_count(st, &op, count);
}

int
store_meta(struct store *st, struct meta *meta)
{
	return st->ops->meta_get(st, meta);
}

int
store_counts(struct store *st, struct store_counts *counts)
{
	return st->ops->counts(st, counts);
}

static size_t
capped(size_t limit)
{
	return limit < STORE_LIST_MAX ? limit : STORE_LIST_MAX;
}

/* No user has the name "", or one that is too long. */
static bool
names_nobody(const char *name)
{
	return !name[0] || strlen(name) >= NAME_SIZE;
}

int
store_user_get(struct store *st, const struct uuid *id, struct user *user)
{
	return st->ops->user_get(st, id, user);
}

int
store_user_find(struct store *st, enum identity_kind kind, const char *name, struct user *user)
{
	return names_nobody(name) ? V_NOT_FOUND : st->ops->user_find(st, kind, name, user);
}

int
store_password_get(struct store *st, const struct uuid *user, struct password *password)
{
	return st->ops->password_get(st, user, password);
}

int
store_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count)
{
	return st->ops->user_list(st, mem, after, capped(limit), users, count);
}

int
store_account_get(struct store *st, const struct uuid *id, struct account *account)
{
	return st->ops->account_get(st, id, account);
}

void
store_expect_account(struct store *st, bool expected)
{
	st->account_ahead = expected ? AHEAD_EXPECTED : AHEAD_NOT;
}

int
store_account_find(struct store *st, const char *name, struct account *account)
{
	return names_nobody(name) ? V_NOT_FOUND : st->ops->account_find(st, name, account);
}

int
store_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count)
{
	return st->ops->account_list(st, mem, after, capped(limit), accounts, count);
}

int
store_token_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token)
{
	return st->ops->token_find(st, TOKEN_BEARER, digest, now_ms, token);
}

/* The user of a token that was found with the result r; token and user are set together. */
static int
with_user(struct store *st, int r, const struct token *found, struct token *token,
    struct user *user)
{
	if (r)
		return r;
	r = store_user_get(st, &found->user, user);
	if (!r)
		*token = *found;
	return r == V_NOT_FOUND ? V_ENDED : r;
}

int
store_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user)
{
	struct token found;

	if (st->ops->token_find_user)
		return st->ops->token_find_user(st, digest, now_ms, token, user);
	return with_user(st, store_token_find(st, digest, now_ms, &found), &found, token, user);
}

int
store_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user)
{
	struct token found;

	if (st->ops->token_get_user)
		return st->ops->token_get_user(st, id, now_ms, token, user);
	return with_user(st, store_token_get(st, id, now_ms, &found), &found, token, user);
}

int
store_session_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *session)
{
	return st->ops->token_find(st, TOKEN_SESSION, digest, now_ms, session);
}

int
store_token_get(struct store *st, const struct uuid *id, int64_t now_ms, struct token *token)
{
	return st->ops->token_get(st, TOKEN_BEARER, id, now_ms, token);
}

int
store_token_list(struct store *st, struct arena *mem, const struct uuid *user,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **tokens, size_t *count)
{
	return st->ops->token_list(st, mem, TOKEN_BEARER, user, after, capped(limit), now_ms,
	    tokens, count);
}

int
store_session_list(struct store *st, struct arena *mem, const struct uuid *user,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **sessions,
    size_t *count)
{
	return st->ops->token_list(st, mem, TOKEN_SESSION, user, after, capped(limit), now_ms,
	    sessions, count);
}
