// SPDX-License-Identifier: ISC
/*
 * http/handle_verify.c - may a request to another site pass?  For GET /rest/verify
 * and the authorizer role alike; who is asking was verified before.
 */
#include <errno.h>
#include <string.h>

#include "auth/field.h"
#include "base/log.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

/*
 * V_FORBIDDEN: somebody of another role than the one that the web server wants.
 * A word that is no role, be it an empty one, is a mistake in its configuration:
 * nobody passes, and the log says why.
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
