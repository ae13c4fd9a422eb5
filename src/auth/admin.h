// SPDX-License-Identifier: ISC
/*
 * auth/admin.h - what an administrator does to users and accounts from afar, where
 * doorwardctl is not at hand (API 11).
 *
 * Whatever administrators do here, also to each other at the same moment, leaves one of
 * them who can go on; otherwise it is V_LAST_ADMIN.  doorwardctl has no such limit: it
 * can make another.
 */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/user.h"

/* A field that was refused, and why. */
struct admin_flaw {
	const char *field, *message;
};

/*
 * May the caller administer?  V_FORBIDDEN: it does not have the role Admin, or did not log
 * in: a token that was stolen must not create an administrator.
 */
int admin_may(const struct identity *who);

/*
 * Takes text as the value of a field that people set, "" to empty it; for account, the name
 * or uuid of one.  V_INVALID, V_NOT_FOUND: *why says what is wrong.
 */
int admin_set_field(struct auth *auth, const struct record_kind *kind, void *record,
    const char *field, const char *text, const char **why);

/*
 * As user_add and user_change_all, before being the user that changes.  V_INVALID too for
 * what a stolen JWT of the caller would gain by: its own password, for which it proves the
 * old one elsewhere (API 12.1), its own names and ids at providers, a Webitel role that
 * permits more than its own, and a way in to a user that has such a role.
 *
 * Each is two steps, so that the answer is made between them, and an error means that
 * nothing has changed.  To prepare may be V_WAITING or V_UNAVAILABLE as new_password_hash.
 * After a hash all is asked again, since it takes a while, and who, before and change are
 * as the store has them then.  V_ENDED, V_FORBIDDEN: the caller may not do it any more.
 */
int admin_prepare_add(struct auth *auth, struct identity *who, const struct user *user,
    struct new_password *next, struct admin_flaw *flaw);
int admin_add(struct auth *auth, const struct user *user, const struct new_password *next,
    struct admin_flaw *flaw);
int admin_prepare_change(struct auth *auth, struct identity *who, struct user *before,
    struct user_change *change, int64_t now_ms, struct admin_flaw *flaw);
int admin_change(struct auth *auth, const struct identity *who,
    const struct user_change *change, int64_t now_ms, struct admin_flaw *flaw);

/* As user_disable and user_delete. */
int admin_disable(struct auth *auth, const struct identity *who, const struct uuid *user,
    int64_t now_ms);
int admin_delete(struct auth *auth, const struct identity *who, const struct uuid *user,
    bool keep, int64_t now_ms);

#endif
