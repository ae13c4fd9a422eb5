// SPDX-License-Identifier: ISC
/*
 * auth/refusal.h - which check of a credential refused it, for the log alone.
 *
 * A verdict says what a client may know.  Whatever refuses a credential says here, beside
 * its verdict, what an administrator wants to know; no answer depends on it.  What was
 * said last counts: the caller reads it at once, as errno is read.
 */
#ifndef AUTH_REFUSAL_H
#define AUTH_REFUSAL_H

#include <stdbool.h>

#include "base/uuid.h"

enum why {
	WHY_NONE,
	/* of any credential */
	WHY_ABSENT,			/* none was sent */
	WHY_FORM,
	WHY_UNKNOWN,
	WHY_EXPIRED,
	WHY_REVOKED,
	WHY_DISABLED,
	WHY_DELETED,
	WHY_LOGGED_OUT,
	WHY_ADDRESS,
	WHY_THROTTLED,
	WHY_REPEATED,
	WHY_BUSY,
	WHY_UNAVAILABLE,
	/* of passwords and HA1B */
	WHY_PASSWORD,
	WHY_NO_PASSWORD,
	WHY_NAME,
	WHY_DIGEST,
	/* of tokens and JWTs */
	WHY_REUSED,
	WHY_KID,
	WHY_SIGNATURE,
	WHY_CLAIMS,
	WHY_EARLY,
	WHY_TOKEN,
	WHY_LOGIN,
	WHY_CREATOR,
	WHY_PROOF,
	/* of what a valid one may do */
	WHY_SCOPE,
	WHY_ROLE,
	WHY_NEEDS_LOGIN,
	/* of providers: claims, and members of Facebook's answers */
	WHY_ISS,
	WHY_AUD,
	WHY_TYP,
	WHY_IAT,
	WHY_EXP,
	WHY_NBF,
	WHY_SUB,
	WHY_PERSON,
	WHY_IS_VALID,
	WHY_APP_ID,
	WHY_TYPE,
	WHY_USER_ID,
	WHY_EXPIRES_AT,
	WHY_ACCESS_EXPIRES_AT,
	WHYS				/* how many there are */
};

/* "signature"; "" for WHY_NONE. */
const char *why_name(enum why why);

/* The last refusal; and whose credential it was, as far as that is certain. */
struct refusal {
	enum why why;
	bool known;
	struct uuid user;
	bool by_token;			/* a bearer token, or a JWT made from one */
	struct uuid token;
};

struct user;

/* These return the verdict, for the statement that refuses; last is the member of auth. */
int refusal(struct refusal *last, int verdict, enum why why);
int refusal_user(struct refusal *last, int verdict, enum why why, const struct uuid *user);
int refusal_token(struct refusal *last, int verdict, enum why why, const struct uuid *user,
    const struct uuid *token);

/* A verdict above zero alone is a refusal. */
int refusal_if(struct refusal *last, int r, enum why why);

/* Of what a JWT is refused by, where auth/jwt.h could not open it. */
enum why why_not_opened(int verdict);

/* Why a user is not live: WHY_DELETED, WHY_DISABLED. */
enum why why_not_live(const struct user *user);

#endif
