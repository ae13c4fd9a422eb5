// SPDX-License-Identifier: ISC
/*
 * auth/outcome.h - the outcome of the credentials of a request, for its log line
 * and for Retry-After.  Every step that checks a credential reports here.
 */
#ifndef AUTH_OUTCOME_H
#define AUTH_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

struct outcome {
	const char *via;	/* the type of what decided; NULL until one verifies */
	bool known;
	struct uuid user;	/* if known: the user that it proved, or whose token it was */
	bool reused;		/* a token that had been replaced, and its successor used */
	struct uuid token;	/* which one */
	bool acts;		/* an administrator, on the user that is known, or on an object */
	struct uuid by;
	bool has_object;	/* an account, or a bearer token of that user */
	struct uuid object;
	const char *failed;	/* "basic,jwt": the schemes that failed; NULL or "" for none */
	const char *name;	/* the name in the last credential that failed; NULL for none */
	int64_t wait_s;		/* with V_THROTTLED: how long until the next attempt */
};

static inline void
outcome_know(struct outcome *outcome, const char *via, const struct uuid *user)
{
	outcome->via = via;
	outcome->user = *user;
	outcome->known = true;
}

/* From now on the outcome is about what the user that it proved does to others. */
static inline void
outcome_act(struct outcome *outcome)
{
	outcome->by = outcome->user;
	outcome->acts = true;
	outcome->known = false;
}

static inline void
outcome_object(struct outcome *outcome, const struct uuid *id)
{
	outcome->object = *id;
	outcome->has_object = true;
}

/* The longest of several waits applies. */
static inline void
outcome_wait(struct outcome *outcome, int64_t wait_s)
{
	if (wait_s > outcome->wait_s)
		outcome->wait_s = wait_s;
}

#endif
