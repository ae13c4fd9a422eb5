// SPDX-License-Identifier: ISC
/*
 * cred/cred_webitel.h - the credentials of the Webitel API: the token and key of a
 * session, or a domain token (API 6.5).
 */
#ifndef CRED_CRED_WEBITEL_H
#define CRED_CRED_WEBITEL_H

#include "auth/auth.h"
#include "auth/caller.h"
#include "auth/login.h"
#include "cred/scheme.h"

#define WEBITEL_TOKEN_HEADER	"HTTP_X_ACCESS_TOKEN"
#define WEBITEL_KEY_HEADER	"HTTP_X_KEY"
#define WEBITEL_TOKEN_NAME	"access_token"
#define WEBITEL_KEY_NAME	"x_key"

struct webitel_presented {
	const char *token, *key;	/* NULL if absent */
	bool in_query;			/* one of them at least came from there */
};

/* Headers before body before query.  V_DUPLICATE_CREDENTIAL. */
int cred_webitel_collect(const struct sources *sources, struct webitel_presented *out);

/* V_BAD_CALLER; V_ENDED: it was once valid, and is not a guess. */
int cred_webitel_verify(struct auth *auth, const struct webitel_presented *presented,
    const struct client *client, int64_t now_ms, struct caller *caller);

/*
 * The user of a session: token and key were presented, for a domain token has no user.
 * V_BAD_CALLER, V_ENDED as above.
 */
int cred_webitel_identify(struct auth *auth, const struct webitel_presented *presented,
    const struct client *client, int64_t now_ms, struct identity *who);

#endif
