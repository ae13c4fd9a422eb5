// SPDX-License-Identifier: ISC
/* store/change.c - how an operation changes a record. */
#include "store/change.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"
#include "base/verdict.h"
#include "base/words.h"
#include "store/store.h"

/* It is void for another login than its own, and a disabled user has none. */
static void
take_ha1b(struct user *user, const char *index, const char *login)
{
	const bool fits = !user->disabled_ms && strcmp(login, user_ha1b_login(user)) == 0;

	memmove(user->ha1b, fits ? index : "", fits ? sizeof user->ha1b : 1);
}

static int
set(const struct user *to, uint64_t mask, int64_t now_ms, struct user *user)
{
	const struct user old = *user;

	record_merge(&user_kind, user, to, mask);
	/* a new login removes it, unless one comes with it */
	if (mask & field_bit(&user_kind, "ha1b"))
		take_ha1b(user, to->ha1b, user_ha1b_login(to));
	else if (strcmp(old.email, user->email) != 0 ||
	    strcmp(old.sip_login, user->sip_login) != 0)
		user->ha1b[0] = '\0';
	record_touch(&user_kind, &old, user, now_ms);
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

/* It ends all logins, so that none has to be asked for by itself. */
static void
take_gen(struct user *user, uint64_t gen)
{
	user->gen = gen;
	user->logins_ended_ms = 0;
}

static int
new_password(const struct op *op, struct user *user)
{
	const uint64_t from = op->u.user_password.from_gen;

	if (user->deleted_ms)
		return V_NOT_FOUND;
	/* it has the new one if this is repeated */
	if (from && user->gen != from && user->gen != op->u.user_password.gen)
		return V_CHANGED;
	take_ha1b(user, op->u.user_password.ha1b.index, op->u.user_password.ha1b.login);
	take_gen(user, op->u.user_password.gen);
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
	take_ha1b(user, op->u.user_rehash.ha1b.index, op->u.user_rehash.ha1b.login);
	return 0;
}

/* All logins of one that is disabled already have ended, and it gets no new ones. */
static int
disable(const struct op *op, struct user *user)
{
	if (!user->disabled_ms)
		take_gen(user, op->u.user_disable.gen);
	user->ha1b[0] = '\0';
	user_mark_disabled(user, op->now_ms);
	return 0;
}

static int
enable(const struct op *op, struct user *user)
{
	user_mark_enabled(user, op->now_ms);
	return 0;
}

static int
logout(const struct op *op, struct user *user)
{
	take_gen(user, op->u.user_logout.gen);
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
change_ends_admin(const struct op *op, const struct user *old, bool had_password,
    const struct user *user)
{
	const struct password *password = op_password(op);

	return user_administers(old, had_password) &&
	    !user_administers(user, password ? password->hash[0] : had_password);
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
	const struct account before = *old;

	if (account != old)
		*account = *old;
	record_merge(&account_kind, account, &op->u.account_set.to, op->u.account_set.mask);
	record_touch(&account_kind, &before, account, op->now_ms);
}

bool
change_ends_login(const struct token *token, struct user *user)
{
	if (token->use != TOKEN_ENDED || user->logins_ended_ms >= token->expires_ms)
		return false;
	user->logins_ended_ms = token->expires_ms;
	return true;
}

int64_t
change_jumped_ms(int64_t last_ms, int64_t settled_ms, int64_t until_ms)
{
	if (last_ms && until_ms - last_ms >= STORE_GRACE_MS)
		return until_ms;
	return settled_ms ? settled_ms - STORE_GRACE_MS : 0;
}

bool
change_keeps_ended(struct token *token, int64_t jumped_ms, int64_t until_ms)
{
	const int64_t life_ms = token->expires_ms - token->created_ms;

	if (token->use != TOKEN_ENDED || !jumped_ms || until_ms - jumped_ms >= life_ms)
		return false;
	token->created_ms = jumped_ms;
	token->expires_ms = jumped_ms + life_ms;
	return true;
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

bool
change_token_used(const struct token_used *used, struct token *token)
{
	if (token->use != TOKEN_BEARER || used->used_ms <= token->last_used_ms)
		return false;
	token->last_used_ms = used->used_ms;
	memcpy(token->last_used_ip, used->ip, sizeof token->last_used_ip);
	return true;
}

/* No limit is the widest one. */
static bool
is_narrower(const struct token *token, const struct token *old)
{
	if (old->scope[0] && !(token->scope[0] && words_within(token->scope, old->scope)))
		return false;
	return !old->addresses[0] ||
	    (token->addresses[0] && networks_within(token->addresses, old->addresses));
}

int
change_check_parent(const struct op *op, const struct token *parent)
{
	const struct token *token = &op->u.token_add.token;

	if (!parent || !change_is_live(op, parent) || parent->use != TOKEN_BEARER ||
	    !uuid_equal(&parent->user, &token->user) || parent->gen != token->gen)
		return V_ENDED;
	return is_narrower(token, parent) ? 0 : V_FORBIDDEN;
}

int
change_token(const struct op *op, const struct token *old, struct token *token)
{
	struct token changed = *old;

	record_merge(&token_kind, &changed, &op->u.token_set.to, op->u.token_set.mask);
	if (op->u.token_set.narrows && !is_narrower(&changed, old))
		return V_FORBIDDEN;
	/* the time that both are valid ends when the rotation said */
	if (!uuid_is_none(&old->successor) && changed.expires_ms > old->expires_ms)
		return V_ROTATED;
	record_touch(&token_kind, old, &changed, op->now_ms);
	*token = changed;
	return 0;
}

bool
change_repeats_rotation(const struct op *op, const struct token *old)
{
	return uuid_equal(&old->successor, &op->u.token_rotate.fresh.id) &&
	    uuid_equal(&old->user, &op->u.token_rotate.owner);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int
change_rotate(const struct op *op, const struct token *old, struct token *left,
    struct token *fresh)
{
	const struct token_rotation *rotation = &op->u.token_rotate;
	struct token made = *old;

	if (!change_is_live(op, old) || old->use != TOKEN_BEARER ||
	    !uuid_equal(&old->user, &rotation->owner))
		return V_NOT_FOUND;
	if (!uuid_is_none(&old->successor))
		return V_ROTATED;
	made.id = rotation->fresh.id;
	memcpy(made.digest, rotation->fresh.digest, sizeof made.digest);
	memcpy(made.prefix, rotation->fresh.prefix, sizeof made.prefix);
	memcpy(made.head, rotation->fresh.head, sizeof made.head);
	made.hash_key = rotation->fresh.hash_key;
	made.created_ms = made.modified_ms = op->now_ms;
	made.ttl_s = smaller(old->ttl_s, rotation->ttl_max_s);
	made.expires_ms = op->now_ms + made.ttl_s * 1000;
	made.predecessor = old->id;
	made.replaced_ms = made.last_used_ms = 0;
	made.last_used_ip[0] = '\0';
	*left = *old;
	left->successor = made.id;
	left->modified_ms = op->now_ms;
	left->expires_ms = smaller(old->expires_ms, rotation->until_ms);
	*fresh = made;
	return 0;
}

uint64_t
change_rotation_limit(const struct op *op, const struct token *left)
{
	const uint64_t limit = op->u.token_rotate.limit;

	/* one that ends at once makes its own room */
	return change_is_live(op, left) && limit < UINT64_MAX ? limit + 1 : UINT64_MAX;
}
