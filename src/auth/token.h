// SPDX-License-Identifier: ISC
/*
 * auth/token.h - bearer tokens (RFC 6750), whose text is shown once
 * (auth/token_text.h); the store has a keyed digest.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/token_text.h"

#define TOKEN_NAME_CHARACTERS 255
#define TOKEN_TTL_MIN_S 60
#define TOKEN_GRACE_DEFAULT_S 86400
#define TOKEN_GRACE_MAX_S 604800

/*
 * May a token be called so?  From 1 to TOKEN_NAME_CHARACTERS characters that a
 * person can see where they are listed.  V_INVALID: *why says what is wrong.
 */
int token_check_name(const char *name, const char **why);

/*
 * A new token for the caller, with a lifetime of ttl_s seconds; secret has TOKEN_SIZE
 * bytes.  V_FORBIDDEN: the caller used a token and may not create others.
 * V_TOO_MANY: the limit of the user.  V_NOT_FOUND: the user no longer exists.
 */
int token_create(struct auth *auth, const struct identity *who, const char *name, int64_t ttl_s,
    int64_t now_ms, struct token *token, char *secret);

/* What a token is to be; NULL and 0: as it is, or without limits. */
struct token_terms {
	const char *name;
	int64_t ttl_s;
	const char *scope, *addresses;	/* of auth/limit.h */
};

/*
 * The same, with all terms.  What a token makes has the limits of that token, unless
 * narrower ones are given; V_FORBIDDEN for wider ones.
 */
int token_create_on(struct auth *auth, const struct identity *who,
    const struct token_terms *terms, int64_t now_ms, struct token *token, char *secret);

/* May the caller create and extend tokens?  V_FORBIDDEN. */
int token_may_create(const struct auth *auth, const struct identity *who);

/*
 * Is a token that the store has, which has not expired, valid?  It is not if a failed
 * removal of all tokens of its owner left it, or if it had ended by a clock that was set
 * back: whoever gave it another end did so at its last change.
 */
bool token_is_live(const struct auth *auth, const struct token *token, const struct user *owner,
    int64_t now_ms);

/* V_NOT_FOUND: not a live token of the caller. */
int token_get(struct auth *auth, const struct identity *who, const struct uuid *id,
    int64_t now_ms, struct token *token);

/* The same, for any owner. */
int token_lookup(struct auth *auth, const struct uuid *id, int64_t now_ms, struct token *token);

/*
 * Renames it, unless name is NULL; with ttl_s above 0, it expires that long from
 * now.  V_NOT_FOUND: not a live token of the caller.  V_FORBIDDEN: ttl_s
 * from a caller who used a token.
 */
int token_change(struct auth *auth, const struct identity *who, const struct uuid *id,
    const char *name, int64_t ttl_s, int64_t now_ms, struct token *after);

/* The same, to all terms.  V_FORBIDDEN: wider limits from a caller who used a token. */
int token_change_to(struct auth *auth, const struct identity *who, const struct uuid *id,
    const struct token_terms *terms, int64_t now_ms, struct token *after);

/*
 * A new token with the name, lifetime and limits of the one called id, which ends
 * grace_s from now at the latest; secret as in token_create.  V_NOT_FOUND: not a live
 * token of the caller.  V_ROTATED: it was replaced before.  V_TOO_MANY: the limit of the
 * user, of which the old token takes nothing.  V_FORBIDDEN: token_may_rotate.
 */
int token_rotate(struct auth *auth, const struct identity *who, const struct uuid *id,
    int64_t grace_s, int64_t now_ms, struct token *fresh, char *secret);

/* V_FORBIDDEN: the caller used a token, and may not even replace that one. */
int token_may_rotate(const struct auth *auth, const struct identity *who, const struct uuid *id);

/* V_NO_SCOPE: that is not the token which the caller used. */
int token_check_own(struct auth *auth, const struct identity *who, const char *secret_or_uuid,
    int64_t now_ms);

/* Revokes the token, named by its secret or uuid.  V_NOT_FOUND: not a live token of the caller. */
int token_revoke(struct auth *auth, const struct identity *who, const char *secret_or_uuid,
    int64_t now_ms, struct token *gone);

/* The same of any user. */
int token_revoke_of(struct auth *auth, const struct uuid *owner, const char *secret_or_uuid,
    int64_t now_ms, struct token *gone);

/* Revokes all tokens of the caller, or of any user; *count: how many were live. */
int token_revoke_all(struct auth *auth, const struct identity *who, int64_t now_ms,
    uint64_t *count);
int token_revoke_all_of(struct auth *auth, const struct uuid *owner, int64_t now_ms,
    uint64_t *count);

/*
 * By possession alone.  inspect: what a secret that somebody presents is the token of, and
 * its user, who is live; V_NOT_FOUND.  end: revokes it, even if its user is disabled;
 * V_ENDED, V_REUSED and V_WRONG_CREDENTIAL as token_verify.
 */
int token_inspect(struct auth *auth, const char *secret, int64_t now_ms, struct token *token,
    struct user *user);
int token_end(struct auth *auth, const char *secret, int64_t now_ms, struct token *gone);

/* Notes that the caller, who is known by a token, used it from that address. */
void token_note_use(struct auth *auth, const struct identity *who, const char *source,
    int64_t now_ms);

/* Removes up to limit tokens that have expired; how many. */
int token_prune(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count);

/*
 * The token with that secret, whatever the state of its user, for a search through a
 * file.  V_NOT_FOUND: not live, or the user does not exist.
 */
int token_by_secret(struct auth *auth, const char *secret, int64_t now_ms, struct token *token,
    struct user *user);

/* Is that its secret?  The token may have ended since it was read. */
bool token_has_secret(const struct auth *auth, const struct token *token, const char *secret);

/*
 * The live token and its live user; then token_admit must follow.  V_ENDED, V_REUSED: it
 * was once valid.  V_WRONG_CREDENTIAL.
 */
int token_verify(struct auth *auth, const char *secret, int64_t now_ms, struct identity *who);

#endif
