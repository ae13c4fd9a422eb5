// SPDX-License-Identifier: ISC
/* API 11: users, for administrators. */
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_search.h"
#include "rows.h"
#include "unit.h"

#define UNKNOWN_UUID	"00000000-0000-4000-8000-000000000000"

static void
open_with_admin(struct box *my)
{
	box_open(my, test_directory());
	box_names_make(my);
	rows_admin(my);
}

#define BY(token) .x_auth_token = token
#define WHOEVER "/rest/user/" UNKNOWN_UUID

static const struct serve_row right_rows[] = {
	{ "a login", { .path = "/rest/user/list", BY("$a") }, ROK },
	{ "Basic", { .path = "/rest/user/list", .email = ROWS_ADMIN, .password = PASSWORD }, ROK },
	{ "nobody", { .path = "/rest/user/list" }, R401 },
	{ "a wrong password", { .path = "/rest/user/list", .email = ROWS_ADMIN, .password = "x" }, R401 },
	{ "a user", { .path = "/rest/user/list", .authorization = GOOD_BASIC }, R403 },
	{ "a user's JWT", { .path = "/rest/user/list", BY("$j") }, R403 },
	{ "a user's token", { .path = "/rest/user/list", BY("$b") }, R403 },
	{ "a user, of itself", { .path = "/rest/user/$v", BY("$j") }, R403 },
	{ "a bearer token", { .path = "/rest/user/list", BY("$r") }, R403 },
	{ "in the other header", { .path = "/rest/user/list", .authorization = "Bearer $r" }, R403 },
	{ "the JWT of a token", { .path = "/rest/user/list", BY("$s") }, R403 },
	{ "rights before what there is", { .path = WHOEVER, BY("$s") }, R403 },
	{ "one that is not there", { .path = WHOEVER, BY("$a") }, R404 },
	{ "no uuid", { .path = "/rest/user/x", BY("$a") }, R404 },
	{ "a user", { .path = "/rest/user/$v", BY("$a") }, ROK },
	{ "an account that is not there", { .path = "/rest/account/" UNKNOWN_UUID, BY("$a") }, R404 },
	{ "accounts of a user", { .path = "/rest/account/list", BY("$j") }, R403 },
	{ "accounts by a token", { .path = "/rest/account/list", BY("$r") }, R403 },
	{ "accounts", { .path = "/rest/account/list", BY("$a") }, ROK },
	{ "no such method", { .path = "/rest/user", BY("$a") }, R405 },
	{ "nothing below", { .path = "/rest/user/$v/x", BY("$a") }, R404 },
	{ "another method", { .method = "PUT", .path = "/rest/user/$v", BY("$a") }, R405 },
	{ "a page of another site", { .path = "/rest/user/list", .email = ROWS_ADMIN,
	    .password = PASSWORD, .params = { "HTTP_ORIGIN=https://evil.example" } }, R403 },
	{ "limit 0", { .path = "/rest/user/list", .query = "limit=0", BY("$a") },
	    R400("ValidateError") },
	{ "limit 1001", { .path = "/rest/user/list", .query = "limit=1001", BY("$a") },
	    R400("ValidateError") },
	{ "after no uuid", { .path = "/rest/user/list", .query = "after=x", BY("$a") },
	    R400("ValidateError") },
	{ "after what is gone", { .path = "/rest/user/list", .query = "after=" UNKNOWN_UUID,
	    BY("$a") }, ROK },
	{ "search for nothing", { .path = "/rest/user/list", .query = "search=", BY("$a") },
	    R400("ValidateError") },
	{ "two searches", { .path = "/rest/user/list", .query = "search=a&search=b", BY("$a") },
	    R400("Duplicate credential") },
	{ "accounts after no uuid", { .path = "/rest/account/list", .query = "after=x", BY("$a") },
	    R400("ValidateError") },
};

static void
rights(void)
{
	rows_expect(right_rows, NELEM(right_rows), rows_admin);
}

static void
switch_off(struct box *my)
{
	rows_admin(my);
	my->conf->admin_api = false;
}

/* As any path that is not there, whoever asks. */
static void
off(void)
{
	static const struct serve_row rows[] = {
		{ "an administrator", { .path = "/rest/user/list", BY("$a") }, R404 },
		{ "nobody", { .path = "/rest/user/list" }, R404 },
		{ "a wrong password", { .path = "/rest/user/list", .authorization = BAD_BASIC },
		    R404 },
		{ "a user", { .path = "/rest/user/$v", BY("$a") }, R404 },
		{ "another method", { .method = "PUT", .path = "/rest/user/$v", BY("$a") }, R404 },
		{ "options", { .method = "OPTIONS", .path = "/rest/user/$v" }, R404 },
		{ "accounts", { .path = "/rest/account/list", BY("$a") }, R404 },
	};

	rows_expect(rows, NELEM(rows), switch_off);
}

#define DATES "\"created_on\":\"2023-11-14T22:13:20.000Z\"," \
	"\"modified_on\":\"2023-11-14T22:13:20.000Z\","

/* All of a user, and nothing secret. */
static void
shown(void)
{
	static const char want[] = "{\"success\":true,\"payload\":{" DATES "\"uuid\":\"%s\","
	    "\"email\":\"kim@example.com\",\"phone_number\":\"+1\",\"first_name\":\"Kim\","
	    "\"last_name\":\"K\",\"dob\":null,\"gmail_user_id\":null,\"facebook_user_id\":null,"
	    "\"apple_user_id\":null,\"wechat_user_id\":null,\"role\":\"Provider\","
	    "\"gender\":null,\"deleted_on\":null,\"wss_online\":true,\"avatar\":null,"
	    "\"account\":{" DATES "\"uuid\":\"%s\",\"email\":null,\"name\":\"ACME\","
	    "\"level\":\"Level0\",\"deleted_on\":null,\"balance\":0},"
	    "\"sip_login\":\"1@example.com\",\"oidc_user_id\":\"work:7\",\"oidc_user_id_2\":null,"
	    "\"oidc_user_id_3\":null,\"oidc_user_id_4\":null,\"webitel_role\":\"root\","
	    "\"disabled_on\":null,\"password_set_on\":%s}}";
	struct user kim = user_new(NOW_MS);
	char id[UUID_TEXT_SIZE], account_id[UUID_TEXT_SIZE];
	struct account account = account_new(NOW_MS);
	struct reply reply;
	const char *why;
	struct box my;

	open_with_admin(&my);
	strcpy(account.name, "ACME");
	EXPECT_VERDICT("account", account_add(my.auth, &account), 0);
	strcpy(kim.email, "kim@example.com");
	strcpy(kim.sip_login, "1@example.com");
	strcpy(kim.phone_number, "+1");
	strcpy(kim.first_name, "Kim");
	strcpy(kim.last_name, "K");
	strcpy(kim.oidc_user_id, "work:7");
	strcpy(kim.webitel_role, "root");
	strcpy(kim.role, "Provider");
	kim.wss_online = true;
	kim.account = account.id;
	EXPECT_VERDICT("user", user_add(my.auth, &kim, NULL, 0, &why), 0);
	uuid_text(id, &kim.id);
	uuid_text(account_id, &account.id);
	my.names.own['k'] = id;
	my.names.own['c'] = account_id;
	reply = box_ask(&my, &(struct ask){ .path = "/rest/user/$k", BY("$a") });
	EXPECT_STRING("shown", reply.body, arena_printf(&my.mem, want, id, account_id, "null"));
	EXPECT_VERDICT("password", user_set_password(my.auth, &kim.id, PASSWORD, strlen(PASSWORD),
	    false, NOW_MS, &why), 0);
	reply = box_ask(&my, &(struct ask){ .path = "/rest/user/$k", BY("$a") });
	EXPECT_STRING("with a password", reply.body, arena_printf(&my.mem, want, id, account_id,
	    "\"2023-11-14T22:13:20.000Z\""));
	reply = box_ask(&my, &(struct ask){ .path = "/rest/account/$c", BY("$a") });
	EXPECT_STRING("account", reply.body, arena_printf(&my.mem, "{\"success\":true,\"payload\":{"
	    DATES "\"uuid\":\"%s\",\"email\":null,\"name\":\"ACME\",\"level\":\"Level0\","
	    "\"deleted_on\":null,\"balance\":0}}", account_id));
	box_close(&my);
}

/* The e-mails of a list, with blanks between, and what follows. */
static const char *
emails_of(struct box *my, const struct reply *reply)
{
	const char *at = reply->body, *end, *next = rows_member(my, reply, "next");
	struct text t;

	text_init(&t, &my->mem);
	while ((at = strstr(at, "\"email\":\"")) != NULL) {
		at += strlen("\"email\":\"");
		end = strchr(at, '@');
		text_put(&t, at, (size_t)(end - at));
		text_puts(&t, " ");
	}
	text_puts(&t, strcmp(next, "null") == 0 ? "." : "+");
	return t.data;
}

/* Gives box->names $1 to $5: users of example.net in the order of their uuids. */
static void
add_five(struct box *my)
{
	static const char *const names[] = { "ann", "ben", "kim", "pat", "zoe" };
	const char *why;

	for (int i = 0; i < 5; i++) {
		struct user user = user_new(NOW_MS + 1 + i);

		snprintf(user.email, sizeof user.email, "%s@example.net", names[i]);
		snprintf(user.sip_login, sizeof user.sip_login, "10%d@example.net", i);
		strcpy(user.last_name, i == 4 ? "Smithson" : "");
		box_must(user_add(my->auth, &user, NULL, 0, &why), names[i]);
		my->names.own['1' + i] = arena_strdup(&my->mem,
		    uuid_text((char[UUID_TEXT_SIZE]){ 0 }, &user.id));
	}
}

static void
listed(void)
{
	static const struct { const char *row, *query, *want; } t[] = {
		{ "after one", "after=$1", "ben kim pat zoe ." },
		{ "some after one", "after=$1&limit=2", "ben kim +" },
		{ "just all", "after=$1&limit=4", "ben kim pat zoe ." },
		{ "more than all", "after=$1&limit=5", "ben kim pat zoe ." },
		{ "after the last", "after=ffffffff-ffff-4fff-bfff-ffffffffffff", "." },
		{ "by a name", "search=SMITH", "zoe ." },
		{ "by part of a login", "search=100@", "ann ." },
		{ "by the e-mail", "search=BOB", "bob ." },
		{ "by the uuid", "search=$4", "pat ." },
		{ "by what all have", "search=example.net&limit=3", "ann ben kim +" },
		{ "and the next ones", "search=example.net&limit=3&after=$3", "pat zoe ." },
		{ "the last one found is not the last", "search=kim&limit=1", "kim +" },
		{ "nobody", "search=nobody", "." },
		{ "a pattern is text", "search=%25", "." },
		{ "a login", "login=Kim@Example.NET", "kim ." },
		{ "the other login", "login=102@example.net", "kim ." },
		{ "a part of a login", "login=kim", "." },
		{ "nobody's login", "login=nobody@example.net", "." },
	};
	struct box my;

	open_with_admin(&my);
	add_five(&my);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct reply reply = box_ask(&my, &(struct ask){ .path = "/rest/user/list",
		    .query = t[i].query, BY("$a") });

		EXPECT_INT(t[i].row, reply.status, 200);
		EXPECT_STRING(t[i].row, emails_of(&my, &reply), t[i].want);
	}
	box_close(&my);
}

/* A cursor outlives the user that it names. */
static void
cursor(void)
{
	const struct ask ask = { .path = "/rest/user/list", .query = "after=$2&limit=1", BY("$a") };
	struct reply reply;
	struct user ben;
	struct box my;

	open_with_admin(&my);
	add_five(&my);
	EXPECT_VERDICT("ben", user_by_login(my.auth, "ben@example.net", &ben), 0);
	EXPECT_VERDICT("goes", user_delete(my.auth, &ben.id, false, NOW_MS), 0);
	reply = box_ask(&my, &ask);
	EXPECT_STRING("goes on", emails_of(&my, &reply), "kim +");
	box_close(&my);
}

/* A search that finds nothing looks at a bounded number of users, and says where to go on. */
static void
bounded(void)
{
	enum { USERS = USER_SEARCH_MAX + 50 };
	struct user_write *writes = calloc(1000, sizeof *writes);
	struct reply reply;
	const char *next;
	struct box my;

	open_with_admin(&my);
	for (size_t at = 0; at < USERS; at += 1000) {
		for (size_t i = 0; i < 1000; i++) {
			writes[i] = (struct user_write){ .user = user_new(NOW_MS + 1) };
			snprintf(writes[i].user.email, LOGIN_SIZE, "%zu@example.com", at + i);
		}
		EXPECT_VERDICT("users", store_users_write(my.auth->store, writes, 1000, NOW_MS), 0);
	}
	free(writes);
	reply = box_ask(&my, &(struct ask){ .path = "/rest/user/list", .query = "search=nobody",
	    BY("$a") });
	next = rows_member(&my, &reply, "next");
	EXPECT_STRING("none yet", rows_member(&my, &reply, "users"), "[]");
	EXPECT_INT("where to go on", (int64_t)strlen(next), 38);
	my.names.own['n'] = arena_strndup(&my.mem, next + 1, 36);
	reply = box_ask(&my, &(struct ask){ .path = "/rest/user/list", BY("$a"),
	    .query = "search=nobody&after=$n" });
	EXPECT_STRING("none at all", reply.body,
	    "{\"success\":true,\"payload\":{\"users\":[],\"next\":null}}");
	box_close(&my);
}

/* The log has who did it, and to whom. */
static void
audited(void)
{
	struct box my;

	open_with_admin(&my);
	test_log_clear();
	box_ask(&my, &(struct ask){ .path = "/rest/user/" UNKNOWN_UUID, BY("$a") });
	EXPECT_TRUE("nobody", test_logged(box_expand(&my, "event=user.show result=not-found "
	    "step=locate ip=192.0.2.1 via=jwt user=- by=$i token=- ms=")));
	test_log_clear();
	box_ask(&my, &(struct ask){ .path = "/rest/user/list", BY("$j") });
	EXPECT_TRUE("refused", test_logged(box_expand(&my, "event=user.list result=forbidden "
	    "step=permit ip=192.0.2.1 via=jwt user=$v token=- ms=")));
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "rights", rights },
	{ "off", off },
	{ "shown", shown },
	{ "listed", listed },
	{ "cursor", cursor },
	{ "bounded", bounded },
	{ "audited", audited },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_user", tests);
