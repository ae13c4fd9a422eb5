// SPDX-License-Identifier: ISC
/*
 * store/store.h - the database of the service, and the only way to access it.
 *
 * Every call is one atomic step: all of it happens or none.  Outputs are
 * copies, never memory of a back end, because a record of LMDB is valid only
 * within its transaction and a row of SQL only with its result.  The caller
 * supplies times, in Unix milliseconds, and random values: a store has no clock
 * and no random source.  An acknowledged write survives a power failure.
 * Non-zero results leave outputs unchanged.  If several verdicts of a call
 * apply, the first one named is the result.
 *
 * Adding a record that already exists, identical in every field, is a repeat
 * and returns 0.  Every call can be repeated without harm; op_traits
 * (store/op.h) says which ones then give the same answer.  An expired token does
 * not exist for any call, even if the back end still has it; any write may drop
 * a few tokens that expired STORE_GRACE_MS ago.
 *
 * Results: 0; the verdicts named at each call; or a negative errno, logged by
 * the back end where it arose:
 *	-ENOSPC		the disk or the permitted size is full; reads go on, and so do
 *			the writes that take something away (op_traits).  Such a write
 *			may then be several steps, of which each is atomic: if it
 *			fails, part of it may be done, and it can be made again
 *	-EBADMSG	a record or the file is damaged; the log says which
 *	-EUCLEAN	it fell back to a former state, in which what was revoked is valid
 *	-EIO, -EROFS, -EAGAIN and others: the store is unavailable now
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/record.h"
#include "store/store_where.h"

#define STORE_LIST_MAX 1000

/*
 * What is dropped in passing has expired so long ago: a clock that is ahead for a while, and
 * is put right, must not have removed what is live.
 */
#define STORE_GRACE_MS ((int64_t)24 * 60 * 60 * 1000)

struct store;

/*
 * Opens the store.  With STORE_MAKE it is created if absent, and store_init must
 * follow.  Call it after fork, once in a process; store_close closes it (and
 * can be used with GUARD).
 *	-ENOENT		there is none
 *	-EOPNOTSUPP	this kind of store cannot be in that place
 *	-EPROTO		it is something else, or its schema is newer than STORE_SCHEMA
 *	-ESTALE		an older schema: call store_upgrade first
 *	-EBADMSG	it is cut short
 *	-EUCLEAN	it fell back to a former state: store_mend or store_restore
 *	-EPERM		its files are not what they should be, or belong to others
 *	-EBUSY		it is in use in a way that cannot be shared
 */
int store_open(struct store **st, const struct store_where *where, enum store_how how);

/*
 * Upgrades the store to STORE_SCHEMA, in one step.  The file backup, created
 * with mode 0600, receives a copy from before.  *from is the schema it had; if
 * that was STORE_SCHEMA, nothing is done.  V_NOT_FOUND: it was never
 * initialized.  -EBUSY: other processes have it open.  -EEXIST: backup exists.
 * Others as above.
 */
int store_upgrade(const struct store_where *where, const char *backup, uint64_t *from);

void store_close(struct store **st);

/* --- writes; each fills one struct op ---------------------------------- */

/* Writes schema and instance id.  V_EXISTS if there are any, even the same. */
/*
 * This process writes beside others of its kind: a back end may commit what they write
 * at the same moment together.  Call it once, after store_open.
 */
void store_share(struct store *st);

int store_init(struct store *st, const struct uuid *instance, int64_t now_ms);

/*
 * The secrets that this process makes are made with the keys as they were after so
 * many changes (store_key_changes).  If they have changed since, a key, token, session
 * or domain token is not added, and no key changed or dropped: V_CHANGED.  0, as at the
 * beginning: they are not compared.
 */
void store_expect_keys(struct store *st, uint64_t changes);

/* V_EXISTS if the id is taken by another key.  V_CHANGED. */
int store_key_add(struct store *st, const struct key *key);

/* Changes the fields of mask (bits as in key_kind).  V_NOT_FOUND.  V_CHANGED. */
int store_key_set(struct store *st, const struct key *key, uint64_t mask);
int store_key_drop(struct store *st, const char *id);		/* likewise */

/*
 * Adds user with its logins and provider ids, "" for none of a kind;
 * password->hash "" for none.  A user may have one login as e-mail and SIP
 * login.  V_EXISTS: another user has one of them, or the id.
 * V_NOT_FOUND: its account does not exist.
 */
int store_user_add(struct store *st, const struct user *user, const struct password *password);

/* A user of a batch: added, or changed in the fields of mask and the password unless "". */
struct user_write {
	struct user user;
	struct password password;
	uint64_t mask;			/* 0: the user is new */
	enum { AS_BEFORE, ENABLE, DISABLE } turn;	/* of a user who is changed */
	bool ends_password;		/* of a user who is changed: it has none afterwards */
	bool drops_tokens;		/* with either: the bearer tokens end too */
};

/*
 * The changes of users that follow must leave somebody who can administer: as long as a
 * user lives, has the role Admin, and has a password or an id at a provider, it can.  If a
 * change takes that from a user, keeper, another one, must be able to when it is done.  Else
 * the change is V_LAST_ADMIN, after the verdicts that are named there.  NULL, as at the
 * beginning: nobody must be left.
 */
void store_keep_admin(struct store *st, const struct uuid *keeper);

/*
 * Adds or changes all of them in one atomic step, with the verdicts of
 * store_user_add, store_user_set, store_user_password, store_user_enable and
 * store_user_disable.  A changed password ends JWTs by the generation in user.gen, and so
 * does DISABLE.  The HA1B of user is that of its own login, whatever mask has.
 */
int store_users_write(struct store *st, const struct user_write *writes, size_t count,
    int64_t now_ms);

/*
 * Changes the fields of mask (bits as in user_kind) and modified_ms; *after is
 * the user after the change.  A new e-mail or SIP login removes its HA1B, which
 * was computed from the old login; if mask has the HA1B itself, it is that of the login of
 * user.  V_NOT_FOUND: no such user, or no such account.
 * V_EXISTS: another user has one of its new names.
 */
int store_user_set(struct store *st, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after);

/*
 * As store_user_set, for text fields that must be empty: V_CHANGED if one of
 * them is not.
 */
int store_user_fill(struct store *st, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after);

/*
 * Sets the password, its HA1B (NULL for none) and the generation, which
 * ends all JWTs; drop_tokens drops the bearer tokens too.  The hash "" removes the
 * password.  V_NOT_FOUND: no such user, or a deleted one.  V_EXISTS: another
 * user has that HA1B.
 *
 * Here and below, a user who is disabled, or whose login is another one than that of the
 * HA1B by then, has none afterwards.
 */
int store_user_password(struct store *st, const struct password *password,
    const struct ha1b *ha1b, uint64_t gen, bool drop_tokens);

/* The same of a user whose generation is from_gen (0: any).  V_CHANGED: it is another one. */
int store_user_password_from(struct store *st, const struct password *password,
    const struct ha1b *ha1b, uint64_t gen, bool drop_tokens, uint64_t from_gen);

/* Replaces hash and HA1B of the same password.  V_CHANGED: old_hash is not current. */
int store_user_rehash(struct store *st, const struct password *password, const struct ha1b *ha1b,
    const char *old_hash);

/*
 * Ends JWTs by a new generation; tokens remain, unusable until enable.  A user
 * who is already disabled keeps the original time.  V_NOT_FOUND.
 */
int store_user_disable(struct store *st, const struct uuid *user, uint64_t gen, int64_t now_ms);
int store_user_enable(struct store *st, const struct uuid *user, int64_t now_ms);

/*
 * Ends JWTs by a new generation and drops all bearer tokens; how many were
 * live.  modified_ms is kept: the user did not change.  V_NOT_FOUND.
 */
int store_user_logout(struct store *st, const struct uuid *user, uint64_t gen, int64_t now_ms,
    uint64_t *tokens);

/*
 * The same of several users, in few writes; those who do not exist are left out.  If it
 * fails, it may have been done for some, and can be repeated.
 */
int store_users_logout(struct store *st, const struct uuid *users, size_t count, uint64_t gen,
    int64_t now_ms, uint64_t *tokens);

/* The same of one, but keeps the bearer tokens. */
int store_user_end_logins(struct store *st, const struct uuid *user, uint64_t gen,
    int64_t now_ms);

/*
 * Removes the user, its password, names and tokens.  With keep the record
 * remains, deleted at now_ms (or at the time of the first deletion), with its
 * names and account, but without password and tokens.  V_NOT_FOUND.
 */
int store_user_delete(struct store *st, const struct uuid *user, bool keep, int64_t now_ms);

/* V_EXISTS: the name or the id is taken.  The name "" need not be unique. */
int store_account_add(struct store *st, const struct account *account);

/* As store_user_set, for accounts. */
int store_account_set(struct store *st, const struct account *account, uint64_t mask,
    int64_t now_ms, struct account *after);

/* V_NOT_FOUND.  V_EXISTS: a user belongs to it, even a deleted one. */
int store_account_delete(struct store *st, const struct uuid *account);

/*
 * V_NOT_FOUND: no such user, or a deleted one.  V_EXISTS: the id or the digest
 * is taken.  V_TOO_MANY: the user has limit live tokens already.
 */
int store_token_add(struct store *st, const struct token *token, uint64_t limit, int64_t now_ms);

/*
 * The same, made by another bearer token.  V_ENDED: that is not a live one of the user with
 * the same gen.  V_FORBIDDEN: its limits, as they are now, are narrower.
 */
int store_token_add_by(struct store *st, const struct uuid *parent, const struct token *token,
    uint64_t limit, int64_t now_ms);

/*
 * Changes name, ttl_s, expires_ms, scope and addresses as mask says (bits as in
 * token_kind; other bits are ignored), and modified_ms.  V_NOT_FOUND: none, expired, or
 * not owner's.
 */
int store_token_set(struct store *st, const struct uuid *owner, const struct token *token,
    uint64_t mask, int64_t now_ms, struct token *after);

/* The same.  V_FORBIDDEN: its limits would not be part of those that it has. */
int store_token_narrow(struct store *st, const struct uuid *owner, const struct token *token,
    uint64_t mask, int64_t now_ms, struct token *after);

/*
 * Adds a token in place of a live one of the owner, with its name, ttl_s, generation and
 * limits, and the life that ttl_s says from now on.  The old one ends at until_ms at the
 * latest.  *fresh is the new one.  V_NOT_FOUND.  V_ROTATED: it was replaced before.
 * V_EXISTS, V_TOO_MANY: as store_token_add; where the old one ends at once, there is room.
 */
int store_token_rotate(struct store *st, const struct token_rotation *rotation, int64_t now_ms,
    struct token *fresh);

/*
 * The token has been used, and no longer needs to know its predecessor: that has
 * replaced_ms from now on, if it is still there.  V_NOT_FOUND: none, or expired.
 */
int store_token_first_use(struct store *st, const struct uuid *id, int64_t now_ms);

/* Drop one, by digest or by id.  V_NOT_FOUND: none, expired, or not the owner's. */
int store_token_drop(struct store *st, const struct uuid *owner,
    const uint8_t digest[DIGEST_LEN], int64_t now_ms, struct token *gone);
int store_token_drop_id(struct store *st, const struct uuid *owner, const struct uuid *id,
    int64_t now_ms, struct token *gone);

/*
 * What drops all tokens of a user may be several steps, between which others write.  The
 * first one ends all of them; if a later one fails, some are left, which are not valid, and
 * the call can be made again.
 *
 * Drops all tokens of a user, expired ones too; how many of them were live.  gen is the
 * user's token_gen from now on; what drops them together with something else has another.
 */
int store_tokens_drop_of_user(struct store *st, const struct uuid *owner, uint64_t gen,
    int64_t now_ms, uint64_t *count);

/* A pass over all tokens and sessions in the order of their digests, in steps. */
struct token_pass {
	uint8_t digest[DIGEST_LEN];	/* the last one looked at */
	bool goes_on;			/* after digest; false at the beginning */
	bool more;			/* there may be more */
	uint64_t count;			/* dropped by the last step */
};

/* Looks at the next limit of them, or fewer; drops those that the hash key of that serial made. */
int store_tokens_drop_of_key(struct store *st, uint64_t key, uint64_t limit,
    struct token_pass *pass);

/*
 * Drops at most limit tokens that expired at or before now_ms, the first to
 * expire first, ties by digest; how many.
 */
int store_tokens_prune(struct store *st, uint64_t limit, int64_t now_ms, uint64_t *count);

/*
 * Records uses of bearer tokens, at most TOKENS_USED_MAX.  A use before the one that is
 * recorded, and one of a token that is gone, changes nothing.  modified_ms is kept.
 */
int store_tokens_used(struct store *st, const struct token_used *uses, size_t count,
    int64_t now_ms);

/*
 * Adds a session; if the user already has limit live ones, the oldest is
 * dropped.
 * V_NOT_FOUND: no such user.  V_EXISTS: the id or the digest is taken.
 */
int store_session_add(struct store *st, const struct token *session, uint64_t limit,
    int64_t now_ms);

/* Drops one, by id.  V_NOT_FOUND: none, expired, or not owner's. */
int store_session_drop(struct store *st, const struct uuid *owner, const struct uuid *id,
    int64_t now_ms, struct token *gone);

/*
 * Ends the login of that id: JWTs of it, which have the user's gen, are not valid, and none
 * must be made; until expires_ms, when the last of them has expired.  It is kept like a
 * token, but is none.
 * V_NOT_FOUND: no such user, or a deleted one.  V_EXISTS: it has been ended before.
 * V_TOO_MANY: the user has limit ended logins.
 */
int store_login_end(struct store *st, const struct uuid *user, uint64_t gen,
    const struct uuid *login, int64_t expires_ms, uint64_t limit, int64_t now_ms);

/*
 * Drops the tokens of the domain that expired STORE_GRACE_MS ago, and adds this one.  V_EXISTS:
 * the id is taken in that domain.  V_TOO_MANY: the domain has limit live tokens
 * already.
 */
int store_domain_token_add(struct store *st, const struct domain_token *token, uint64_t limit,
    int64_t now_ms);

/* Enables or disables it.  V_NOT_FOUND. */
int store_domain_token_enable(struct store *st, const char *domain, const struct uuid *id,
    bool enabled);
int store_domain_token_drop(struct store *st, const char *domain, const struct uuid *id);

/*
 * Drops at most limit that expired at or before now_ms, by domain and id; how
 * many.
 */
int store_domain_tokens_prune(struct store *st, uint64_t limit, int64_t now_ms,
    uint64_t *count);

/* Writes the role, replacing one of the same name. */
int store_role_set(struct store *st, const struct role *role);
int store_role_drop(struct store *st, const char *name);		/* V_NOT_FOUND */

/* --- reads --------------------------------------------------------------- */

/* V_NOT_FOUND: never initialised. */
int store_meta(struct store *st, struct meta *meta);
int store_counts(struct store *st, struct store_counts *counts);

/* All keys, oldest first, ties by id. */
int store_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count);

/*
 * How often the keys have changed, and never 0.  Costs next to nothing while nobody
 * writes, and at most one read otherwise, so that it can be asked for each request.
 */
int store_key_changes(struct store *st, uint64_t *changes);

/* The next time it is read, however short ago that was. */
void store_look_again(struct store *st);

/*
 * Deleted and disabled users are found too; the caller must check.  "" is no
 * name.  V_NOT_FOUND.
 */
int store_user_get(struct store *st, const struct uuid *id, struct user *user);
int store_user_find(struct store *st, enum identity_kind kind, const char *name,
    struct user *user);

/* V_NOT_FOUND: the user has none. */
int store_password_get(struct store *st, const struct uuid *user, struct password *password);

/*
 * At most limit (STORE_LIST_MAX) users in the order of their ids, from the
 * first one whose id is greater than after; NULL for the beginning.
 */
int store_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count);

/* V_NOT_FOUND. */
int store_account_get(struct store *st, const struct uuid *id, struct account *account);

/*
 * Is the account of the next user that is read by id, or with a token, to be asked for?  Then a
 * back end may read it with the user, so that it is as old.  To be called before the first read
 * of each request: what was read ahead for an earlier one is forgotten.
 */
void store_expect_account(struct store *st, bool expected);
int store_account_find(struct store *st, const char *name, struct account *account);
int store_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count);

/* V_NOT_FOUND if there is none, or it expired at or before now_ms. */
int store_token_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token);
int store_token_get(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token);

/*
 * The same, with its user, at the cost of one look-up where those are dear.  V_ENDED: the
 * user does not exist.
 */
int store_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user);
int store_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user);

/*
 * At most limit (STORE_LIST_MAX) live tokens of user, oldest first, ties by id;
 * after: those that follow the token of that id.  V_NOT_FOUND: after is not a live
 * token of user.
 */
int store_token_list(struct store *st, struct arena *mem, const struct uuid *user,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **tokens, size_t *count);

/* As token_find and token_list, for sessions. */
int store_session_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *session);
int store_session_list(struct store *st, struct arena *mem, const struct uuid *user,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **sessions,
    size_t *count);

/*
 * Has the login of that id been ended, so that its JWTs are not valid?  To be asked only
 * while the user's logins_ended_ms has not passed.  V_NOT_FOUND: no.
 */
int store_login_find_ended(struct store *st, const struct uuid *login, int64_t now_ms,
    struct token *ended);

/* Expired and disabled ones too.  V_NOT_FOUND. */
int store_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token);

/*
 * At most limit (STORE_LIST_MAX) of a domain, or of all with NULL, that expire
 * after now_ms (0: expired ones too): by domain, the soonest to expire first, ties
 * by id.  after: those following the token of that id.  V_NOT_FOUND: after is
 * not among them, nor was it.
 */
int store_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count);

/* Only those that were set; V_NOT_FOUND.  The list is in the order of names. */
int store_role_get(struct store *st, const char *name, struct role *role);
int store_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count);

#endif
