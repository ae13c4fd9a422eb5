// SPDX-License-Identifier: ISC
/* auth/admin.c - what an administrator does to users and accounts from afar. */
#include "auth/admin.h"

#include <string.h>

#include "base/verdict.h"

int
admin_may(const struct identity *who)
{
	return strcmp(who->user.role, "Admin") == 0 && !who->by_token ? 0 : V_FORBIDDEN;
}
