// SPDX-License-Identifier: ISC
/*
 * store/change.h - what an operation makes of a record: the rules of
 * store/store.h that need no database, for every back end alike.
 *
 * The record that comes out may be the one that went in.
 */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include <stdbool.h>

#include "store/op.h"

/*
 * The user after op, one of OP_USER_SET to OP_USER_DELETE.  V_NOT_FOUND: old
 * is deleted and op does not go on with those; V_CHANGED: something to be
 * filled is not empty, or old_password, which only OP_USER_REHASH looks at, is
 * not the one that was meant; NULL stands for none.
 */
int change_user(const struct op *op, const struct user *old,
    const struct password *old_password, struct user *user);

/* Is the user that OP_USER_ADD adds there already, alike in all?  NULL: no password. */
bool change_repeats_user(const struct op *op, const struct user *old,
    const struct password *old_password);

/* The account after OP_ACCOUNT_SET. */
void change_account(const struct op *op, const struct account *old, struct account *account);

/* Does old keep the id or the digest of OP_TOKEN_ADD's token from it? */
bool change_is_live(const struct op *op, const struct token *old);

/* Is token one that OP_TOKEN_SET or OP_TOKEN_DROP may touch: live, of its use, its owner's? */
bool change_owns_token(const struct op *op, const struct token *token);

/* The token after OP_TOKEN_SET. */
void change_token(const struct op *op, const struct token *old, struct token *token);

#endif
