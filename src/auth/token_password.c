// SPDX-License-Identifier: ISC
/* auth/token_password.c - a bearer token in place of a password. */
#include "auth/token_password.h"

#include <stdbool.h>
#include <string.h>

#include "auth/login_name.h"
#include "auth/token.h"
#include "base/guard.h"
#include "base/verdict.h"

/*
 * Clients that insist on a name send one of these, or none: pip and twine "__token__", git
 * what the forges tell it.  No login name is like them, since each has an '@'.
 */
static bool
is_for_all(const char *name)
{
	static const char *const names[] = { "", "token", "x-token-auth", "x-access-token",
	    "oauth2", "git", "__token__" };

	for (size_t i = 0; i < NELEM(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* V_WRONG_CREDENTIAL: it is not the e-mail address or SIP login of the user.  -ENOMEM. */
static int
check_name(const struct user *user, const char *name)
{
	struct login_forms forms;
	int r;

	if (is_for_all(name))
		return 0;
	r = login_name_forms(name, &forms);
	if (r)
		return r;
	for (size_t i = 0; i < forms.count; i++) {
		if (*forms.at[i] && user_has_name(user, IDENTITY_LOGIN, forms.at[i]))
			return 0;
	}
	return V_WRONG_CREDENTIAL;
}

int
token_password_verify(struct auth *auth, const char *name, const char *password, size_t len,
    int64_t now_ms, struct identity *out)
{
	struct identity who;
	int r;

	if (!auth->conf->token_as_password || !token_text_is_one(password, len))
		return V_WRONG_CREDENTIAL;
	r = token_verify(auth, password, now_ms, &who);
	if (!r)
		r = refusal_if(&auth->refusal, check_name(&who.user, name), WHY_NAME);
	if (r)
		return r;
	who.as_password = true;
	*out = who;
	return 0;
}
