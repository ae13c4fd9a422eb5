// SPDX-License-Identifier: ISC
/*
 * auth/field.h - the rules for the fields of users and accounts.
 */
#ifndef AUTH_FIELD_H
#define AUTH_FIELD_H

#include <stdbool.h>

#include "store/record.h"

/* NULL if value is right, else what is wrong; may put it into its stored form. */
typedef const char *field_check(char *value, size_t size);

/* A field that people set; the others are the service's (uuid, created_on, ...). */
struct field_rule {
	const char *field;
	field_check *check;		/* NULL: names another record, which its caller finds */
	bool is_login;			/* checked in the form of auth/login_name.h */
	const char *takes, *meaning;	/* for --help: what its value is, and what it is for */
};

/* NULL: there is no such field, or only the service sets it. */
const struct field_rule *field_rule_of(const struct record_kind *kind, const char *field);

/*
 * Takes text as a field of a user or account: logins in their stored form
 * (auth/login_name.h), one of the known words for role, gender and level,
 * ISO 8601 for dates, a decimal for balance.  "" empties a field that may be
 * empty.  V_INVALID: *why says what is wrong.  -ENOMEM.
 */
int user_set_field(struct user *user, const char *name, const char *text, const char **why);
int account_set_field(struct account *account, const char *name, const char *text,
    const char **why);

/* Does "" empty it? */
bool field_may_be_empty(const struct record_kind *kind, const char *name);

/* All values that its check takes, up to NULL; NULL: it takes others. */
const char *const *field_words(const struct field_rule *rule);

/* Is it a role of users, in its exact spelling? */
bool user_role_known(const char *role);

#endif
