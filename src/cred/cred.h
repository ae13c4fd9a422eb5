// SPDX-License-Identifier: ISC
/*
 * cred/cred.h - the credentials that a request presents, and whether one is
 * valid.
 */
#ifndef CRED_CRED_H
#define CRED_CRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "cred/cred_slots.h"
#include "cred/scheme.h"

/* The enabled schemes and what they need; one in a process, after fork. */
struct cred {
	struct auth *auth;
	struct arena mem;		/* of the slots and their names */
	struct providers *providers;	/* NULL if none is configured */
	struct cred_slots slots;
};

/* auth is borrowed and must outlive it.  -errno, logged. */
int cred_open(struct cred **cred, struct auth *auth);

/* Only the slots, for the description.  -errno. */
int cred_describe(struct cred **cred, const struct conf *conf);
void cred_close(struct cred **cred);

/* The most places of a scheme that are tried (API 2.2). */
#define CRED_PLACES_MAX 3

/* The credentials of a request, in the order in which they are tried. */
struct presented {
	struct { const struct cred_slot *slot; const char *value; } list[CRED_SLOTS_MAX];
	size_t count;
};

/* V_DUPLICATE_CREDENTIAL: a query or form key of ours came twice. */
int cred_collect(const struct cred *cred, const struct sources *sources, struct presented *out);

/* Do browsers add one of them automatically?  Is one from the query? */
bool cred_is_ambient(const struct presented *presented);
bool cred_is_in_query(const struct presented *presented);

/* Was a bearer token or JWT among them? */
bool cred_has_token(const struct presented *presented);

/* The trial of a request's credentials while it waits for a provider. */
struct trial;

/*
 * Tries one after the other; the first that verifies decides.  If none does:
 * V_THROTTLED if one was not evaluated after too many failures; V_UNAVAILABLE
 * if one could not be; V_WRONG_CREDENTIAL; V_WRONG_ADDRESS, V_REUSED or V_ENDED if
 * all are or once were valid, which is never counted.  A fault ends it.  The outcome
 * receives the scheme and user that were proved, and the schemes that failed.
 *
 * V_WAITING: call it again, with the same credentials, when the attempt's login is due
 * and cred_is_due.  kept: where the trial is kept, NULL at first; or NULL, and
 * providers are waited for.
 */
int cred_verify(const struct presented *presented, struct attempt *attempt, struct trial **kept);

/* May the trial go on?  True for NULL. */
bool cred_is_due(const struct trial *trial);

/* Time until trials must be looked at again, if nothing else happens; INT_MAX: not at all. */
int cred_due_ms(const struct cred *cred);

/*
 * Gives it up.  V_WAITING: a provider is being asked, or a credential has been refused, and
 * it must be finished.
 */
int cred_abandon(const struct cred *cred, struct trial **trial);

/* Gives it up in any case, when the provider has answered: before its memory goes. */
void cred_end(const struct cred *cred, struct trial **trial);

/*
 * Counts a token that failed, only against the source.  V_WRONG_CREDENTIAL;
 * V_THROTTLED: the source must wait; the outcome says how long.
 */
int cred_charge_token(struct auth *auth, const char *source, const char *token, int64_t now_ms,
    struct outcome *outcome);

#endif
