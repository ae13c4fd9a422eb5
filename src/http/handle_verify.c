// SPDX-License-Identifier: ISC
/*
 * http/handle_verify.c - may a request to another site pass?  For GET /rest/verify
 * and the authorizer role alike; the caller has been verified before.
 */
#include <errno.h>
#include <string.h>

#include "auth/field.h"
#include "auth/limit.h"
#include "base/log.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

/* V_FORBIDDEN: the user does not have the role that the web server requires. */
static int
check_role(const struct call *c)
{
	const char *role = c->req->param[PARAM_DOORWARD_ROLE];

	if (!role)
		return 0;
	if (!user_role_known(role))
		return log_fault(-EINVAL, "DOORWARD_ROLE '%s' is no role", role);
	return strcmp(role, c->id.user.role) == 0 ? 0 : V_FORBIDDEN;
}

/* V_NO_SCOPE: the bearer token was not made for this site, or not for any. */
static int
check_scope(const struct call *c)
{
	const char *required = c->req->param[PARAM_DOORWARD_SCOPE];
	char names[SCOPE_SIZE] = SCOPE_GUARD;

	if (required && (limit_read(&limit_scope, required, names) || !names[0]))
		return log_fault(-EINVAL, "DOORWARD_SCOPE '%s' is no scope", required);
	return limit_permits(&c->id, names) ? 0 : V_NO_SCOPE;
}

/*
 * A requirement that cannot be met, even an empty one, is an error in the web server's
 * configuration: every request is refused, and the log says why.
 */
int
on_verify(struct call *c)
{
	int r;

	r = check_role(c);
	return r ? r : check_scope(c);
}
