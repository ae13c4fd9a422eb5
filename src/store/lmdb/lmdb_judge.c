// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_judge.c - what is right of a record, and of its entries in indexes:
 * a rule for each database.
 *
 * A rule does not judge what another record says that cannot be read: that one is
 * reported where the walk meets it, and what belongs to it once it is gone.
 */
#include "store/lmdb/lmdb_judge.h"

#include <string.h>

#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_board.h"
#include "store/lmdb/lmdb_ended.h"
#include "store/lmdb/lmdb_token.h"

/* Clocks differ a little, and a check takes a while. */
#define FUTURE_MS ((int64_t)60 * 60 * 1000)

static bool
is_future(const struct walk *w, int64_t made_ms)
{
	return made_ms > w->check->now_ms + FUTURE_MS;
}

static bool
is_missing(int r)
{
	return r == V_NOT_FOUND;
}

/* --- users ----------------------------------------------------------------------- */

/* The entry of a name has to lead to id.  other: does another record have the name too? */
static int
judge_entry(struct walk *w, const struct place *entry, const struct uuid *id,
    bool (*other)(struct walk *, const struct place *, const struct uuid *))
{
	const struct uuid_link want = { *id };
	struct uuid_link link;
	int r;

	r = place_look(w->tx, entry, &link);
	if (r < 0)
		return r;
	if (!r && uuid_equal(&link.id, id))
		return 0;
	if (!r && other(w, entry, &link.id))
		return check_leave(w, STORE_TWICE);
	return check_enter(w, entry, &want);
}

/* Does that user have the name of the entry, as far as is known? */
static bool
user_has(struct walk *w, const struct place *entry, const struct uuid *id)
{
	const struct place at = at_uuid(TABLE_USER, id);
	enum identity_kind kind;
	char name[NAME_SIZE];
	struct user user;
	int r = place_look(w->tx, &at, &user);

	return !r && place_identity(entry, &kind, name) && user_has_name(&user, kind, name);
}

static int
judge_names(struct walk *w, const struct user *user)
{
	struct place entry;
	int r = 0;

	for (size_t i = 0; i < USER_NAMES && !r; i++) {
		if (!user_name_at(user, i)[0])
			continue;
		entry = at_identity(user_names[i].kind, user_name_at(user, i));
		r = judge_entry(w, &entry, &user->id, user_has);
	}
	return r;
}

static int
judge_membership(struct walk *w, const struct user *user)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &user->account);
	const struct place member = at_account_user(&user->account, &user->id);
	const struct uuid_link want = { user->id };
	struct user without = *user;
	struct account account;
	struct uuid_link link;
	int r;

	if (uuid_is_none(&user->account))
		return 0;
	r = place_look(w->tx, &at, &account);
	if (r < 0)
		return r;
	if (is_missing(r)) {
		without.account = (struct uuid){ .bytes = { 0 } };
		return check_replace(w, STORE_NO_ACCOUNT, &without);
	}
	r = place_look(w->tx, &member, &link);
	if (r < 0)
		return r;
	return !r && uuid_equal(&link.id, &user->id) ? 0 : check_enter(w, &member, &want);
}

static int
judge_user(struct walk *w, void *record)
{
	const struct user *user = record;
	const struct place own = at_uuid(TABLE_USER, &user->id);
	int r;

	if (!place_same(&own, &w->at))
		return check_drop(w, STORE_MISPLACED);
	r = judge_names(w, user);
	if (!r)
		r = judge_membership(w, user);
	if (!r && is_future(w, user->created_ms))
		r = check_future(w);
	return r;
}

static int
judge_identity(struct walk *w, void *record)
{
	const struct uuid_link *link = record;
	const struct place at = at_uuid(TABLE_USER, &link->id);
	enum identity_kind kind;
	char name[NAME_SIZE];
	struct user user;
	int r;

	r = place_look(w->tx, &at, &user);
	if (r < 0 || r == V_MALFORMED)
		return r < 0 ? r : 0;
	if (!r && place_identity(&w->at, &kind, name) && user_has_name(&user, kind, name))
		return 0;
	return check_drop(w, STORE_NO_RECORD);
}

static int
judge_password(struct walk *w, void *record)
{
	const struct password *password = record;
	const struct place own = at_uuid(TABLE_PASSWORD, &password->user);
	const struct place at = at_uuid(TABLE_USER, &password->user);
	struct user user;
	int r;

	if (!place_same(&own, &w->at))
		return check_drop(w, STORE_MISPLACED);
	r = place_look(w->tx, &at, &user);
	if (r < 0)
		return r;
	if (is_missing(r) || (!r && user.deleted_ms))
		return check_drop(w, STORE_NO_USER);
	return is_future(w, password->set_ms) ? check_future(w) : 0;
}

/* --- accounts -------------------------------------------------------------------- */

static bool
account_has(struct walk *w, const struct place *entry, const struct uuid *id)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, id);
	struct account account;
	struct place named;

	if (place_look(w->tx, &at, &account))
		return false;
	named = at_text(TABLE_ACCOUNT_NAME, account.name);
	return place_same(&named, entry);
}

static int
judge_account(struct walk *w, void *record)
{
	const struct account *account = record;
	const struct place own = at_uuid(TABLE_ACCOUNT, &account->id);
	const struct place entry = at_text(TABLE_ACCOUNT_NAME, account->name);
	int r = 0;

	if (!place_same(&own, &w->at))
		return check_drop(w, STORE_MISPLACED);
	if (account->name[0])
		r = judge_entry(w, &entry, &account->id, account_has);
	if (!r && is_future(w, account->created_ms))
		r = check_future(w);
	return r;
}

static int
judge_account_name(struct walk *w, void *record)
{
	const struct uuid_link *link = record;
	const struct place at = at_uuid(TABLE_ACCOUNT, &link->id);
	struct account account;
	struct place named;
	int r;

	r = place_look(w->tx, &at, &account);
	if (r < 0 || r == V_MALFORMED)
		return r < 0 ? r : 0;
	if (!r) {
		named = at_text(TABLE_ACCOUNT_NAME, account.name);
		if (account.name[0] && place_same(&named, &w->at))
			return 0;
	}
	return check_drop(w, STORE_NO_RECORD);
}

static int
judge_account_user(struct walk *w, void *record)
{
	const struct uuid_link *link = record;
	const struct place at = at_uuid(TABLE_USER, &link->id);
	struct place member;
	struct user user;
	int r;

	r = place_look(w->tx, &at, &user);
	if (r < 0 || r == V_MALFORMED)
		return r < 0 ? r : 0;
	if (!r) {
		member = at_account_user(&user.account, &user.id);
		if (!uuid_is_none(&user.account) && place_same(&member, &w->at))
			return 0;
	}
	return check_drop(w, STORE_NO_RECORD);
}

/* --- tokens ---------------------------------------------------------------------- */

static int
judge_links(struct walk *w, const struct token *token)
{
	struct token_link values[TOKEN_LINKS], found;
	struct place links[TOKEN_LINKS];
	int r = 0;

	lmdb_token_links(token, links, values);
	for (size_t i = 0; i < TOKEN_LINKS && r >= 0; i++) {
		r = place_look(w->tx, &links[i], &found);
		/* the digest in an entry that an older version wrote says what its key says */
		if (r == 0 && (i == TOKEN_LINKS - 1 || memcmp(found.digest, values[i].digest,
		    DIGEST_LEN) == 0) && (i != 1 || (found.expires_ms == values[i].expires_ms &&
		    found.use == values[i].use)))
			continue;
		if (r >= 0)
			r = check_enter(w, &links[i], &values[i]);
	}
	return r < 0 || r == MDB_MAP_FULL ? r : 0;
}

static int
drop_misplaced(struct walk *w, const struct token *token)
{
	int r = 0;

	if (w->repairs && token->use == TOKEN_ENDED)
		r = ended_lose_of(w, &token->user);
	return r ? r : check_drop(w, STORE_MISPLACED);
}

static int
judge_token(struct walk *w, void *record)
{
	const struct token *token = record;
	const struct place own = at_digest(token->digest);
	const struct place at = at_uuid(TABLE_USER, &token->user);
	struct user user;
	int r;

	if (!place_same(&own, &w->at))
		return drop_misplaced(w, token);
	w->check->expired += token->expires_ms <= w->check->now_ms;
	r = place_look(w->tx, &at, &user);
	if (r < 0)
		return r;
	if (is_missing(r) || (!r && user.deleted_ms))
		return check_drop(w, STORE_NO_USER);
	if (!r && token->use == TOKEN_BEARER && token->gen != user.token_gen)
		return check_drop(w, STORE_REVOKED);
	if (!r && token->use == TOKEN_ENDED)
		r = ended_judge(w, token, &user);
	if (r < 0)
		return r;
	r = judge_links(w, token);
	if (!r && is_future(w, token->created_ms))
		r = check_future(w);
	return r;
}

/* The digest that an entry of an index of tokens leads to. */
static struct place
target_of(const struct walk *w, const struct token_link *link)
{
	return w->at.table == TABLE_TOKEN_EXPIRY ? place_of_expiring(&w->at) :
	    at_digest(link->digest);
}

static int
judge_token_entry(struct walk *w, void *record)
{
	const struct place at = target_of(w, record);
	struct token_link values[TOKEN_LINKS];
	struct place links[TOKEN_LINKS];
	struct token token;
	struct uuid login;
	int r;

	r = place_look(w->tx, &at, &token);
	if (r < 0 || r == V_MALFORMED)
		return r < 0 ? r : 0;
	if (!r) {
		lmdb_token_links(&token, links, values);
		for (size_t i = 0; i < TOKEN_LINKS; i++) {
			if (place_same(&links[i], &w->at))
				return 0;
		}
	} else if (w->repairs && login_of_digest(at.key, &login)) {
		r = ended_lose(w, &login);
	}
	return r < 0 ? r : check_drop(w, STORE_NO_RECORD);
}

/* --- the others ------------------------------------------------------------------ */

static int
judge_key(struct walk *w, void *record)
{
	const struct key *key = record;
	const struct place own = at_text(TABLE_KEY, key->id);

	if (!place_same(&own, &w->at))
		return check_leave(w, STORE_MISPLACED);
	return is_future(w, key->created_ms) ? check_future(w) : 0;
}

static int
judge_domain_token(struct walk *w, void *record)
{
	const struct domain_token *token = record;
	const struct place own = at_domain_token(token->domain, &token->id);

	if (!place_same(&own, &w->at))
		return check_drop(w, STORE_MISPLACED);
	w->check->expired += token->expires_ms <= w->check->now_ms;
	return is_future(w, token->created_ms) ? check_future(w) : 0;
}

static int
judge_role(struct walk *w, void *record)
{
	const struct role *role = record;
	const struct place own = at_text(TABLE_ROLE, role->name);

	return place_same(&own, &w->at) ? 0 : check_leave(w, STORE_MISPLACED);
}

static int
judge_meta(struct walk *w, void *record)
{
	const struct meta *meta = record;

	return is_future(w, meta->created_ms) ? check_future(w) : 0;
}

static const struct {
	int (*judge)(struct walk *w, void *record);
	bool stays;			/* unreadable or not: without it more might be permitted */
} rules[TABLES] = {
	[TABLE_META]         = { judge_meta,         true },
	[TABLE_USER]         = { judge_user,         false },
	[TABLE_IDENTITY]     = { judge_identity,     false },
	[TABLE_PASSWORD]     = { judge_password,     false },
	[TABLE_ACCOUNT]      = { judge_account,      false },
	[TABLE_ACCOUNT_NAME] = { judge_account_name, false },
	[TABLE_ACCOUNT_USER] = { judge_account_user, false },
	[TABLE_TOKEN]        = { judge_token,        false },
	[TABLE_TOKEN_UUID]   = { judge_token_entry,  false },
	[TABLE_TOKEN_USER]   = { judge_token_entry,  false },
	[TABLE_TOKEN_EXPIRY] = { judge_token_entry,  false },
	[TABLE_KEY]          = { judge_key,          true },
	[TABLE_DOMAIN_TOKEN] = { judge_domain_token, false },
	[TABLE_ROLE]         = { judge_role,         true },
};

int
lmdb_judge(struct walk *w)
{
	union any_record record;
	struct uuid login;
	int r;

	if (w->at.table == TABLE_META && batch_owns(&w->at))
		return 0;
	r = place_look(w->tx, &w->at, &record);
	if (r == 0)
		return rules[w->at.table].judge(w, &record);
	if (r != V_MALFORMED)
		return r;
	if (rules[w->at.table].stays)
		return check_leave(w, STORE_DAMAGED);
	r = 0;
	if (w->repairs && w->at.table == TABLE_TOKEN && w->at.len == DIGEST_LEN &&
	    login_of_digest(w->at.key, &login))
		r = ended_lose(w, &login);
	return r ? r : check_drop(w, STORE_DAMAGED);
}
