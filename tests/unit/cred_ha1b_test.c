// SPDX-License-Identifier: ISC
/* API 2.7: where it is sent, switched on and off, and when a user gets one. */
#include <string.h>

#include "auth/user.h"
#include "service/ask.h"
#include "unit.h"

#define BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define OTHER_BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206b3RoZXIgaG9yc2U="
#define GOOD "cfd418ab3e3ef76f9837f332c1d26768"	/* of ALICE and PASSWORD */
#define GOOD_UPPER "CFD418AB3E3EF76F9837F332C1D26768"
#define OTHER "a042b968b6e329ac32122fb78b67f834"	/* of ALICE and "other horse" */
#define HEADER "HTTP_X_AUTH_HA1B_TOKEN="
#define QUERY "QUERY_STRING=ha1b="
#define FORM_TYPE "CONTENT_TYPE=application/x-www-form-urlencoded"
#define PARTS_TYPE "CONTENT_TYPE=multipart/form-data; boundary=b"
#define PARTS(value) "--b\r\nContent-Disposition: form-data; name=\"ha1b\"\r\n\r\n" value \
	"\r\n--b--\r\n"

static const struct { const char *row; struct ask ask; int status; } place_rows[] = {
	{ "header", ASK("GET", "/rest/auth", HEADER GOOD), 200 },
	{ "upper case", ASK("GET", "/rest/auth", HEADER GOOD_UPPER), 200 },
	{ "query", ASK("GET", "/rest/auth", QUERY GOOD), 200 },
	{ "query, upper case", ASK("GET", "/rest/auth", QUERY GOOD_UPPER), 200 },
	{ "form", SEND("DELETE", "/rest/token/all", "ha1b=" GOOD, FORM_TYPE), 200 },
	{ "form, upper case", SEND("DELETE", "/rest/token/all", "ha1b=" GOOD_UPPER,
	    FORM_TYPE), 200 },
	{ "parts", SEND("DELETE", "/rest/token/all", PARTS(GOOD), PARTS_TYPE), 200 },
	{ "mixed case", ASK("GET", "/rest/auth", HEADER "cFd418AB3e3ef76f9837f332C1d26768"), 200 },
	{ "JSON", SEND("DELETE", "/rest/token/all", "{\"ha1b\":\"" GOOD "\"}",
	    "CONTENT_TYPE=application/json"), 401 },
	{ "form of a GET", SEND("GET", "/rest/auth", "ha1b=" GOOD, FORM_TYPE), 401 },
	{ "parts of a GET", SEND("GET", "/rest/auth", PARTS(GOOD), PARTS_TYPE), 401 },
	{ "file", SEND("DELETE", "/rest/token/all", "--b\r\nContent-Disposition: "
	    "form-data; name=\"ha1b\"; filename=\"a\"\r\n\r\n" GOOD "\r\n--b--",
	    PARTS_TYPE), 400 },
	{ "bearer", ASK("GET", "/rest/auth", "HTTP_AUTHORIZATION=Bearer " GOOD), 401 },
	{ "X-Auth-Token", ASK("GET", "/rest/auth", "HTTP_X_AUTH_TOKEN=" GOOD), 401 },
	{ "empty", ASK("GET", "/rest/auth", HEADER), 401 },
	{ "31", ASK("GET", "/rest/auth", HEADER "cfd418ab3e3ef76f9837f332c1d2676"), 401 },
	{ "33", ASK("GET", "/rest/auth", HEADER GOOD "0"), 401 },
	{ "64", ASK("GET", "/rest/auth", HEADER GOOD GOOD), 401 },
	{ "no hex", ASK("GET", "/rest/auth", HEADER "gfd418ab3e3ef76f9837f332c1d26768"),
	    401 },
	{ "one off", ASK("GET", "/rest/auth", HEADER "cfd418ab3e3ef76f9837f332c1d26769"),
	    401 },
	{ "blank before", ASK("GET", "/rest/auth", HEADER " " GOOD), 401 },
	{ "quotes", ASK("GET", "/rest/auth", HEADER "\"" GOOD "\""), 401 },
	{ "NUL after", ASK("GET", "/rest/auth", QUERY GOOD "%00"), 401 },
	{ "plus after", ASK("GET", "/rest/auth", QUERY GOOD "+"), 401 },
	{ "header twice", ASK("GET", "/rest/auth", HEADER GOOD, HEADER GOOD), 400 },
	{ "header twice, one empty", ASK("GET", "/rest/auth", HEADER GOOD, HEADER), 400 },
	{ "wrong header, good query", ASK("GET", "/rest/auth", HEADER OTHER, QUERY GOOD),
	    200 },
	{ "good header, wrong query", ASK("GET", "/rest/auth", HEADER GOOD, QUERY OTHER),
	    200 },
	{ "wrong query, good form", SEND("DELETE", "/rest/token/all", "ha1b=" GOOD,
	    FORM_TYPE, QUERY OTHER), 200 },
	{ "wrong query, wrong form", SEND("DELETE", "/rest/token/all", "ha1b=" OTHER,
	    FORM_TYPE, QUERY OTHER), 401 },
	{ "good query, wrong form", SEND("DELETE", "/rest/token/all", "ha1b=" OTHER,
	    FORM_TYPE, QUERY GOOD), 200 },
};

static void
places(void)
{
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(place_rows); i++) {
		reply = box_ask(&my, &place_rows[i].ask);
		EXPECT_INT(place_rows[i].row, reply.status, place_rows[i].status);
	}
	my.conf->ha1b = false;
	box_reopen(&my);
	for (size_t i = 0; i < NELEM(place_rows); i++) {
		bool twice = strncmp(place_rows[i].row, "header twice", 12) == 0;

		reply = box_ask(&my, &place_rows[i].ask);
		EXPECT_INT(place_rows[i].row, reply.status, twice || place_rows[i].status == 200 ?
		    401 : place_rows[i].status);
	}
	box_close(&my);
}

static int
status(struct box *my, const char *given)
{
	return box_ask(my, &(struct ask)ASK("GET", "/rest/auth", given)).status;
}

static void
set_password(struct box *my, const char *password)
{
	const char *why;

	EXPECT_VERDICT(password, user_set_password(my->auth, &my->alice.user.id, password,
	    strlen(password), false, NOW_MS, &why), 0);
}

/* While the option is off no HA1B is stored, so that no old one returns with it. */
static void
switched(void)
{
	struct box my;

	box_open(&my, test_directory());
	EXPECT_INT("on", status(&my, HEADER GOOD), 200);
	my.conf->ha1b = false;
	box_reopen(&my);
	EXPECT_INT("off", status(&my, HEADER GOOD), 401);
	set_password(&my, "other horse");
	my.conf->ha1b = true;
	box_reopen(&my);
	EXPECT_INT("of the old password", status(&my, HEADER GOOD), 401);
	EXPECT_INT("not yet", status(&my, HEADER OTHER), 401);
	EXPECT_INT("a wrong login", status(&my, BASIC), 401);
	EXPECT_INT("changes nothing", status(&my, HEADER GOOD), 401);
	EXPECT_INT("log in", status(&my, OTHER_BASIC), 200);
	EXPECT_INT("of the new password", status(&my, HEADER OTHER), 200);
	EXPECT_INT("of the old one still", status(&my, HEADER GOOD), 401);
	box_close(&my);
}

/* A user who has only a hash, as after an import, gets a HA1B at the first login. */
static void
imported(void)
{
	struct box my;

	box_open(&my, test_directory());
	my.conf->ha1b = false;
	box_reopen(&my);
	set_password(&my, PASSWORD);
	EXPECT_STRING("none", box_alice(&my).ha1b, "");
	EXPECT_INT("log in", status(&my, BASIC), 200);
	EXPECT_STRING("none while it is off", box_alice(&my).ha1b, "");
	my.conf->ha1b = true;
	box_reopen(&my);
	EXPECT_INT("not yet", status(&my, HEADER GOOD), 401);
	EXPECT_INT("log in", status(&my, BASIC), 200);
	EXPECT_INT("length", (int64_t)strlen(box_alice(&my).ha1b), 2 * DIGEST_LEN);
	EXPECT_TRUE("is not itself", !strstr(box_alice(&my).ha1b, GOOD));
	EXPECT_INT("now", status(&my, HEADER GOOD), 200);
	box_close(&my);
}

static void
disabled(void)
{
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("disable", user_disable(my.auth, &my.alice.user.id, NOW_MS), 0);
	EXPECT_INT("disabled", status(&my, HEADER GOOD), 401);
	EXPECT_INT("log in", status(&my, BASIC), 401);
	EXPECT_STRING("none", box_alice(&my).ha1b, "");
	set_password(&my, "other horse");
	EXPECT_STRING("set while disabled", box_alice(&my).ha1b, "");
	EXPECT_VERDICT("enable", store_user_enable(my.auth->store, &my.alice.user.id, NOW_MS),
	    0);
	EXPECT_INT("enabled", status(&my, HEADER OTHER), 401);
	EXPECT_INT("log in", status(&my, OTHER_BASIC), 200);
	EXPECT_INT("after a login", status(&my, HEADER OTHER), 200);
	EXPECT_VERDICT("delete", store_user_delete(my.auth->store, &my.alice.user.id, true,
	    NOW_MS), 0);
	EXPECT_INT("deleted", status(&my, HEADER OTHER), 401);
	box_close(&my);
}

/* An HA1B is keyed: the same of another installation is found by another digest. */
static void
keyed(void)
{
	struct box one, two;

	box_open(&one, test_directory());
	box_open(&two, test_directory());
	EXPECT_TRUE("two", strcmp(box_alice(&one).ha1b, box_alice(&two).ha1b) != 0);
	box_close(&two);
	box_close(&one);
}

static CU_TestInfo tests[] = {
	{ "places", places },
	{ "switched off and on", switched },
	{ "imported", imported },
	{ "disabled", disabled },
	{ "keyed", keyed },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_ha1b", tests);
