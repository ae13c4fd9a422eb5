// SPDX-License-Identifier: ISC
/* base/verdict.c - the names of results, for log lines. */
#include "base/verdict.h"

static const char *const names[VERDICTS] = {
	[V_OK] = "ok",
	[V_NOT_FOUND] = "not-found",
	[V_EXISTS] = "exists",
	[V_TOO_MANY] = "too-many",
	[V_LAST_ADMIN] = "last-admin",
	[V_CHANGED] = "changed",
	[V_MALFORMED] = "malformed",
	[V_INVALID] = "invalid",
	[V_ENDED] = "ended",
	[V_REUSED] = "reused",
	[V_WRONG_CREDENTIAL] = "wrong-credentials",
	[V_WRONG_ADDRESS] = "wrong-address",
	[V_FORBIDDEN] = "forbidden",
	[V_NO_SCOPE] = "no-scope",
	[V_UNAVAILABLE] = "unavailable",
	[V_THROTTLED] = "throttled",
	[V_WAITING] = "waiting",
	[V_HEADERS_TOO_LARGE] = "headers-too-large",
	[V_NO_ROUTE] = "no-route",
	[V_NO_METHOD] = "no-method",
	[V_PREFLIGHT] = "preflight",
	[V_PLAIN_HTTP] = "plain-http",
	[V_URI_TOO_LONG] = "uri-too-long",
	[V_BODY_TOO_LARGE] = "body-too-large",
	[V_BAD_FORM] = "bad-form",
	[V_BAD_JSON] = "bad-json",
	[V_JSON_AS_FORM] = "json-as-form",
	[V_DUPLICATE_CREDENTIAL] = "duplicate-credential",
	[V_DUPLICATE_HEADER] = "duplicate-header",
	[V_FORGED_HEADER] = "forged-header",
	[V_FOREIGN_SITE] = "foreign-site",
	[V_NO_TOKEN] = "no-token",
	[V_ROTATED] = "rotated",
	[V_TAKEN] = "taken",
	[V_IN_USE] = "in-use",
	[V_MEDIA_TYPE] = "media-type",
	[V_BAD_FIELDS] = "bad-fields",
	[V_BAD_CALLER] = "bad-caller",
	[V_NO_USER] = "no-user",
	[V_NO_USER_NAME] = "no-user-name",
	[V_NO_DOMAIN] = "no-domain",
	[V_BAD_EXPIRE] = "bad-expire",
	[V_BAD_ROLE] = "bad-role",
	[V_BAD_STATE] = "bad-state",
	[V_WEB_SERVER_ERROR] = "server-error",
};

const char *
verdict_name(int r)
{
	if (r < 0)
		return "fault";
	return r < VERDICTS && names[r] ? names[r] : "unnamed";
}
