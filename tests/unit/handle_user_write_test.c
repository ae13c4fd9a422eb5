// SPDX-License-Identifier: ISC
/* API 11.4 to 11.9: what administrators change. */
#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "rows.h"
#include "unit.h"

#define BY(token) .x_auth_token = token
#define AS_ADMIN(m, p, b) { .method = m, .path = p, BY("$a"), .body = b }
#define FAILED(status, message) \
	"{\"success\":false,\"status\":" #status ",\"message\":\"" message "\""
#define FIELD(name, what) ",\"fields\":{\"params." name "\":{\"message\":\"" what
#define WRONG(name, what) FAILED(400, "ValidateError") FIELD(name, what)
#define TAKEN(name, what) FAILED(409, "Already taken") FIELD(name, what) ONE
#define ONE "\"}}}"
#define LAST FAILED(409, "Last admin") "}"
#define DONE "{\"success\":true,\"payload\":{"

static void
open_with_admin(struct box *my)
{
	box_open(my, test_directory());
	box_names_make(my);
	rows_admin(my);
}

struct write_row {
	const char *row;
	struct ask ask;
	int status;
	const char *has;		/* the answer has it */
};

/* What was sent as a password is in no answer. */
static void
expect_no_secret(const char *row, const char *body)
{
	static const char *const secrets[] = { "a long", "short7!", "password123", "12345678",
	    "another p", "a third", "argon2", PASSWORD };

	for (size_t i = 0; i < NELEM(secrets); i++)
		EXPECT_TRUE(row, !strstr(body, secrets[i]));
}

static void
expect(struct box *my, const struct write_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reply reply = box_ask(my, &rows[i].ask);

		EXPECT_INT(rows[i].row, reply.status, rows[i].status);
		if (!strstr(reply.body, box_expand(my, rows[i].has)))
			EXPECT_STRING(rows[i].row, reply.body, box_expand(my, rows[i].has));
		expect_no_secret(rows[i].row, reply.body);
	}
}

#define EXPECT_ROWS(my, rows) expect(my, rows, NELEM(rows))

static const struct write_row add_rows[] = {
	{ "the least", AS_ADMIN("POST", "/rest/user", "{\"email\":\"Ann@Example.org\"}"), 200,
	    "\"email\":\"ann@example.org\"" },
	{ "all", AS_ADMIN("POST", "/rest/user", "{\"email\":\"ben@example.org\",\"password\":"
	    "\"a long password\",\"sip_login\":\"1@example.org\",\"phone_number\":\"+1\","
	    "\"first_name\":\"B\",\"last_name\":\"\\u00e9\",\"dob\":\"1990-05-01\",\"role\":"
	    "\"Provider\",\"gender\":\"Other\",\"wss_online\":true,\"avatar\":\"a\","
	    "\"webitel_role\":\"admin\",\"gmail_user_id\":\"7\",\"oidc_user_id_4\":\"w:1\","
	    "\"account\":\"ACME\"}"), 200, "\"name\":\"ACME\"" },
	{ "it can log in", { .email = "ben@example.org", .password = "a long password" }, 200,
	    "\"dob\":\"1990-05-01T00:00:00.000Z\"" },
	{ "null is nothing", AS_ADMIN("POST", "/rest/user", "{\"email\":\"c@example.org\","
	    "\"first_name\":null,\"account\":null,\"password\":null}"), 200, "\"account\":null" },
	{ "a taken e-mail", AS_ADMIN("POST", "/rest/user", "{\"email\":\"ANN@example.org\"}"), 409,
	    TAKEN("email", "another user has it") },
	{ "a taken SIP login", AS_ADMIN("POST", "/rest/user", "{\"email\":\"d@example.org\","
	    "\"sip_login\":\"ann@example.org\"}"), 409, TAKEN("sip_login", "another user has it") },
	{ "a taken id", AS_ADMIN("POST", "/rest/user", "{\"email\":\"d@example.org\","
	    "\"gmail_user_id\":\"7\"}"), 409, TAKEN("gmail_user_id", "another user has it") },
	{ "no e-mail", AS_ADMIN("POST", "/rest/user", "{}"), 400,
	    WRONG("email", "'email' is required") ONE },
	{ "an empty e-mail", AS_ADMIN("POST", "/rest/user", "{\"email\":\"\"}"), 400,
	    WRONG("email", "must not be empty\",\"value\":\"" ) },
	{ "no address", AS_ADMIN("POST", "/rest/user", "{\"email\":\"x\"}"), 400,
	    WRONG("email", "needs exactly one '@'") },
	{ "a number", AS_ADMIN("POST", "/rest/user", "{\"email\":7}"), 400,
	    WRONG("email", "invalid string value\",\"value\":7}}}") },
	{ "a NUL", AS_ADMIN("POST", "/rest/user", "{\"email\":\"a@b\\u0000\"}"), 400,
	    WRONG("email", "invalid string value") },
	{ "a change of direction", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"first_name\":\"a\\u202eb\"}"), 400,
	    WRONG("first_name", "must be UTF-8 without control characters and changes") },
	{ "a role in small letters", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"role\":\"admin\"}"), 400,
	    WRONG("role", "must be Admin, User or Provider\",\"value\":\"admin") },
	{ "a flag as text", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"wss_online\":\"yes\"}"), 400,
	    WRONG("wss_online", "invalid boolean value") },
	{ "an unknown account", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"account\":\"None\"}"), 400,
	    WRONG("account", "there is no such account") },
	{ "an account as shown", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"account\":{}}"), 400,
	    WRONG("account", "invalid string value\"}}}") },
	{ "an unknown field", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"e\\\"mail\":1}"), 400,
	    WRONG("e\\\"mail", "unknown field\"}}}") },
	{ "a field of the service", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"gen\":1}"), 400, WRONG("gen", "cannot be set") },
	{ "a digest", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"ha1b\":\"x\"}"), 400, WRONG("ha1b", "cannot be set") },
	{ "not of the account", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"level\":\"Level1\"}"), 400,
	    WRONG("level", "unknown field") },
	{ "only where it changes", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"revoke_tokens\":true}"), 400,
	    WRONG("revoke_tokens", "unknown field") },
	{ "a short password", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"password\":\"short7!\"}"), 400, "\"params.password\"" },
	{ "a common password", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"password\":\"password123\"}"), 400,
	    "\"params.password\"" },
	{ "the name as password", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"password\":\"D@example.org\"}"), 400,
	    WRONG("password", "login name\"}}}") },
	{ "a number as password", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"d@example.org\",\"password\":12345678}"), 400, "\"params.password\"" },
	{ "several", AS_ADMIN("POST", "/rest/user", "{\"dob\":\"x\",\"y\":1}"), 400,
	    "\"params.y\":{\"message\":\"unknown field\"" },
	{ "a form", { .method = "POST", .path = "/rest/user", BY("$a"), .type = FORM,
	    .body = "email=d%40example.org" }, 415, FAILED(415, "Unsupported media type") },
	{ "no JSON", AS_ADMIN("POST", "/rest/user", "x"), 400, FAILED(400, "Malformed JSON") },
	{ "nothing", AS_ADMIN("POST", "/rest/user", ""), 400, FAILED(400, "Malformed JSON") },
	{ "another site", { .method = "POST", .path = "/rest/user", BY("$a"),
	    .body = "{\"email\":\"d@example.org\"}", .params = { "HTTP_SEC_FETCH_SITE=cross-site" } },
	    403, FAILED(403, "Forbidden") },
	{ "a user", { .method = "POST", .path = "/rest/user", BY("$j"),
	    .body = "{\"email\":\"d@example.org\"}" }, 403, FAILED(403, "Forbidden") },
	{ "a token", { .method = "POST", .path = "/rest/user", BY("$r"),
	    .body = "{\"email\":\"d@example.org\"}" }, 403, FAILED(403, "Forbidden") },
	{ "none of them", { .path = "/rest/user/list", .query = "login=d@example.org", BY("$a") },
	    200, "\"users\":[]" },
};

static void
added(void)
{
	struct box my;

	open_with_admin(&my);
	my.conf->password_refuse_common = true;
	box_ask(&my, &(struct ask)AS_ADMIN("POST", "/rest/account", "{\"name\":\"ACME\"}"));
	EXPECT_ROWS(&my, add_rows);
	box_close(&my);
}

#define ALICE_PATH "/rest/user/$v"
#define CHANGE(b) AS_ADMIN("PATCH", ALICE_PATH, b)
#define ADMIN_PATH "/rest/user/$i"

static const struct write_row change_rows[] = {
	{ "nothing", CHANGE("{}"), 200, "\"email\":\"alice@example.com\"" },
	{ "a name", CHANGE("{\"first_name\":\"Al\"}"), 200, "\"first_name\":\"Al\"" },
	{ "sessions stay", { BY("$j") }, 200, DONE },
	{ "emptied", CHANGE("{\"first_name\":null}"), 200, "\"first_name\":null" },
	{ "emptied by a text", CHANGE("{\"first_name\":\"\"}"), 200, "\"first_name\":null" },
	{ "no e-mail", CHANGE("{\"email\":null}"), 400, WRONG("email", "must not be empty") },
	{ "a taken one", CHANGE("{\"email\":\"bob@example.com\"}"), 409,
	    TAKEN("email", "another user has it") },
	{ "her own", CHANGE("{\"sip_login\":\"alice@example.com\"}"), 200, DONE },
	{ "unknown", CHANGE("{\"name\":\"x\"}"), 400, WRONG("name", "unknown field") },
	{ "the uuid", CHANGE("{\"uuid\":\"$v\"}"), 400, WRONG("uuid", "cannot be set") },
	{ "a short password", CHANGE("{\"password\":\"x\"}"), 400, "\"params.password\"" },
	{ "an empty password", CHANGE("{\"password\":\"\"}"), 400, "\"params.password\"" },
	{ "the old one is valid", { .authorization = GOOD_BASIC }, 200, DONE },
	{ "a password", CHANGE("{\"password\":\"another password\"}"), 200, "\"password_set_on\":\"" },
	{ "JWTs end", { BY("$j") }, 401, FAILED(401, "Wrong credentials") },
	{ "tokens stay", { BY("$b") }, 200, DONE },
	{ "the old one is wrong", { .authorization = GOOD_BASIC }, 401,
	    FAILED(401, "Wrong credentials") },
	{ "the new one is right", { .email = ALICE, .password = "another password" }, 200, DONE },
	{ "both, and tokens", CHANGE("{\"password\":\"a third password\",\"last_name\":\"L\","
	    "\"revoke_tokens\":true}"), 200, "\"last_name\":\"L\"" },
	{ "tokens end", { BY("$b") }, 401, FAILED(401, "Wrong credentials") },
	{ "it is set", { .email = ALICE, .password = "a third password" }, 200, DONE },
	{ "no password", CHANGE("{\"password\":null,\"first_name\":\"Al\"}"), 200,
	    "\"password_set_on\":null" },
	{ "it is gone", { .email = ALICE, .password = "a third password" }, 401,
	    FAILED(401, "Wrong credentials") },
	{ "one's own", AS_ADMIN("PATCH", ADMIN_PATH, "{\"password\":\"another password\"}"), 400,
	    WRONG("password", "your own password is changed by POST /rest/password" ONE) },
	{ "one's own goes", AS_ADMIN("PATCH", ADMIN_PATH, "{\"password\":null}"), 409, LAST },
	{ "one's own role", AS_ADMIN("PATCH", ADMIN_PATH, "{\"role\":\"User\"}"), 409, LAST },
	{ "oneself", AS_ADMIN("POST", ADMIN_PATH "/disable", NULL), 409, LAST },
	{ "oneself", AS_ADMIN("DELETE", ADMIN_PATH, NULL), 409, LAST },
	{ "oneself, kept", { .method = "DELETE", .path = ADMIN_PATH, .query = "keep=1", BY("$a") },
	    409, LAST },
	{ "one's name", AS_ADMIN("PATCH", ADMIN_PATH, "{\"first_name\":\"R\"}"), 200, DONE },
	{ "a form", { .method = "PATCH", .path = ALICE_PATH, BY("$a"), .type = FORM,
	    .body = "first_name=x" }, 415, FAILED(415, "Unsupported media type") },
	{ "nobody", AS_ADMIN("PATCH", "/rest/user/$u", "{}"), 404, FAILED(404, "Not found") },
};

static void
changed(void)
{
	struct box my;

	open_with_admin(&my);
	EXPECT_ROWS(&my, change_rows);
	box_close(&my);
}

static const struct write_row life_rows[] = {
	{ "tokens", AS_ADMIN("GET", ALICE_PATH "/token/list", NULL), 200, "\"uuid\":\"$u\"" },
	{ "in detail", { .path = ALICE_PATH "/token/list", .query = "detail=1", BY("$a") }, 200,
	    "\"last_used_on\"" },
	{ "not another's", AS_ADMIN("DELETE", ALICE_PATH "/token/$g", NULL), 404,
	    FAILED(404, "Token not found") },
	{ "disable", AS_ADMIN("POST", ALICE_PATH "/disable", NULL), 200,
	    "\"disabled_on\":\"2023-11-14T22:13:20.000Z\"" },
	{ "again", { .method = "POST", .path = ALICE_PATH "/disable", BY("$a"), .later_ms = 5000 },
	    200, "\"disabled_on\":\"2023-11-14T22:13:20.000Z\"" },
	{ "no JWT", { BY("$j") }, 401, FAILED(401, "Wrong credentials") },
	{ "no token", { BY("$b") }, 401, FAILED(401, "Wrong credentials") },
	{ "enable", AS_ADMIN("POST", ALICE_PATH "/enable", NULL), 200, "\"disabled_on\":null" },
	{ "again", AS_ADMIN("POST", ALICE_PATH "/enable", NULL), 200, "\"disabled_on\":null" },
	{ "a token again", { BY("$b") }, 200, DONE },
	{ "end one", AS_ADMIN("DELETE", ALICE_PATH "/token/$u", NULL), 200, "\"uuid\":\"$u\"" },
	{ "it ended", { BY("$b") }, 401, FAILED(401, "Wrong credentials") },
	{ "once", AS_ADMIN("DELETE", ALICE_PATH "/token/$u", NULL), 404,
	    FAILED(404, "Token not found") },
	{ "end all", AS_ADMIN("DELETE", ALICE_PATH "/token/all", NULL), 200,
	    "{\"success\":true,\"payload\":{}}" },
	{ "logout", AS_ADMIN("POST", ALICE_PATH "/logout", NULL), 200,
	    "{\"success\":true,\"payload\":{\"tokens\":0}}" },
	{ "an id", CHANGE("{\"apple_user_id\":\"000123.abc\"}"), 200,
	    "\"apple_user_id\":\"000123.abc\"" },
	{ "keep", { .method = "DELETE", .path = ALICE_PATH, .query = "keep=1", BY("$a") }, 200,
	    "\"deleted_on\":\"2023-11-14T22:13:20.000Z\"" },
	{ "it stays", AS_ADMIN("GET", ALICE_PATH, NULL), 200, "\"password_set_on\":null" },
	{ "not again", AS_ADMIN("POST", ALICE_PATH "/enable", NULL), 404, FAILED(404, "Not found") },
	{ "no password", CHANGE("{\"password\":\"another password\"}"), 404,
	    FAILED(404, "Not found") },
	{ "no other name", CHANGE("{\"email\":\"x@example.org\"}"), 404,
	    FAILED(404, "Not found") },
	{ "nothing at all", CHANGE("{}"), 404, FAILED(404, "Not found") },
	{ "its name is reserved", AS_ADMIN("POST", "/rest/user", "{\"email\":\"alice@example.com\"}"),
	    409, TAKEN("email", "reserved by a deleted user") },
	{ "its id too", AS_ADMIN("POST", "/rest/user",
	    "{\"email\":\"e@example.org\",\"apple_user_id\":\"000123.abc\"}"), 409,
	    TAKEN("apple_user_id", "reserved by a deleted user") },
	{ "delete", AS_ADMIN("DELETE", ALICE_PATH, NULL), 200, "\"email\":\"alice@example.com\"" },
	{ "it is gone", AS_ADMIN("GET", ALICE_PATH, NULL), 404, FAILED(404, "Not found") },
	{ "once", AS_ADMIN("DELETE", ALICE_PATH, NULL), 404, FAILED(404, "Not found") },
	{ "keep 2", { .method = "DELETE", .path = ADMIN_PATH, .query = "keep=2", BY("$a") }, 400,
	    "params.keep" },
	{ "by a token", { .method = "DELETE", .path = ADMIN_PATH, BY("$r") }, 403,
	    FAILED(403, "Forbidden") },
	{ "by its JWT", { .method = "DELETE", .path = ADMIN_PATH, BY("$s") }, 403,
	    FAILED(403, "Forbidden") },
	{ "oneself out", AS_ADMIN("POST", ADMIN_PATH "/logout", NULL), 200, "\"tokens\":1" },
	{ "it ended", AS_ADMIN("GET", ADMIN_PATH, NULL), 401, FAILED(401, "Wrong credentials") },
};

static void
lived(void)
{
	struct box my;

	open_with_admin(&my);
	EXPECT_ROWS(&my, life_rows);
	box_close(&my);
}

static const struct write_row account_rows[] = {
	{ "no name", AS_ADMIN("POST", "/rest/account", "{}"), 400,
	    WRONG("name", "'name' is required") ONE },
	{ "an empty one", AS_ADMIN("POST", "/rest/account", "{\"name\":\"\"}"), 400,
	    WRONG("name", "must not be empty") },
	{ "taken", AS_ADMIN("POST", "/rest/account", "{\"name\":\"ACME\"}"), 409,
	    TAKEN("name", "another account has it") },
	{ "all", { .method = "POST", .path = "/rest/account", BY("$a"), .later_ms = 5000,
	    .body = "{\"name\":\"B\",\"email\":\"b@example.org\",\"level\":\"Level2\","
	    "\"balance\":99.87895}" }, 200, "\"balance\":99.87895}" },
	{ "balance as text", AS_ADMIN("PATCH", "/rest/account/$c", "{\"balance\":\"-0.10\"}"), 200,
	    "\"balance\":-0.10}" },
	{ "many digits", AS_ADMIN("PATCH", "/rest/account/$c",
	    "{\"balance\":0.98765432109876543210987654321}"), 200,
	    "\"balance\":0.98765432109876543210987654321}" },
	{ "no integer of a computer", AS_ADMIN("PATCH", "/rest/account/$c",
	    "{\"balance\":9223372036854775808}"), 400, FAILED(400, "Malformed JSON") },
	{ "but as text", AS_ADMIN("PATCH", "/rest/account/$c",
	    "{\"balance\":\"9223372036854775808\"}"), 200, "\"balance\":9223372036854775808}" },
	{ "a uuid as name", AS_ADMIN("PATCH", "/rest/account/$c", "{\"name\":\"$c\"}"), 400,
	    WRONG("name", "must not be a uuid") },
	{ "a change of direction", AS_ADMIN("POST", "/rest/account",
	    "{\"name\":\"a\\u202eb\"}"), 400, WRONG("name", "must be UTF-8 without") },
	{ "the first page", { .path = "/rest/account/list", .query = "limit=1", BY("$a") }, 200,
	    "\"next\":\"$c\"}}" },
	{ "the last one", { .path = "/rest/account/list", .query = "limit=1&after=$c", BY("$a") },
	    200, "\"next\":null}}" },
	{ "all at once", { .path = "/rest/account/list", .query = "limit=2", BY("$a") }, 200,
	    "\"next\":null}}" },
	{ "none after it", { .path = "/rest/account/list", BY("$a"),
	    .query = "after=ffffffff-ffff-4fff-bfff-ffffffffffff" }, 200,
	    "{\"accounts\":[],\"next\":null}}" },
	{ "an exponent", AS_ADMIN("PATCH", "/rest/account/$c", "{\"balance\":1e3}"), 400,
	    WRONG("balance", "must be a decimal number") },
	{ "a level", AS_ADMIN("PATCH", "/rest/account/$c", "{\"level\":\"x\"}"), 400,
	    WRONG("level", "must be ServiceAccount") },
	{ "not of a user", AS_ADMIN("PATCH", "/rest/account/$c", "{\"role\":\"Admin\"}"), 400,
	    WRONG("role", "unknown field") },
	{ "no password", AS_ADMIN("PATCH", "/rest/account/$c", "{\"password\":\"x\"}"), 400,
	    WRONG("password", "unknown field") },
	{ "a taken name", AS_ADMIN("PATCH", "/rest/account/$c", "{\"name\":\"B\"}"), 409,
	    TAKEN("name", "another account has it") },
	{ "nothing", AS_ADMIN("PATCH", "/rest/account/$c", "{}"), 200, "\"name\":\"ACME\"" },
	{ "a user joins", CHANGE("{\"account\":\"$c\"}"), 200, "\"name\":\"ACME\"" },
	{ "in use", AS_ADMIN("DELETE", "/rest/account/$c", NULL), 409, FAILED(409, "Account in use") },
	{ "a user leaves", CHANGE("{\"account\":null}"), 200, "\"account\":null" },
	{ "by a user", { .method = "DELETE", .path = "/rest/account/$c", BY("$b") }, 403,
	    FAILED(403, "Forbidden") },
	{ "delete", AS_ADMIN("DELETE", "/rest/account/$c", NULL), 200, "\"name\":\"ACME\"" },
	{ "once", AS_ADMIN("DELETE", "/rest/account/$c", NULL), 404, FAILED(404, "Not found") },
	{ "the other is listed", AS_ADMIN("GET", "/rest/account/list", NULL), 200,
	    "\"next\":null}}" },
};

static void
accounts(void)
{
	struct reply reply;
	struct box my;
	const char *id;

	open_with_admin(&my);
	reply = box_ask(&my, &(struct ask)AS_ADMIN("POST", "/rest/account", "{\"name\":\"ACME\"}"));
	id = rows_member(&my, &reply, "uuid");
	EXPECT_INT("made", (int64_t)strlen(id), 38);
	my.names.own['c'] = arena_strndup(&my.mem, id + 1, 36);
	EXPECT_ROWS(&my, account_rows);
	box_close(&my);
}

/* The answer is made before the write, and is what is read after it, if it is equal too. */
static void
answered(void)
{
	static const struct { const char *row; struct ask ask; } t[] = {
		{ "a name", CHANGE("{\"first_name\":\"Al\"}") },
		{ "equal to it", CHANGE("{\"first_name\":\"Al\"}") },
		{ "several", CHANGE("{\"email\":\"A@example.com\",\"role\":\"Provider\","
		    "\"wss_online\":true,\"account\":\"$c\"}") },
		{ "a password", CHANGE("{\"password\":\"another password\"}") },
		{ "both", CHANGE("{\"password\":\"a third password\",\"account\":null}") },
		{ "no password", CHANGE("{\"password\":null,\"last_name\":\"L\"}") },
		{ "equal to nothing", CHANGE("{}") },
		{ "revoke_tokens alone", CHANGE("{\"revoke_tokens\":true}") },
		{ "disable", AS_ADMIN("POST", ALICE_PATH "/disable", NULL) },
		{ "equal to that", AS_ADMIN("POST", ALICE_PATH "/disable", NULL) },
		{ "a password meanwhile", CHANGE("{\"password\":\"a third password\"}") },
		{ "enable", AS_ADMIN("POST", ALICE_PATH "/enable", NULL) },
		{ "equal to that", AS_ADMIN("POST", ALICE_PATH "/enable", NULL) },
		{ "keep", { .method = "DELETE", .path = ALICE_PATH, .query = "keep=1", BY("$a") } },
		{ "equal to that", { .method = "DELETE", .path = ALICE_PATH, .query = "keep=1",
		    BY("$a") } },
		{ "an account", AS_ADMIN("PATCH", "/rest/account/$c", "{\"balance\":\"7.10\"}") },
		{ "equal to it", AS_ADMIN("PATCH", "/rest/account/$c",
		    "{\"balance\":\"7.10\"}") },
		{ "equal to nothing", AS_ADMIN("PATCH", "/rest/account/$c", "{}") },
	};
	const char *id, *body = "", *before;
	struct reply reply;
	struct box my;

	open_with_admin(&my);
	reply = box_ask(&my, &(struct ask)AS_ADMIN("POST", "/rest/account", "{\"name\":\"ACME\"}"));
	id = rows_member(&my, &reply, "uuid");
	my.names.own['c'] = arena_strndup(&my.mem, id + 1, 36);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct ask ask = t[i].ask;

		my.now_ms += SECOND;
		reply = box_ask(&my, &ask);
		EXPECT_INT(t[i].row, reply.status, 200);
		before = body;
		body = arena_strdup(&my.mem, reply.body);
		if (strncmp(t[i].row, "equal", strlen("equal")) == 0)
			EXPECT_STRING(t[i].row, body, before);
		ask = (struct ask){ .path = strncmp(ask.path, ALICE_PATH, strlen(ALICE_PATH)) == 0 ?
		    ALICE_PATH : ask.path, BY("$a") };
		EXPECT_STRING(t[i].row, box_ask(&my, &ask).body, body);
	}
	box_close(&my);
}

/* A new one too, and both kinds of deletion show what was there. */
static void
answered_new(void)
{
	static const char *const bodies[] = { "{\"email\":\"kim@example.com\"}",
	    "{\"email\":\"lee@example.com\",\"password\":\"another password\"}" };
	const char *id, *body;
	struct reply reply;
	struct box my;

	open_with_admin(&my);
	for (size_t i = 0; i < NELEM(bodies); i++) {
		my.now_ms += SECOND;
		reply = box_ask(&my, &(struct ask)AS_ADMIN("POST", "/rest/user", bodies[i]));
		EXPECT_INT(bodies[i], reply.status, 200);
		body = arena_strdup(&my.mem, reply.body);
		id = rows_member(&my, &reply, "uuid");
		my.names.own['n'] = arena_strndup(&my.mem, id + 1, 36);
		EXPECT_STRING(bodies[i], box_ask(&my, &(struct ask){ .path = "/rest/user/$n",
		    BY("$a") }).body, body);
	}
	box_close(&my);
}

/* Who did what to whom; and no secret. */
static void
audited(void)
{
	static const struct { const char *row; struct ask ask; const char *want; } t[] = {
		{ "change", CHANGE("{\"password\":\"another password\"}"),
		    "event=user.change result=ok step=handle ip=192.0.2.1 via=jwt user=$v by=$i token=- ms=" },
		{ "refused", CHANGE("{\"x\":1}"), "event=user.change result=bad-fields step=input "
		    "ip=192.0.2.1 via=jwt user=$v by=$i token=- ms=" },
		{ "a token", AS_ADMIN("DELETE", ALICE_PATH "/token/$u", NULL),
		    "event=user.token.delete result=ok step=handle ip=192.0.2.1 via=jwt user=$v "
		    "by=$i object=$u token=- ms=" },
		{ "the last", AS_ADMIN("POST", ADMIN_PATH "/disable", NULL),
		    "event=user.disable result=last-admin step=handle ip=192.0.2.1 via=jwt user=$i "
		    "by=$i token=- ms=" },
		{ "one's own token", { .method = "DELETE", .path = "/rest/token/all", BY("$j") },
		    "event=token.delete-all result=ended step=verify" },
	};
	struct box my;

	open_with_admin(&my);
	for (size_t i = 0; i < NELEM(t); i++) {
		test_log_clear();
		box_ask(&my, &t[i].ask);
		EXPECT_TRUE(t[i].row, test_logged(box_expand(&my, t[i].want)));
		EXPECT_TRUE(t[i].row, !test_logged("another"));
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "added", added },
	{ "changed", changed },
	{ "lived", lived },
	{ "accounts", accounts },
	{ "answers", answered },
	{ "answers about new ones", answered_new },
	{ "audited", audited },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_user, changes", tests);
