// SPDX-License-Identifier: ISC
/*
 * auth/domain_token.h - tokens of Webitel domains (API 7).
 *
 * A token is a JWT with times in milliseconds.  It is valid if its signature is,
 * and its record exists and is enabled.
 */
#ifndef AUTH_DOMAIN_TOKEN_H
#define AUTH_DOMAIN_TOKEN_H

#include "auth/auth.h"
#include "auth/caller.h"
#include "auth/pages.h"

/* All domains at once; not a valid name. */
#define DOMAIN_ALL "*"

/* The stored form of a domain name (base/unicode.h).  V_INVALID, -ENOMEM. */
int domain_name(const char *text, char domain[LOGIN_SIZE]);

/*
 * May the caller do letter ('c', 'r', 'u', 'd') with the tokens of domain, or
 * DOMAIN_ALL?  The caller's ACL must have it on "domain", or the caller must be an
 * admin of that domain; a domain token creates none.  V_FORBIDDEN.
 */
int domain_permit(const struct caller *caller, const char *domain, char letter);

/*
 * A new token of domain, as domain_name made it (-EINVAL: longer than that can be), with the
 * role called role, which expires at expires_ms.
 * V_BAD_EXPIRE: that is past, after the year 9999, or later than
 * domain_token_ttl_max_s permits.  V_BAD_ROLE: there is no such role.  V_FORBIDDEN: it is
 * above that of the caller.  V_TOO_MANY: the domain has max_domain_tokens.  *jwt
 * is in mem.
 *
 * caller is NULL for the administrator, to whom domain_token_ttl_max_s does not
 * apply.  A token that a user created is valid only while that user is live.
 */
int domain_token_create(struct auth *auth, struct arena *mem, const struct caller *caller,
    const char *domain, const char *role, int64_t expires_ms, int64_t now_ms,
    struct domain_token *token, const char **jwt);

/*
 * V_WRONG_CREDENTIAL: not one of ours.  V_ENDED: expired, disabled or revoked,
 * or the user who created it is disabled or deleted.
 */
int domain_token_verify(struct auth *auth, const char *jwt, int64_t now_ms,
    struct caller *caller);

/*
 * Visits at most limit (not 0, up to STORE_LIST_MAX) of a domain, or of all with NULL, that
 * are live at now_ms: by domain, the first to expire first.  after: those following the
 * token of that id.  V_NOT_FOUND: there is no such token.  V_CHANGED: the last one that was
 * read was removed meanwhile.
 */
int domain_tokens_list(struct auth *auth, const char *domain, const struct uuid *after,
    size_t limit, int64_t now_ms, pages_visit *visit, void *arg);

/* V_NOT_FOUND. */
int domain_token_find(struct auth *auth, const char *domain, const struct uuid *id,
    struct domain_token *token);
/*
 * Enable or disable it, and revoke it.  V_NOT_FOUND.  V_FORBIDDEN: the token
 * permits more than caller, NULL for the administrator, may do.
 */
int domain_token_enable(struct auth *auth, const struct caller *caller,
    const struct domain_token *token, bool enabled);
int domain_token_end(struct auth *auth, const struct caller *caller,
    const struct domain_token *token);

/* Removes up to limit tokens that have expired; how many. */
int domain_tokens_prune(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count);

#endif
