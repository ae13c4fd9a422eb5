// SPDX-License-Identifier: ISC
/*
 * cred/cred.h - credentials: where they may stand, and who they prove.
 *
 * A scheme is a file cred/cred_*.c and its slots in cred/cred_slots.c.  It turns
 * a credential into a struct identity by a verifying function of auth/.
 */
#ifndef CRED_CRED_H
#define CRED_CRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/outcome.h"
#include "base/arena.h"
#include "base/form.h"

enum place { PLACE_HEADER, PLACE_QUERY, PLACE_FORM, PLACES };

/* What a request brought, place by place; headers by their CGI names, "HTTP_…". */
struct sources {
	struct pairs in[PLACES];
};

struct provider;

/* One credential on its way to being verified. */
struct attempt {
	struct auth *auth;
	struct providers *providers;
	struct arena *mem;
	int64_t now_ms;
	const char *source;		/* the client's address */
	const struct provider *provider;	/* the one that vouches; NULL for none */
	const char *value;		/* as sent, without "Basic " or "Bearer " */

	/* out */
	struct login_wait **wait;	/* where a login that waits is kept; NULL: it blocks */
	struct identity *who;		/* set only with 0 */
	struct outcome *outcome;
	bool charged;			/* its failure is counted already */
};

struct scheme {
	const char *name;
	bool is_token;			/* its failure is "invalid_token", RFC 6750, 3.1 */
	/* 0, V_WRONG_CREDENTIAL, V_ENDED, V_THROTTLED or V_UNAVAILABLE */
	int (*verify)(struct attempt *);
};

extern const struct scheme scheme_basic, scheme_bearer, scheme_jwt, scheme_ha1b, scheme_oidc,
    scheme_facebook;

/* What tells a JWT from another token in the places they share (CONTRACT 8.3). */
enum shape { SHAPE_ANY, SHAPE_DOTTED, SHAPE_DOTLESS };

/* A place where a credential may stand. */
struct cred_slot {
	const struct scheme *scheme;
	const struct provider *provider;
	enum place place;
	const char *name;
	const char *prefix;		/* the auth-scheme of an Authorization header; or NULL */
	enum shape shape;
};

/* The schemes that are switched on, with all they need; one in a process, after fork. */
struct cred {
	struct auth *auth;
	struct arena mem;		/* of the slots and their names */
	struct providers *providers;	/* NULL if none is configured */
	struct cred_slot *slots;	/* in the order of CONTRACT 2 */
	size_t slot_count;
	const char **headers;		/* the CGI names of all slots in headers, once each */
	size_t header_count;
};

/* auth is borrowed and must outlive it.  -errno, logged. */
int cred_open(struct cred **cred, struct auth *auth);
void cred_close(struct cred **cred);

/* All schemes of CONTRACT 2, Facebook's two kinds of tokens, and the sections. */
#define PRESENTED_MAX (8 + CONF_OIDC_MAX)

/* The credentials of a request, one of a scheme at most, in the contract's order. */
struct presented {
	struct { const struct cred_slot *slot; const char *value; } list[PRESENTED_MAX];
	size_t count;
};

/* V_DUPLICATE_CREDENTIAL: a query or form key of ours came twice. */
int cred_collect(const struct cred *cred, const struct sources *sources, struct presented *out);

/* Was a bearer token or JWT among them? */
bool cred_has_token(const struct presented *presented);

/*
 * Tries one after the other; the first that verifies decides.  If none does:
 * V_THROTTLED if one was not looked at after too many failures; V_UNAVAILABLE
 * if one could not be; V_WRONG_CREDENTIAL; V_ENDED if all were good once, which
 * is never counted.  A fault ends it.  The outcome
 * gets the scheme and user that were proved, and the schemes that failed.
 */
int cred_verify(const struct presented *presented, struct attempt *attempt);

/*
 * A token that failed: counted, at the source alone.  V_THROTTLED: the source
 * has to wait anyway, as long as the outcome then says.
 */
int cred_charge_token(struct auth *auth, const char *source, const char *token, int64_t now_ms,
    struct outcome *outcome);

#endif
