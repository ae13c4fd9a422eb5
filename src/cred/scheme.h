// SPDX-License-Identifier: ISC
/*
 * cred/scheme.h - schemes: how one credential is verified.
 *
 * A scheme is a file cred/cred_*.c and its slots in cred/cred_slots.c.  It turns
 * a credential into a struct identity by a verifying function of auth/.
 */
#ifndef CRED_SCHEME_H
#define CRED_SCHEME_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/outcome.h"
#include "base/arena.h"
#include "base/form.h"

enum place { PLACE_HEADER, PLACE_QUERY, PLACE_FORM, PLACES };

/* The pairs of a request, for each place; headers by their CGI names, "HTTP_…". */
struct sources {
	struct pairs in[PLACES];
};

/* How a JWT differs from another token in the places they share (API 2.1). */
enum shape { SHAPE_ANY, SHAPE_DOTTED, SHAPE_DOTLESS };

struct provider;
struct provider_wait;

/* A credential that is being verified. */
struct attempt {
	struct auth *auth;
	struct providers *providers;
	struct arena *mem;
	int64_t now_ms;
	const char *source;		/* the client's address */
	const char *agent;		/* its User-Agent; "" for none */
	const struct provider *provider;	/* the one that issued it; NULL for none */
	const char *value;		/* as sent, without "Basic " or "Bearer " */

	/* out */
	struct check **wait;		/* where a login is put aside; NULL: it blocks */
	struct provider_wait *at_provider;	/* what it waits for there; NULL: it blocks */
	struct identity *who;		/* set only with 0 */
	struct outcome *outcome;
	bool charged;			/* its failure has been counted */
};

struct scheme {
	const char *name;		/* in the log, and for clients in GET /rest/settings */
	bool is_token;			/* its failure is "invalid_token", RFC 6750, 3.1 */
	bool is_ambient;		/* browsers add it to requests that any site causes */
	bool (*is_on)(const struct conf *conf);	/* NULL: always */
	/*
	 * 0, V_WRONG_CREDENTIAL, V_ENDED, V_REUSED, V_THROTTLED or V_UNAVAILABLE; V_NOT_FOUND: a
	 * provider identified a person who is not a user; V_WAITING: verify it again
	 * when what is kept in wait or at_provider is due.
	 */
	int (*verify)(struct attempt *);
};

extern const struct scheme scheme_basic, scheme_bearer, scheme_jwt, scheme_ha1b, scheme_oidc,
    scheme_facebook;

#endif
