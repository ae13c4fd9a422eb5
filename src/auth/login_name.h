// SPDX-License-Identifier: ISC
/*
 * auth/login_name.h - the form in which e-mails and SIP logins are stored and
 * compared (doorwardctl(8), Users): without trailing blanks, in NFC, ASCII letters
 * in lower case, the domain in A-label form.
 */
#ifndef AUTH_LOGIN_NAME_H
#define AUTH_LOGIN_NAME_H

#include <stddef.h>

#include "store/record.h"

/* V_INVALID: too long, not UTF-8, or the domain cannot be one.  -ENOMEM. */
int login_name_make(const char *text, char name[LOGIN_SIZE]);

/*
 * What all spellings of a name have in common, whether or not there can be a user
 * of that name: its one form, or the beginning of what has none.
 */
void login_name_fold(const char *text, char name[LOGIN_SIZE]);

/*
 * The names under which the user of a login may be stored, the current form first.
 * Older records keep the name as it was typed: with the domain in other letters,
 * or the whole name.
 */
#define LOGIN_FORMS_MAX 3

struct login_forms {
	char at[LOGIN_FORMS_MAX][LOGIN_SIZE];
	size_t count;			/* 0: no user can have such a name */
};

/* -ENOMEM. */
int login_name_forms(const char *text, struct login_forms *forms);

#endif
