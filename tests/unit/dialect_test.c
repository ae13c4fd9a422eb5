// SPDX-License-Identifier: ISC
#include "http/dialect.h"

#include <errno.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "unit.h"

static const enum dialect guards[] = { DIALECT_VERIFY, DIALECT_AUTHORIZER };

/* nginx turns anything else into 500; and only one result lets a request pass. */
static void
guard_words(void)
{
	const struct wording *wording;

	for (size_t i = 0; i < NELEM(guards); i++) {
		EXPECT_INT("done", dialect_wording(guards[i], 0)->status, i ? 200 : 204);
		for (int r = -200; r <= VERDICTS + 1; r++) {
			wording = dialect_wording(guards[i], r);
			EXPECT_TRUE(verdict_name(r), r == 0 || wording->status == 401 ||
			    wording->status == 403 || wording->status == 500);
			EXPECT_TRUE(verdict_name(r), r == 0 || (wording->message &&
			    !(wording->carries & (EXTRA_PAYLOAD | EXTRA_USER_HEADERS | EXTRA_USER_VARIABLES | EXTRA_BARE))));
			EXPECT_INT(verdict_name(r), !!(wording->carries & EXTRA_CHALLENGE),
			    wording->status == 401);
		}
	}
}

static void
results(void)
{
	static const struct { int result, status; unsigned carries; } t[] = {
		{ V_ENDED, 401, EXTRA_CHALLENGE },
		{ V_WRONG_CREDENTIAL, 401, EXTRA_CHALLENGE },
		{ V_THROTTLED, 401, EXTRA_CHALLENGE | EXTRA_WAIT },
		{ V_PLAIN_HTTP, 401, EXTRA_CHALLENGE },
		{ V_DUPLICATE_HEADER, 401, EXTRA_CHALLENGE },
		{ V_FORGED_HEADER, 401, EXTRA_CHALLENGE },
		{ V_DUPLICATE_CREDENTIAL, 401, EXTRA_CHALLENGE },
		{ V_BAD_FORM, 401, EXTRA_CHALLENGE },
		{ V_FORBIDDEN, 403, 0 },
		{ V_UNAVAILABLE, 500, 0 },
		{ V_NO_METHOD, 500, 0 },
		{ V_PREFLIGHT, 500, 0 },
		{ -ENOMEM, 500, 0 },
		{ -EIO, 500, 0 },
		{ -EBADMSG, 500, 0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		for (size_t j = 0; j < NELEM(guards); j++) {
			const struct wording *wording = dialect_wording(guards[j], t[i].result);

			EXPECT_INT(verdict_name(t[i].result), wording->status, t[i].status);
			EXPECT_INT(verdict_name(t[i].result), wording->carries, t[i].carries);
		}
	}
}

/* Its own words first, those of the REST family for all else. */
static void
webitel(void)
{
	static const struct { int result, status; const char *message; unsigned carries; } t[] = {
		{ 0, 200, NULL, EXTRA_PAYLOAD },
		{ V_ENDED, 401, "Bad caller", EXTRA_WEBITEL_CHALLENGE },
		{ V_WRONG_CREDENTIAL, 401, "Invalid credentials", EXTRA_WEBITEL_CHALLENGE },
		{ V_BAD_CALLER, 401, "Bad caller", EXTRA_WEBITEL_CHALLENGE },
		{ V_FORBIDDEN, 403, "Permission denied!", 0 },
		{ V_NO_USER, 404, "User not found", 0 },
		{ V_NO_USER_NAME, 400, "User name is required", 0 },
		{ V_NO_DOMAIN, 400, "Domain is required.", 0 },
		{ V_BAD_EXPIRE, 400, "Bad expire date.", 0 },
		{ V_BAD_ROLE, 400, "Bad role name.", 0 },
		{ V_BAD_STATE, 400, "Bad state.", 0 },
		{ V_NO_ROUTE, 404, "Not found", 0 },
		{ V_THROTTLED, 429, "Too many requests", EXTRA_WAIT },
		{ V_EXISTS, 500, "Internal server error", 0 },
		{ -ENOSPC, 503, "Service unavailable", EXTRA_RETRY },
		{ -EIO, 503, "Service unavailable", EXTRA_RETRY },
		{ -EROFS, 503, "Service unavailable", EXTRA_RETRY },
		{ -EBADMSG, 500, "Internal server error", 0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const struct wording *wording = dialect_wording(DIALECT_WEBITEL, t[i].result);

		EXPECT_INT(verdict_name(t[i].result), wording->status, t[i].status);
		EXPECT_STRING(verdict_name(t[i].result), wording->message, t[i].message);
		EXPECT_INT(verdict_name(t[i].result), wording->carries, t[i].carries);
	}
}

static CU_TestInfo tests[] = {
	{ "Webitel", webitel },
	{ "results", results },
	{ "guards say nothing else", guard_words },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/dialect", tests);
