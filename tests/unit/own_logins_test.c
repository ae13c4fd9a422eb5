// SPDX-License-Identifier: ISC
/* DELETE /rest/auth (API 12.2): who ends what. */
#include <string.h>

#include "rows.h"
#include "unit.h"

#define END(query_text, ...) { .method = "DELETE", .path = "/rest/auth", .query = query_text, \
	__VA_ARGS__ }

/* Each of a service of its own; afterwards these are asked, and 401 if they have ended. */
static void
ends(void)
{
	static const struct {
		const char *row;
		struct ask ask;
		int want, jwt, bearer, token_jwt;
	} t[] = {
		{ "nobody", END(NULL), 401, 200, 200, 200 },
		{ "a wrong password", END(NULL, .authorization = BAD_BASIC), 401, 200, 200, 200 },
		{ "by a JWT", END(NULL, .x_auth_token = "$j"), 200, 401, 200, 401 },
		{ "by Basic", END(NULL, .authorization = GOOD_BASIC), 200, 401, 200, 401 },
		{ "tokens too", END("tokens=1", .x_auth_token = "$j"), 200, 401, 401, 401 },
		{ "tokens not", END("tokens=0", .x_auth_token = "$j"), 200, 401, 200, 401 },
		{ "by a token", END(NULL, .x_auth_token = "$b"), 200, 200, 401, 401 },
		{ "by a token, tokens too", END("tokens=1", .x_auth_token = "$b"), 200, 200, 401,
		    401 },
		{ "by a JWT of it", END(NULL, .x_auth_token = "$t"), 200, 200, 401, 401 },
		{ "by an unlimited one of Bob", END("tokens=1", .x_auth_token = "$f"), 200, 200,
		    200, 200 },
		{ "tokens in words", END("tokens=yes", .x_auth_token = "$j"), 400, 200, 200, 200 },
		{ "two kinds of tokens", END("tokens=2", .x_auth_token = "$j"), 400, 200, 200,
		    200 },
		{ "a page elsewhere", END(NULL, .x_auth_token = "$j",
		    .params = { "HTTP_SEC_FETCH_SITE=cross-site" }), 403, 200, 200, 200 },
	};
	struct reply reply;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		box_open(&my, test_directory());
		box_names_make(&my);
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].want);
		if (t[i].want == 200)
			EXPECT_STRING(t[i].row, reply.body, "{\"success\":true,\"payload\":{}}");
		EXPECT_INT("the JWT", box_ask(&my, &(struct ask){ .x_auth_token = "$j" }).status,
		    t[i].jwt);
		EXPECT_INT("the token", box_ask(&my, &(struct ask){ .x_auth_token = "$b" }).status,
		    t[i].bearer);
		EXPECT_INT("its JWT", box_ask(&my, &(struct ask){ .x_auth_token = "$t" }).status,
		    t[i].token_jwt);
		EXPECT_INT("the password", box_ask(&my,
		    &(struct ask){ .authorization = GOOD_BASIC }).status, 200);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "ends", ends },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/own_logins", tests);
