// SPDX-License-Identifier: ISC
/*
 * auth/audit.h - the log line of each request, whatever its outcome.
 */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include <stdint.h>

#include "base/uuid.h"

/* Room for which check of which credential failed. */
#define AUDIT_WHY_SIZE 384

struct audit {
	const char *event;		/* "token.list" */
	int result;			/* see base/verdict.h */
	const char *step;		/* how far the request got */
	const char *source;		/* the client's address */
	const char *via;		/* the scheme that decided; NULL for none */
	const struct uuid *user;	/* NULL: unknown */
	int64_t ms;			/* time taken */
	const char *failed;		/* schemes that failed, even beside a good one; or NULL */
	const char *why;		/* which check of which of them failed; or NULL */
	const char *agent;		/* what the client says it is; or NULL */
	const char *name;		/* the name in a failed credential; NULL for none */
	const struct uuid *token;	/* the bearer token that was used; NULL for none */
	const struct uuid *by;		/* the administrator who did it; NULL for none */
	const struct uuid *object;	/* made, changed or ended, besides user; NULL for none */
};

/*
 * source, agent and name come from outside: text shows them percent-encoded, name is the
 * last field, and secrets in agent and name are masked.  deploy/fail2ban-filter.conf
 * reads this line.
 */
void audit_log(const struct audit *a);

/* The same by log_later, for a request that was not refused and changed nothing. */
void audit_log_later(const struct audit *a);

#endif
