// SPDX-License-Identifier: ISC
/*
 * cred/cred.h - credentials: where they may stand, and who they prove.
 *
 * A scheme is a file cred/cred_*.c and its rows in the table of cred/cred.c.
 * Nothing else makes a struct identity.
 */
#ifndef CRED_CRED_H
#define CRED_CRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "base/arena.h"
#include "base/form.h"

enum place { PLACE_HEADER, PLACE_QUERY, PLACE_FORM, PLACES };

/* What a request brought, place by place; headers by the names of the contract. */
struct sources {
	struct pairs in[PLACES];
};

/* One credential on its way to being verified. */
struct attempt {
	struct auth *auth;
	struct arena *mem;
	int64_t now_ms;
	const char *value;		/* as sent, without "Basic " or "Bearer " */
	const char *name;		/* out: whom it names, for the log; NULL if nobody */
	struct identity *who;		/* out: set only with 0 */
};

struct scheme {
	const char *name;
	bool is_token;			/* its failure is "invalid_token", RFC 6750, 3.1 */
	int (*verify)(struct attempt *);	/* 0 or V_WRONG_CREDENTIAL */
};

extern const struct scheme scheme_basic, scheme_bearer, scheme_jwt;

#define PRESENTED_MAX 8

/* The credentials of a request, one of a scheme at most, in the contract's order. */
struct presented {
	struct { const struct scheme *scheme; const char *value; } list[PRESENTED_MAX];
	size_t count;
};

/* V_DUPLICATE_CREDENTIAL: a query or form key of ours came twice. */
int cred_collect(const struct sources *sources, struct presented *out);

/* Was a bearer token or JWT among them? */
bool cred_has_token(const struct presented *presented);

/*
 * Tries one after the other; the first that verifies decides, and *via is its
 * scheme.  V_WRONG_CREDENTIAL if none does; attempt->name is then the last
 * name that was tried.  A fault ends it; *via is then left alone.
 */
int cred_verify(const struct presented *presented, struct attempt *attempt,
    const struct scheme **via);

#endif
