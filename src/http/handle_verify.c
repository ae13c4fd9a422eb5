// SPDX-License-Identifier: ISC
/*
 * http/handle_verify.c - may a request to another site pass?  For GET /rest/verify
 * and the authorizer role alike; the caller has been verified before.
 */
#include <errno.h>
#include <string.h>

#include "auth/field.h"
#include "base/log.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

/*
 * V_FORBIDDEN: the user does not have the role that the web server requires.  A
 * value that is not a role, even an empty one, is an error in its configuration:
 * every request is refused, and the log says why.
 */
int
on_verify(struct call *c)
{
	const char *role = c->req->param[PARAM_DOORWARD_ROLE];

	if (!role)
		return 0;
	if (!user_role_known(role))
		return log_fault(-EINVAL, "DOORWARD_ROLE '%s' is no role", role);
	return strcmp(role, c->id.user.role) == 0 ? 0 : V_FORBIDDEN;
}
