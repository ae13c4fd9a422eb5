// SPDX-License-Identifier: ISC
/*
 * store/change.h - how an operation changes a record: the rules of store/store.h
 * that need no database, for every back end.
 *
 * Input and output may be the same record.
 */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include <stdbool.h>

#include "store/op.h"

/*
 * The user after op, one of OP_USER_SET to OP_USER_DELETE.  V_NOT_FOUND: old
 * is deleted, and op does not apply to deleted users.  V_CHANGED: a field to be
 * filled is not empty, or old_password, which only OP_USER_REHASH reads, is
 * another one; NULL means none.
 */
int change_user(const struct op *op, const struct user *old,
    const struct password *old_password, struct user *user);

/* Does the user that OP_USER_ADD adds exist, identical in all?  NULL: no password. */
bool change_repeats_user(const struct op *op, const struct user *old,
    const struct password *old_password);

/* Could old administer (user_administers) before op, but not user after it? */
bool change_ends_admin(const struct op *op, const struct user *old, bool had_password,
    const struct user *user);

/* The account after OP_ACCOUNT_SET. */
void change_account(const struct op *op, const struct account *old, struct account *account);

/* A login that was ended marks its user.  Does that change the user? */
bool change_ends_login(const struct token *token, struct user *user);

/*
 * When the clock jumped last, for one who drops what expired until until_ms: settled_ms is
 * STORE_GRACE_MS later, and last_ms the time of the last write.  0: it did not.
 */
int64_t change_jumped_ms(int64_t last_ms, int64_t settled_ms, int64_t until_ms);

/*
 * Must an ended login that has expired by until_ms be kept?  A clock that was put forward
 * may be put back, and its JWTs would be valid again.  So it stays for as long after the
 * jump as it had to at first: token is as if it had been ended then.
 */
bool change_keeps_ended(struct token *token, int64_t jumped_ms, int64_t until_ms);

/* Does old prevent OP_TOKEN_ADD from using its token's id or digest? */
bool change_is_live(const struct op *op, const struct token *old);

/*
 * May parent, NULL for one that is not there, make the token of OP_TOKEN_ADD?  V_ENDED,
 * V_FORBIDDEN.
 */
int change_check_parent(const struct op *op, const struct token *parent);

/* May OP_TOKEN_SET or OP_TOKEN_DROP change token: is it live, of its use and owner? */
bool change_owns_token(const struct op *op, const struct token *token);

/* Puts a use of OP_TOKENS_USED into token; false: it knows a later one, or as late. */
bool change_token_used(const struct token_used *used, struct token *token);

/* The token after OP_TOKEN_SET.  V_FORBIDDEN: it must not get wider limits. */
int change_token(const struct op *op, const struct token *old, struct token *token);

/* Has OP_TOKEN_ROTATE made its token from this one already? */
bool change_repeats_rotation(const struct op *op, const struct token *old);

/*
 * OP_TOKEN_ROTATE: what is left of the old token, and the fresh one.  V_NOT_FOUND: it is
 * not a live one of the owner.  V_ROTATED.
 */
int change_rotate(const struct op *op, const struct token *old, struct token *left,
    struct token *fresh);

/* How many live tokens the owner may have before OP_TOKEN_ROTATE; with the old one. */
uint64_t change_rotation_limit(const struct op *op, const struct token *left);

#endif
