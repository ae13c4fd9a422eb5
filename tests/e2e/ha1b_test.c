// SPDX-License-Identifier: ISC
/* API 2.7: where it is sent, which user it proves, and when it becomes invalid. */
#include <ctype.h>
#include <string.h>

#include "auth/ha1b.h"
#include "base/text.h"
#include "e2e.h"

#define AUTH "GET", "/rest/auth"
#define HA1B "X-Auth-HA1B-Token: "
#define WHO(email) "{'success':true,'payload':{'created_on':'<time>','modified_on':'<time>'," \
	"'uuid':'<uuid>','email':'" email "',<rest>"

/* Remembers the HA1B of login and password as that word. */
static void
set_ha1b(const char *name, const char *login, const char *password)
{
	char ha1b[HA1B_LEN + 1];

	EXPECT_VERDICT(name, ha1b_make(login, password, strlen(password), ha1b), 0);
	word_set(name, ha1b);
	keep_out_of_logs(ha1b);
	for (char *c = ha1b; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	word_set(arena_printf(test_mem(), "%s_upper", name), ha1b);
	keep_out_of_logs(ha1b);
}

/* Often enough to reach every worker. */
static void
each_worker(const char *row, const char *name, int status)
{
	struct row ask = { row, AUTH, { arena_printf(test_mem(), HA1B "$%s", name) },
		.status = status };

	for (int i = 0; i < 8; i++)
		run_row(&ask);
}

static void
places(void)
{
	static const struct row rows[] = {
		{ "header", AUTH, { HA1B "$alice_ha1b" }, .status = 200, .shape =
		    WHO("$alice_email") },
		{ "upper case", AUTH, { HA1B "$alice_ha1b_upper" }, .status = 200,
		    .shape = WHO("$alice_email") },
		{ "the other user", AUTH, { HA1B "$bob_ha1b" }, .status = 200,
		    .shape = WHO("$bob_email") },
		{ "query", "GET", "/rest/auth?ha1b=$alice_ha1b", .status = 200,
		    .shape = WHO("$alice_email") },
		{ "query, upper case", "GET", "/rest/auth?ha1b=$bob_ha1b_upper", .status = 200,
		    .shape = WHO("$bob_email") },
		{ "HTTP/2", AUTH, { HA1B "$alice_ha1b" }, .http2 = true, .status = 200 },
		{ "beside a wrong Basic", AUTH, { "Authorization: Basic YTpi", HA1B "$alice_ha1b" },
		    .status = 200, .shape = WHO("$alice_email") },
		{ "after good Basic", AUTH, { BOB, HA1B "$alice_ha1b" }, .status = 200,
		    .shape = WHO("$bob_email") },
		{ "not over HTTP", AUTH, { HA1B "$alice_ha1b" }, .plain = true, .status = 301 },
		/* refused */
		{ "empty", "GET", "/rest/auth?ha1b=", .status = 401 },
		{ "one off", AUTH, { HA1B "$one_off" }, .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='doorward'" } },
		{ "31 digits", AUTH, { HA1B "0123456789abcdef0123456789abcde" }, .status = 401 },
		{ "33 digits", AUTH, { HA1B "0$alice_ha1b" }, .status = 401 },
		{ "twice as long", AUTH, { HA1B "$alice_ha1b$alice_ha1b" }, .status = 401 },
		{ "no hex", AUTH, { HA1B "$no_hex" }, .status = 401 },
		{ "with 0x", AUTH, { HA1B "0x$alice_ha1b" }, .status = 401 },
		{ "two", AUTH, { HA1B "$alice_ha1b, $bob_ha1b" }, .status = 401 },
		{ "header twice", AUTH, { HA1B "$alice_ha1b", HA1B "$alice_ha1b" },
		    .status = WAY_HEADER_TWICE },
		{ "underscores", AUTH, { HA1B "$alice_ha1b", "X_Auth_HA1B_Token: x" },
		    .status = WAY_UNDERSCORES },
		{ "query twice", "GET", "/rest/auth?ha1b=$alice_ha1b&ha1b=$alice_ha1b",
		    .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "as a token", AUTH, { "X-Auth-Token: $alice_ha1b" }, .status = 401 },
		{ "as Bearer", AUTH, { "Authorization: Bearer $alice_ha1b" }, .status = 401 },
		{ "of the bare name", AUTH, { HA1B "$bare_ha1b" }, .status = 401 },
	};

	set_ha1b("alice_ha1b", word("alice_email"), word("alice_password"));
	set_ha1b("bob_ha1b", word("bob_email"), word("bob_password"));
	set_ha1b("bare_ha1b", "alice", word("alice_password"));
	word_set("one_off", arena_printf(test_mem(), "%.31s%c", word("alice_ha1b"),
	    word("alice_ha1b")[31] == '0' ? '1' : '0'));
	word_set("no_hex", arena_printf(test_mem(), "%.31sg", word("alice_ha1b")));
	RUN(rows);
}

static void
password(void)
{
	make_user("pat", "pat@example.org", "pat-password-1");
	set_ha1b("old", "pat@example.org", "pat-password-1");
	set_ha1b("new", "pat@example.org", "pat-password-2");
	each_worker("at once", "old", 200);
	EXPECT_INT("passwd", CTL("pat-password-2\n", "user", "passwd", "pat@example.org",
	    "--password-stdin"), 0);
	each_worker("old password", "old", 401);
	each_worker("new password", "new", 200);
}

static void
email(void)
{
	static const struct row login = { "log in", AUTH, { "Authorization: Basic $moved" },
		.status = 200 };

	make_user("ann", "ann@example.org", "ann-password-1");
	set_ha1b("old", "ann@example.org", "ann-password-1");
	set_ha1b("new", "ann@other.example", "ann-password-1");
	word_set("moved", encode64("ann@other.example:ann-password-1"));
	each_worker("at once", "old", 200);
	EXPECT_INT("e-mail", CTL("", "user", "set", "ann@example.org", "--email",
	    "ann@other.example"), 0);
	each_worker("old e-mail", "old", 401);
	each_worker("before a login", "new", 401);
	run_row(&login);
	each_worker("new e-mail", "new", 200);
	each_worker("old e-mail still", "old", 401);
}

static void
sip_login(void)
{
	static const struct row login = { "log in", AUTH, { "Authorization: Basic $sip" },
		.status = 200 };

	EXPECT_INT("add", CTL("sip-password-1\n", "user", "add", "sip@example.org", "--sip-login",
	    "100@mydomain.example", "--password-stdin"), 0);
	word_set("sip", encode64("sip@example.org:sip-password-1"));
	set_ha1b("by_email", "sip@example.org", "sip-password-1");
	set_ha1b("by_sip", "100@mydomain.example", "sip-password-1");
	set_ha1b("moved_sip", "101@mydomain.example", "sip-password-1");
	each_worker("of the SIP login", "by_sip", 200);
	each_worker("not of the e-mail", "by_email", 401);
	EXPECT_INT("another", CTL("", "user", "set", "sip@example.org", "--sip-login",
	    "101@mydomain.example"), 0);
	each_worker("old SIP login", "by_sip", 401);
	run_row(&login);
	each_worker("new SIP login", "moved_sip", 200);
	EXPECT_INT("none", CTL("", "user", "set", "sip@example.org", "--sip-login", ""), 0);
	each_worker("no SIP login", "moved_sip", 401);
	run_row(&login);
	each_worker("the e-mail again", "by_email", 200);
}

static void
disabled(void)
{
	static const struct row login = { "log in", AUTH, { "Authorization: Basic $dis" },
		.status = 200 };

	make_user("dis", "dis@example.org", "dis-password-1");
	set_ha1b("dis_ha1b", "dis@example.org", "dis-password-1");
	set_ha1b("dis_ha1b_2", "dis@example.org", "dis-password-2");
	each_worker("at once", "dis_ha1b", 200);
	EXPECT_INT("disable", CTL("", "user", "disable", "dis@example.org"), 0);
	each_worker("disabled", "dis_ha1b", 401);
	EXPECT_INT("enable", CTL("", "user", "enable", "dis@example.org"), 0);
	each_worker("enabled, no login yet", "dis_ha1b", 401);
	run_row(&login);
	each_worker("after a login", "dis_ha1b", 200);
	EXPECT_INT("disable", CTL("", "user", "disable", "dis@example.org"), 0);
	EXPECT_INT("passwd", CTL("dis-password-2\n", "user", "passwd", "dis@example.org",
	    "--password-stdin"), 0);
	each_worker("set while disabled", "dis_ha1b_2", 401);
	EXPECT_INT("enable", CTL("", "user", "enable", "dis@example.org"), 0);
	EXPECT_INT("passwd", CTL("dis-password-2\n", "user", "passwd", "dis@example.org",
	    "--password-stdin"), 0);
	each_worker("set when enabled", "dis_ha1b_2", 200);
}

static void
deleted(void)
{
	make_user("del", "del@example.org", "del-password-1");
	set_ha1b("del_ha1b", "del@example.org", "del-password-1");
	each_worker("at once", "del_ha1b", 200);
	EXPECT_INT("delete", CTL("", "user", "delete", "del@example.org"), 0);
	each_worker("deleted", "del_ha1b", 401);
	make_user("del", "del@example.org", "del-password-1");
	each_worker("made anew", "del_ha1b", 200);
	EXPECT_INT("delete, keep", CTL("", "user", "delete", "del@example.org", "--keep"), 0);
	each_worker("deleted but kept", "del_ha1b", 401);
}

/* The data file, the only place where a password equivalent could be, has none. */
static void
not_in_the_file(void)
{
	const char *const names[] = { "alice_ha1b", "bob_ha1b", "old", "new", "by_sip",
	    "by_email" };
	uint8_t bytes[HA1B_LEN / 2];

	for (size_t i = 0; i < NELEM(names); i++) {
		const char *upper = word(arena_printf(test_mem(), "%s_upper", names[i]));

		EXPECT_TRUE(names[i], !in_data_file(word(names[i]), HA1B_LEN));
		EXPECT_TRUE(names[i], !in_data_file(upper, HA1B_LEN));
		EXPECT_VERDICT(names[i], text_unhex(upper, HA1B_LEN, bytes, sizeof bytes), 0);
		EXPECT_TRUE(names[i], !in_data_file(bytes, sizeof bytes));
	}
	EXPECT_TRUE("but the e-mail is", in_data_file(word("alice_email"),
	    strlen(word("alice_email"))));
}

CU_TestInfo ha1b_tests[] = {
	{ "places", places },
	{ "password", password },
	{ "e-mail", email },
	{ "SIP login", sip_login },
	{ "disabled", disabled },
	{ "deleted", deleted },
	{ "not in the file", not_in_the_file },
	CU_TEST_INFO_NULL,
};
