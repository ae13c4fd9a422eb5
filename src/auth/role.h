// SPDX-License-Identifier: ISC
/*
 * auth/role.h - Webitel roles and what they permit (API 6.6).
 *
 * An ACL is a JSON object: resource -> letters.  "c", "r", "u", "d" create, read,
 * update, delete; "*" is all of them; a trailing "o" ("ro") restricts it to one's own rows.
 */
#ifndef AUTH_ROLE_H
#define AUTH_ROLE_H

#include <stdbool.h>

#include "auth/auth.h"

#define ROLE_DEFAULTS 3

extern const struct role role_defaults[ROLE_DEFAULTS];

/* root 2, admin 1, user 0, any other -1. */
int role_level(const char *name);

/* The role that a user holds: its own, or User -> user, Admin -> admin, Provider -> user. */
const char *role_name_of(const struct user *user);

/* As it was set, or its default.  V_NOT_FOUND: there is neither. */
int role_find(struct auth *auth, const char *name, struct role *role);

/* As role_find; an undefined role keeps its name and permits nothing. */
int role_hold(struct auth *auth, const char *name, struct role *role);

/* The roles that were set, by name, then the other defaults; in mem. */
int role_list(struct auth *auth, struct arena *mem, struct role **roles, size_t *count);

/* V_INVALID: name or acl is not one; *why says what is wrong. */
int role_set(struct auth *auth, const char *name, const char *acl, int64_t now_ms,
    const char **why);

/* A default that was set otherwise becomes what it was.  V_NOT_FOUND: it was not set. */
int role_delete(struct auth *auth, const char *name);

/*
 * May the role do letter ('c', 'r', 'u', 'd') on resource, or on one's own rows of it?
 * V_FORBIDDEN.  -ENOMEM.
 */
int role_permit(const struct role *role, const char *resource, char letter, bool own);

/* V_FORBIDDEN: lower is above upper in level, or permits what upper does not.  -ENOMEM. */
int role_check_within(const struct role *lower, const struct role *upper);

#endif
