// SPDX-License-Identifier: ISC
/* auth/refusal.c - which check of a credential refused it, for the log alone. */
#include "auth/refusal.h"

#include "base/verdict.h"
#include "store/record.h"

/* doorward(8) explains them. */
static const char *const names[WHYS] = {
	[WHY_NONE] = "",
	[WHY_ABSENT] = "none",
	[WHY_FORM] = "form",
	[WHY_UNKNOWN] = "unknown",
	[WHY_EXPIRED] = "expired",
	[WHY_REVOKED] = "revoked",
	[WHY_DISABLED] = "disabled",
	[WHY_DELETED] = "deleted",
	[WHY_LOGGED_OUT] = "logged-out",
	[WHY_ADDRESS] = "address",
	[WHY_THROTTLED] = "throttled",
	[WHY_REPEATED] = "repeated",
	[WHY_BUSY] = "busy",
	[WHY_UNAVAILABLE] = "unavailable",
	[WHY_PASSWORD] = "password",
	[WHY_NO_PASSWORD] = "no-password",
	[WHY_NAME] = "name",
	[WHY_DIGEST] = "digest",
	[WHY_REUSED] = "reused",
	[WHY_KID] = "kid",
	[WHY_SIGNATURE] = "signature",
	[WHY_CLAIMS] = "claims",
	[WHY_EARLY] = "early",
	[WHY_TOKEN] = "token",
	[WHY_LOGIN] = "login",
	[WHY_CREATOR] = "creator",
	[WHY_PROOF] = "proof",
	[WHY_SCOPE] = "scope",
	[WHY_ROLE] = "role",
	[WHY_NEEDS_LOGIN] = "needs-login",
	[WHY_ISS] = "iss",
	[WHY_AUD] = "aud",
	[WHY_TYP] = "typ",
	[WHY_IAT] = "iat",
	[WHY_EXP] = "exp",
	[WHY_NBF] = "nbf",
	[WHY_SUB] = "sub",
	[WHY_PERSON] = "person",
	[WHY_IS_VALID] = "is_valid",
	[WHY_APP_ID] = "app_id",
	[WHY_TYPE] = "type",
	[WHY_USER_ID] = "user_id",
	[WHY_EXPIRES_AT] = "expires_at",
	[WHY_ACCESS_EXPIRES_AT] = "data_access_expires_at",
};

const char *
why_name(enum why why)
{
	return names[why];
}

int
refusal(struct refusal *last, int verdict, enum why why)
{
	*last = (struct refusal){ .why = why };
	return verdict;
}

int
refusal_user(struct refusal *last, int verdict, enum why why, const struct uuid *user)
{
	*last = (struct refusal){ .why = why, .known = true, .user = *user };
	return verdict;
}

int
refusal_token(struct refusal *last, int verdict, enum why why, const struct uuid *user,
    const struct uuid *token)
{
	*last = (struct refusal){ .why = why, .known = true, .user = *user,
	    .by_token = true, .token = *token };
	return verdict;
}

int
refusal_if(struct refusal *last, int r, enum why why)
{
	return r > 0 ? refusal(last, r, why) : r;
}

enum why
why_not_opened(int verdict)
{
	switch (verdict) {
	case V_MALFORMED:
		return WHY_FORM;
	case V_NOT_FOUND:
		return WHY_KID;
	default:
		return WHY_SIGNATURE;
	}
}

enum why
why_not_live(const struct user *user)
{
	return user->deleted_ms ? WHY_DELETED : WHY_DISABLED;
}
