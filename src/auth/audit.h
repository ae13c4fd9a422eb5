// SPDX-License-Identifier: ISC
/*
 * auth/audit.h - the one line of each call, whatever its outcome.
 */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/uuid.h"

struct audit {
	const char *event;		/* "token.list" */
	int result;			/* as base/verdict.h has it */
	const char *step;		/* how far the call came */
	const char *source;		/* the client's address */
	const char *via;		/* the scheme that decided; NULL for none */
	const struct uuid *user;	/* NULL: nobody */
	int64_t ms;			/* how long it took */
	const char *failed;		/* schemes that did, though another verified; or NULL */
	const char *name;		/* whom a failing credential named; NULL for nobody */
};

/*
 * source and name are from outside: they are percent-encoded, and name comes
 * last.  deploy/fail2ban-filter.conf reads this line.  mem is for it.
 */
void audit_log(struct arena *mem, const struct audit *a);

#endif
