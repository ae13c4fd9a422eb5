// SPDX-License-Identifier: ISC
/*
 * auth/user.h - users and their passwords.
 */
#ifndef AUTH_USER_H
#define AUTH_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/new_password.h"

/* A new user with a random id and generation and role User; the email must follow. */
struct user user_new(int64_t now_ms);

/*
 * Adds the user; password NULL for none.  V_EXISTS: another user has one of
 * its names.  V_NOT_FOUND: no such account.  V_INVALID: no e-mail, or the
 * password violates the rule; *why says which.
 */
int user_add(struct auth *auth, const struct user *user, const char *password, size_t len,
    const char **why);

/* The same, with a password whose hash may have been made before. */
int user_add_next(struct auth *auth, const struct user *user, const struct new_password *next,
    const char **why);

/* By uuid, e-mail or SIP login.  V_NOT_FOUND. */
int user_lookup(struct auth *auth, const char *name, struct user *user);

/* By e-mail or SIP login, in any case.  V_NOT_FOUND. */
int user_by_login(struct auth *auth, const char *name, struct user *user);

/* By e-mail only, in any case.  V_NOT_FOUND. */
int user_by_email(struct auth *auth, const char *email, struct user *user);

/* By id.  V_NOT_FOUND. */
int user_get(struct auth *auth, const struct uuid *id, struct user *user);

/* When the password was set; 0 if there is none. */
int user_password_time(struct auth *auth, const struct uuid *id, int64_t *set_ms);

/* Has another user, *other, one of the names of user?  V_EXISTS: *taken is that name, in user. */
int user_find_taken(struct auth *auth, const struct user *user, const char **taken,
    struct user *other);

/*
 * Changes the fields of mask (bits as in user_kind); *after is the user
 * after the change.  V_NOT_FOUND: no such user, or no such account.  V_EXISTS: another
 * user has one of the names.
 */
int user_change(struct auth *auth, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after);

/* May it be a new password of the user?  V_INVALID: *flaw says why not. */
int user_check_password(const struct auth *auth, const struct user *user, const char *password,
    size_t len, struct password_flaw *flaw);

/* What changes of a user in one step. */
struct user_change {
	struct user user;		/* with the fields that change, and those that stay */
	uint64_t mask;			/* of those that change; 0: none */
	struct new_password next;	/* hashed before, or not; none: it stays, unless */
	bool ends_password;		/* the user has none afterwards */
	bool drops_tokens;		/* with either, the bearer tokens end too */
};

/*
 * With the verdicts of user_change and user_set_password.  A password that changes or goes
 * ends all JWTs and sessions.
 */
int user_change_all(struct auth *auth, const struct user_change *change, int64_t now_ms,
    const char **why);

/* The field that has a name of the user, as user_find_taken names it. */
const char *user_field_of(const struct user *user, const char *name);

/* Ends all JWTs; bearer tokens too with drop_tokens.  V_INVALID as user_add; V_NOT_FOUND. */
int user_set_password(struct auth *auth, const struct uuid *id, const char *password, size_t len,
    bool drop_tokens, int64_t now_ms, const char **why);

/*
 * disable ends all JWTs and sessions, and no credential of the user is valid
 * until enable.  logout ends JWTs and sessions and revokes the bearer tokens;
 * how many there were; end_logins keeps those.  delete removes the user with password,
 * names and tokens; with keep the record remains, marked as deleted, and its names
 * remain reserved.  V_NOT_FOUND.
 */
int user_disable(struct auth *auth, const struct uuid *id, int64_t now_ms);
int user_enable(struct auth *auth, const struct uuid *id, int64_t now_ms);
int user_logout(struct auth *auth, const struct uuid *id, int64_t now_ms, uint64_t *tokens);

/* The same of several users; those who do not exist are left out. */
int user_logout_some(struct auth *auth, const struct uuid *ids, size_t count, int64_t now_ms,
    uint64_t *tokens);
int user_end_logins(struct auth *auth, const struct uuid *id, int64_t now_ms);
int user_delete(struct auth *auth, const struct uuid *id, bool keep, int64_t now_ms);

#endif
