// SPDX-License-Identifier: ISC
/*
 * auth/field.h - what may stand in the fields of users and accounts.
 */
#ifndef AUTH_FIELD_H
#define AUTH_FIELD_H

#include <stdbool.h>

#include "store/record.h"

/*
 * Takes text as a field of a user or account: logins in their one form
 * (auth/login_name.h), one of the known words for role, gender and level,
 * ISO 8601 for dates, a decimal for balance.  "" empties a field that may be
 * empty.  V_INVALID: *why says what is wrong.  -ENOMEM.  Not for fields that
 * only the service sets (uuid, created_on, ...).
 */
int user_take_field(struct user *user, const char *name, const char *text, const char **why);
int account_take_field(struct account *account, const char *name, const char *text,
    const char **why);

/* Is it one that a user may have?  In its exact spelling. */
bool user_role_known(const char *role);

/* Is it one of those that user_take_field or account_take_field takes? */
bool field_is_settable(const struct record_kind *kind, const char *name);

#endif
