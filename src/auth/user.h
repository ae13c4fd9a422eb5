// SPDX-License-Identifier: ISC
/*
 * auth/user.h - users and their passwords: rules, life and death.
 */
#ifndef AUTH_USER_H
#define AUTH_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"

/*
 * Takes text as a field of a user or account: lower case for logins, one of
 * the known words for role, gender and level, ISO 8601 for dates, a decimal
 * for balance.  "" empties a field that may be empty.  V_INVALID: *why says what
 * is wrong.  Not for fields that only the service sets (uuid, created_on, ...).
 */
int user_take_field(struct user *user, const char *name, const char *text, const char **why);
int account_take_field(struct account *account, const char *name, const char *text,
    const char **why);

/* Is it one that a user may have?  In its exact spelling. */
bool user_role_known(const char *role);

/* Is it one of those that user_take_field or account_take_field takes? */
bool field_is_settable(const struct record_kind *kind, const char *name);

/* A new user with a random id and generation and role User; the email is still to be taken. */
struct user user_new(int64_t now_ms);
struct account account_new(int64_t now_ms);

/*
 * Adds the user; password NULL for none.  V_EXISTS: one of its names is
 * somebody's.  V_NOT_FOUND: no such account.  V_INVALID: no e-mail, or the
 * password is against the rule; *why says which.
 */
int user_add(struct auth *auth, const struct user *user, const char *password, size_t len,
    const char **why);

/* By uuid, e-mail or SIP login.  V_NOT_FOUND. */
int user_lookup(struct auth *auth, const char *name, struct user *user);

/* By e-mail or SIP login, in any case.  V_NOT_FOUND. */
int user_by_login(struct auth *auth, const char *name, struct user *user);

/* By e-mail alone, in any case.  V_NOT_FOUND. */
int user_by_email(struct auth *auth, const char *email, struct user *user);

/* By uuid or name.  V_NOT_FOUND. */
int account_lookup(struct auth *auth, const char *name, struct account *account);

/* The account that user belongs to.  V_NOT_FOUND: to none. */
int user_account(struct auth *auth, const struct user *user, struct account *account);

/* Ends all JWTs; bearer tokens too with drop_tokens.  V_INVALID as user_add; V_NOT_FOUND. */
int user_set_password(struct auth *auth, const struct uuid *id, const char *password, size_t len,
    bool drop_tokens, int64_t now_ms, const char **why);

int user_disable(struct auth *auth, const struct uuid *id, int64_t now_ms);
int user_logout(struct auth *auth, const struct uuid *id, int64_t now_ms, uint64_t *tokens);

/* May this user be anybody's identity?  Not when deleted or disabled. */
bool user_is_live(const struct user *user);

#endif
