// SPDX-License-Identifier: ISC
/*
 * auth/outcome.h - the outcome of the credentials of a request, for its log line
 * and for Retry-After.  Every step that checks a credential reports here.
 */
#ifndef AUTH_OUTCOME_H
#define AUTH_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/refusal.h"
#include "base/uuid.h"

/* What is refused beyond that is not named. */
#define OUTCOME_REFUSALS_MAX 8

struct outcome {
	const char *via;	/* the type of what decided; NULL until one verifies */
	bool known;
	struct uuid user;	/* if known: the user that it proved, or whose token it was */
	bool by_token;		/* it was a bearer token, or a JWT made from one */
	struct uuid token;	/* which one */
	bool reused;		/* it had been replaced, and its successor used */
	bool acts;		/* an administrator, on the user that is known, or on an object */
	struct uuid by;
	bool has_object;	/* the account or bearer token that was made, changed or ended */
	struct uuid object;
	const char *failed;	/* "basic,jwt": the schemes that failed; NULL or "" for none */
	/* which check of which of them failed; or, with no scheme, of all */
	struct { const char *scheme; enum why why; } refusals[OUTCOME_REFUSALS_MAX];
	size_t refused;		/* how many */
	const char *name;	/* the name in the last credential that failed; NULL for none */
	int64_t wait_s;		/* with V_THROTTLED: how long until the next attempt */
};

static inline void
outcome_know(struct outcome *outcome, const char *via, const struct uuid *user)
{
	outcome->via = via;
	outcome->user = *user;
	outcome->known = true;
	outcome->by_token = false;
}

static inline void
outcome_know_token(struct outcome *outcome, const struct uuid *token)
{
	outcome->token = *token;
	outcome->by_token = true;
}

static inline void
outcome_refuse(struct outcome *outcome, const char *scheme, enum why why)
{
	if (outcome->refused == OUTCOME_REFUSALS_MAX)
		return;
	outcome->refusals[outcome->refused].scheme = scheme;
	outcome->refusals[outcome->refused].why = why;
	outcome->refused++;
}

/* The credential of that scheme was refused just now; the first whose user is known counts. */
void outcome_refused(struct outcome *outcome, const char *scheme,
    const struct refusal *refusal);

/* "basic:password,jwt:expired"; of what does not fit whole entries are left out. */
void outcome_why(const struct outcome *outcome, char *why, size_t size);

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
