// SPDX-License-Identifier: ISC
/*
 * auth/account.h - accounts, which group users.
 */
#ifndef AUTH_ACCOUNT_H
#define AUTH_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"

/* A new account with a random id and without a name. */
struct account account_new(int64_t now_ms);

/* V_EXISTS: another account has the name. */
int account_add(struct auth *auth, const struct account *account);

/* By uuid or name.  V_NOT_FOUND. */
int account_lookup(struct auth *auth, const char *name, struct account *account);

/* By id.  V_NOT_FOUND. */
int account_get(struct auth *auth, const struct uuid *id, struct account *account);

/*
 * Takes the name or uuid of an account as that of user, "" for none.  V_NOT_FOUND: *why
 * says so.
 */
int account_set_for(struct auth *auth, struct user *user, const char *name, const char **why);

/* The account of user.  V_NOT_FOUND: it has none. */
int account_of_user(struct auth *auth, const struct user *user, struct account *account);

/* Before the first read of each request: is account_of_user to be asked about the caller? */
void account_expect(struct auth *auth, bool expected);

/*
 * Changes the fields of mask (bits as in account_kind); *after is the account
 * after the change.  V_NOT_FOUND.  V_EXISTS: another account has the name.
 */
int account_change(struct auth *auth, const struct account *account, uint64_t mask,
    int64_t now_ms, struct account *after);

/* V_NOT_FOUND.  V_EXISTS: users still belong to it. */
int account_delete(struct auth *auth, const struct uuid *id);

#endif
