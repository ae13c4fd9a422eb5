// SPDX-License-Identifier: ISC
/* store/change.c - how an operation changes a record. */
#include "store/change.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"

static int
set(const struct user *to, uint64_t mask, int64_t now_ms, struct user *user)
{
	const struct user old = *user;

	record_merge(&user_kind, user, to, mask);
	/* a HA1B belongs to a login: a new login removes it, unless one comes with it */
	if (!(mask & field_bit(&user_kind, "ha1b")) && (strcmp(old.email, user->email) != 0 ||
	    strcmp(old.sip_login, user->sip_login) != 0))
		user->ha1b[0] = '\0';
	user->modified_ms = now_ms;
	return 0;
}

static int
fill(const struct op *op, struct user *user)
{
	const struct user *to = &op->u.user_fill.to;
	uint64_t mask = op->u.user_fill.mask;

	return record_has_any(&user_kind, user, mask) ? V_CHANGED :
	    set(to, mask, op->now_ms, user);
}

static int
new_password(const struct op *op, struct user *user)
{
	if (user->deleted_ms)
		return V_NOT_FOUND;
	memcpy(user->ha1b, op->u.user_password.ha1b, sizeof user->ha1b);
	user->gen = op->u.user_password.gen;
	if (op->u.user_password.drops_tokens)
		user->token_gen = op->u.user_password.gen;
	user->modified_ms = op->now_ms;
	return 0;
}

/* The same password in a new hash: the user did not change. */
static int
rehash(const struct op *op, const struct password *old, struct user *user)
{
	if (!old || strcmp(old->hash, op->u.user_rehash.old_hash) != 0)
		return V_CHANGED;
	memcpy(user->ha1b, op->u.user_rehash.ha1b, sizeof user->ha1b);
	return 0;
}

static int
disable(const struct op *op, struct user *user)
{
	if (!user->disabled_ms)
		user->disabled_ms = op->now_ms;
	user->ha1b[0] = '\0';
	user->gen = op->u.user_disable.gen;
	user->modified_ms = op->now_ms;
	return 0;
}

static int
enable(const struct op *op, struct user *user)
{
	user->disabled_ms = 0;
	user->modified_ms = op->now_ms;
	return 0;
}

static int
logout(const struct op *op, struct user *user)
{
	user->gen = op->u.user_logout.gen;
	if (!op->u.user_logout.keeps_tokens)
		user->token_gen = op->u.user_logout.gen;
	return 0;
}

/* If the record remains, it keeps its names and its account. */
static int
bury(const struct op *op, struct user *user)
{
	if (user->deleted_ms)
		return 0;
	user->ha1b[0] = '\0';
	user->token_gen++;
	user->deleted_ms = op->now_ms;
	user->modified_ms = op->now_ms;
	return 0;
}

int
change_user(const struct op *op, const struct user *old, const struct password *old_password,
    struct user *user)
{
	if (user != old)
		*user = *old;
	switch (op->kind) {
	case OP_USER_SET:	return set(&op->u.user_set.to, op->u.user_set.mask,
				    op->now_ms, user);
	case OP_USER_FILL:	return fill(op, user);
	case OP_USER_PASSWORD:	return new_password(op, user);
	case OP_USER_REHASH:	return rehash(op, old_password, user);
	case OP_USER_DISABLE:	return disable(op, user);
	case OP_USER_ENABLE:	return enable(op, user);
	case OP_USER_LOGOUT:	return logout(op, user);
	case OP_USER_DELETE:	return bury(op, user);
	default:		return -EINVAL;
	}
}

bool
change_repeats_user(const struct op *op, const struct user *old,
    const struct password *old_password)
{
	const struct password *wanted = &op->u.user_add.password;

	if (!record_same(&user_kind, old, &op->u.user_add.user))
		return false;
	if (!old_password)
		return !wanted->hash[0];
	return strcmp(old_password->hash, wanted->hash) == 0 &&
	    old_password->set_ms == wanted->set_ms;
}

void
change_account(const struct op *op, const struct account *old, struct account *account)
{
	if (account != old)
		*account = *old;
	record_merge(&account_kind, account, &op->u.account_set.to, op->u.account_set.mask);
	account->modified_ms = op->now_ms;
}

bool
change_is_live(const struct op *op, const struct token *old)
{
	return old->expires_ms > op->now_ms;
}

bool
change_owns_token(const struct op *op, const struct token *token)
{
	const bool sets = op->kind == OP_TOKEN_SET;
	const struct uuid *owner = sets ? &op->u.token_set.owner : &op->u.token_drop.owner;
	const int64_t use = sets ? op->u.token_set.to.use : (int64_t)op->u.token_drop.use;

	return token->expires_ms > op->now_ms && token->use == use &&
	    uuid_equal(&token->user, owner);
}

void
change_token(const struct op *op, const struct token *old, struct token *token)
{
	if (token != old)
		*token = *old;
	record_merge(&token_kind, token, &op->u.token_set.to, op->u.token_set.mask);
	token->modified_ms = op->now_ms;
}
