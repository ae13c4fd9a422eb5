// SPDX-License-Identifier: ISC
/*
 * auth/caller.h - the caller of the Webitel API: a user with a session, or a
 * domain token.
 */
#ifndef AUTH_CALLER_H
#define AUTH_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"

struct caller {
	char id[2 * LOGIN_SIZE];	/* the username as sent at login, or uuid@domain */
	char domain[LOGIN_SIZE];	/* lower case */
	struct role role;
	int64_t expires_ms;
	bool by_domain_token;
	struct uuid owner;		/* the user, or the domain token itself */
	struct uuid session;		/* unless by_domain_token */
};

#endif
