// SPDX-License-Identifier: ISC
/* API 10: introspection and revocation of tokens that others hold. */
#include <string.h>

#include "auth/user.h"
#include "base/clock.h"
#include "rows.h"
#include "service/encode.h"
#include "unit.h"

#define INACTIVE "{\"active\":false}"
#define DESCRIBED(code, text) "{\"error\":\"" code "\",\"error_description\":\"" text "\"}"
#define WRONG DESCRIBED("invalid_client", "Wrong credentials")
#define UNKNOWN "000000000000000000000000000000000000000000000000"

/* Bodies of requests: text with $b and so on, as a form unless type says otherwise. */
#define ASK_FORM(p, b, ...) { .method = "POST", .path = p, .type = FORM, .body = b, __VA_ARGS__ }
#define INSPECT(b, ...) ASK_FORM("/rest/introspect", b, __VA_ARGS__)
#define REVOKE(b, ...) ASK_FORM("/rest/revoke", b, .x_auth_token = NULL, __VA_ARGS__)
#define BY(token) .x_auth_token = token

struct oauth_row {
	const char *row;
	struct ask ask;
	int status;
	const char *body;		/* begins so */
};

/* Gives box->names Peter, who serves resources, and an administrator: JWTs $p and $a. */
static void
add_servers(struct box *my)
{
	static const struct { const char *email, *role; char letter, token; } who[] = {
		{ "peter@example.com", "Provider", 'p', 'q' },
		{ "root@example.com", "Admin", 'a', 'r' },
	};
	struct identity id;
	struct token token;

	for (size_t i = 0; i < NELEM(who); i++) {
		id = box_user(my, who[i].email, PASSWORD);
		strcpy(id.user.role, who[i].role);
		box_must(store_user_set(my->auth->store, &id.user, field_bit(&user_kind, "role"),
		    NOW_MS, &id.user), "role");
		my->names.own[(int)who[i].letter] = box_jwt(my, &id);
		my->names.own[(int)who[i].token] = box_token(my, &id, 600, &token);
	}
}

static void
open_with_servers(struct box *my)
{
	box_open(my, test_directory());
	my->conf->host_name = "auth.example.org";
	box_names_make(my);
	add_servers(my);
}

static void
expect(struct box *my, const struct oauth_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reply reply = box_ask(my, &rows[i].ask);
		const char *want = box_expand(my, rows[i].body);

		EXPECT_INT(rows[i].row, reply.status, rows[i].status);
		EXPECT_STRING(rows[i].row, reply.body, want);
		EXPECT_STRING(rows[i].row, ask_header(&reply, "Cache-Control", 0), "no-store");
		EXPECT_STRING(rows[i].row, ask_header(&reply, "Content-Type", 0),
		    "application/json; charset=utf-8");
		EXPECT_INT(rows[i].row, reply.status == 401,
		    ask_header(&reply, "WWW-Authenticate", 0) != NULL);
	}
}

#define EXPECT_ROWS(my, rows) expect(my, rows, NELEM(rows))

#define WHO "\"sub\":\"$x\",\"iss\":\"https://auth.example.org\""
#define BEARER "{\"active\":true,\"username\":\"alice@example.com\",\"token_type\":\"Bearer\"," \
	"\"exp\":1700003600,\"iat\":1700000000," WHO ",\"jti\":\"$u\",\"tid\":\"$u\",\"role\":\"User\"}"
#define JWT "{\"active\":true,\"username\":\"alice@example.com\",\"token_type\":\"Bearer\"," \
	"\"exp\":1700086400,\"iat\":1700000000," WHO ",\"role\":\"User\"}"

static const struct oauth_row seen_rows[] = {
	{ "a provider", INSPECT("token=$b", BY("$p")), 200, BEARER },
	{ "an administrator", INSPECT("token=$b", BY("$a")), 200, BEARER },
	{ "by a bearer token", INSPECT("token=$b", .authorization = "Bearer $q"), 200, BEARER },
	{ "by Basic", INSPECT("token=$b", .email = "peter@example.com", .password = PASSWORD), 200,
	    BEARER },
	{ "a hint", INSPECT("token=$b&token_type_hint=access_token", BY("$p")), 200, BEARER },
	{ "a wrong hint", INSPECT("token_type_hint=refresh_token&token=$b", BY("$p")), 200, BEARER },
	{ "an empty hint", INSPECT("token=$b&token_type_hint=", BY("$p")), 200, BEARER },
	{ "as JSON", { .method = "POST", .path = "/rest/introspect", BY("$p"),
	    .type = "application/json", .body = "{\"token\":\"$b\"}" }, 200, BEARER },
	{ "a JWT", INSPECT("token=$j", BY("$p")), 200, JWT },
	{ "by itself", INSPECT("token=$b", .authorization = "Bearer $b"), 200, BEARER },
	{ "by itself, other header", INSPECT("token=$b", BY("$b")), 200, BEARER },
	{ "a JWT by itself", INSPECT("token=$j", .authorization = "Bearer $j"), 200, JWT },
	{ "itself beside Basic", INSPECT("token=$b", BY("$b"), .authorization = GOOD_BASIC), 200,
	    BEARER },
	{ "from a listed page", INSPECT("token=$b", BY("$p"),
	    .params = { "HTTP_SEC_FETCH_SITE=same-origin" }), 200, BEARER },
};

static const struct oauth_row hidden_rows[] = {
	{ "another user's", INSPECT("token=$f", BY("$j")), 200, INACTIVE },
	{ "one's own, by a login", INSPECT("token=$b", .authorization = GOOD_BASIC), 200, INACTIVE },
	{ "one's own, by another", INSPECT("token=$b", BY("$t")), 200, INACTIVE },
	{ "unknown", INSPECT("token=" UNKNOWN, BY("$p")), 200, INACTIVE },
	{ "unknown, by a user", INSPECT("token=" UNKNOWN, BY("$j")), 200, INACTIVE },
	{ "no token at all", INSPECT("token=x", BY("$p")), 200, INACTIVE },
	{ "a uuid", INSPECT("token=$u", BY("$p")), 200, INACTIVE },
	{ "a blank", INSPECT("token=+", BY("$p")), 200, INACTIVE },
	{ "a dot", INSPECT("token=.", BY("$p")), 200, INACTIVE },
	{ "like a JWT", INSPECT("token=a.b.c", BY("$p")), 200, INACTIVE },
	{ "a JWT and more", INSPECT("token=$jx", BY("$p")), 200, INACTIVE },
	{ "a token and more", INSPECT("token=$b.", BY("$p")), 200, INACTIVE },
	{ "expired", INSPECT("token=$b", BY("$p"), .later_ms = 3600 * SECOND), 200, INACTIVE },
	{ "a JWT of an expired one", INSPECT("token=$t", BY("$p"), .later_ms = 3600 * SECOND), 200,
	    INACTIVE },
};

#define MISSING(what) "{\"error\":\"invalid_request\",\"error_description\":\"ValidateError\"," \
	"\"fields\":{\"params.token\":{\"message\":\"" what "}}}"

static const struct oauth_row refused_rows[] = {
	{ "nobody", INSPECT("token=$b"), 401, WRONG },
	{ "nobody we know", INSPECT("token=$b", BY(UNKNOWN)), 401, WRONG },
	{ "wrong password", INSPECT("token=$b", .authorization = BAD_BASIC), 401, WRONG },
	{ "the token in the body is no credential", INSPECT("token=$b&bearer=$b"), 401, WRONG },
	{ "no token", INSPECT("x=1", BY("$p")), 400, MISSING("'token' is required\"") },
	{ "an empty one", INSPECT("token=", BY("$p")), 400, MISSING("minLength 1\",\"value\":\"\"") },
	{ "a NUL", INSPECT("token=a%00b", BY("$p")), 400,
	    MISSING("invalid string value\",\"value\":\"a\\u0000b\"") },
	{ "two", INSPECT("token=$b&token=$f", BY("$p")), 400,
	    DESCRIBED("invalid_request", "Duplicate credential") },
	{ "two hints", INSPECT("token=$b&token_type_hint=a&token_type_hint=b", BY("$p")), 400,
	    DESCRIBED("invalid_request", "Duplicate credential") },
	{ "no form", INSPECT("token=%zz", BY("$p")), 400,
	    DESCRIBED("invalid_request", "Malformed form") },
	{ "in the query", { .method = "POST", .path = "/rest/introspect", .type = FORM,
	    .query = "token=$b", BY("$p") }, 400, MISSING("'token' is required\"") },
	{ "another type", { .method = "POST", .path = "/rest/introspect", BY("$p"),
	    .type = "text/plain", .body = "token=$b" }, 415,
	    DESCRIBED("invalid_request", "Unsupported media type") },
	{ "GET", { .path = "/rest/introspect", .query = "token=$b", BY("$p") }, 405,
	    DESCRIBED("invalid_request", "Method not allowed") },
	{ "a page of another site", INSPECT("token=$b", BY("$p"),
	    .params = { "HTTP_ORIGIN=https://evil.example" }), 403,
	    DESCRIBED("access_denied", "Forbidden") },
	{ "revoke nothing", REVOKE("x=1"), 400, MISSING("'token' is required\"") },
	{ "revoke from another site", REVOKE("token=$b",
	    .params = { "HTTP_SEC_FETCH_SITE=cross-site" }), 403,
	    DESCRIBED("access_denied", "Forbidden") },
	{ "revoke by GET", { .path = "/rest/revoke", .query = "token=$b" }, 405,
	    DESCRIBED("invalid_request", "Method not allowed") },
	{ "it is still there", INSPECT("token=$b", BY("$b")), 200, BEARER },
};

static void
inspection(void)
{
	char id[UUID_TEXT_SIZE];
	struct box my;

	open_with_servers(&my);
	my.names.own['x'] = uuid_text(id, &my.alice.user.id);
	EXPECT_ROWS(&my, seen_rows);
	my.names.own['x'] = uuid_text(id, &my.alice.user.id);
	EXPECT_ROWS(&my, refused_rows);
	my.names.own['x'] = NULL;
	EXPECT_ROWS(&my, hidden_rows);
	box_close(&my);
}

/* Credentials are those of the row before; what was ended stays so. */
static const struct oauth_row revoked_rows[] = {
	{ "unknown", REVOKE("token=" UNKNOWN), 200, "{}" },
	{ "no token at all", REVOKE("token=x"), 200, "{}" },
	{ "no JWT", REVOKE("token=a.b.c"), 200, "{}" },
	{ "a uuid is none", REVOKE("token=$u"), 200, "{}" },
	{ "it is still there", INSPECT("token=$b", BY("$b")), 200, "<active>" },
	{ "another user's", REVOKE("token=$f"), 200, "{}" },
	{ "it is gone", INSPECT("token=$f", BY("$p")), 200, INACTIVE },
	{ "again", REVOKE("token=$f&token_type_hint=access_token"), 200, "{}" },
	{ "the JWT of a token", REVOKE("token=$t"), 200, "{}" },
	{ "ends the token", INSPECT("token=$b", BY("$p")), 200, INACTIVE },
	{ "and itself", INSPECT("token=$t", BY("$p")), 200, INACTIVE },
	{ "but no login", INSPECT("token=$j", BY("$p")), 200, "<active>" },
	{ "a JWT", REVOKE("token=$j", .authorization = BAD_BASIC), 200, "{}" },
	{ "has ended", INSPECT("token=$j", BY("$p")), 200, INACTIVE },
	{ "again", REVOKE("token=$j"), 200, "{}" },
	{ "a token that is left", INSPECT("token=$q", BY("$a")), 200, "<active>" },
	{ "as JSON", { .method = "POST", .path = "/rest/revoke", .body = "{\"token\":\"$q\"}" }, 200,
	    "{}" },
	{ "by itself", REVOKE("token=$r", .authorization = "Bearer $r"), 200, "{}" },
	{ "and by no one any more", INSPECT("token=$r", BY("$r")), 401, WRONG },
};

static void
revocation(void)
{
	struct box my;

	open_with_servers(&my);
	for (size_t i = 0; i < NELEM(revoked_rows); i++) {
		const struct oauth_row *row = &revoked_rows[i];
		struct reply reply;

		if (strcmp(row->body, "<active>") != 0) {
			expect(&my, row, 1);
			continue;
		}
		reply = box_ask(&my, &row->ask);
		EXPECT_TRUE(row->row, strncmp(reply.body, "{\"active\":true,", 15) == 0);
	}
	box_close(&my);
}

/* The bearer tokens of a user stay when a JWT ends; those of a disabled user can be ended. */
static void
what_stays(void)
{
	static const struct oauth_row rows[] = {
		{ "of somebody disabled", INSPECT("token=$b", BY("$p")), 200, INACTIVE },
		{ "can be ended", REVOKE("token=$b"), 200, "{}" },
	}, after[] = {
		{ "and has ended", INSPECT("token=$b", BY("$p")), 200, INACTIVE },
	};
	const struct uuid *alice;
	struct reply reply;
	struct token token;
	struct box my;

	open_with_servers(&my);
	alice = &my.alice.user.id;
	my.names.own['y'] = box_token(&my, &my.alice, 600, &token);
	EXPECT_VERDICT("end", user_end_logins(my.auth, alice, NOW_MS), 0);
	reply = box_ask(&my, &(struct ask)INSPECT("token=$y", BY("$p")));
	EXPECT_TRUE("a login ended", strncmp(reply.body, "{\"active\":true,", 15) == 0);
	EXPECT_VERDICT("disable", user_disable(my.auth, alice, NOW_MS), 0);
	EXPECT_ROWS(&my, rows);
	EXPECT_VERDICT("enable", user_enable(my.auth, alice, NOW_MS), 0);
	EXPECT_ROWS(&my, after);
	reply = box_ask(&my, &(struct ask)INSPECT("token=$y", BY("$y")));
	EXPECT_TRUE("another has not", strncmp(reply.body, "{\"active\":true,", 15) == 0);
	box_close(&my);
}

/* The log names the user and the kind, and has no token. */
static void
audited(void)
{
	static const struct oauth_row rows[] = {
		{ "inspect", INSPECT("token=$b", BY("$q")), 200, NULL },
		{ "revoke", REVOKE("token=$b"), 200, "{}" },
	};
	struct box my;

	open_with_servers(&my);
	test_log_clear();
	box_ask(&my, &rows[0].ask);
	EXPECT_TRUE("event", test_logged("event=token.introspect result=ok"));
	EXPECT_TRUE("by", test_logged("via=bearer"));
	test_log_clear();
	box_ask(&my, &rows[1].ask);
	EXPECT_TRUE("event", test_logged("event=token.revoke result=ok"));
	EXPECT_TRUE("whose", test_logged(arena_printf(&my.mem, "user=%s",
	    uuid_text((char[UUID_TEXT_SIZE]){ 0 }, &my.alice.user.id))));
	EXPECT_TRUE("which", test_logged(arena_printf(&my.mem, "object=%s", my.names.id)));
	EXPECT_TRUE("no token", !test_logged(my.names.bearer));
	box_close(&my);
}

#define LIMITED "{\"active\":true,\"username\":\"alice@example.com\",\"token_type\":\"Bearer\"," \
	"\"exp\":1700000600,\"iat\":1700000000," WHO ",\"jti\":\"$n\",\"tid\":\"$n\"," \
	"\"role\":\"User\",\"addresses\":[\"198.51.100.0/24\",\"2001:db8::/32\"]}"
#define FROM(address) .source = address
#define BAD_IP(what) "{\"error\":\"invalid_request\",\"error_description\":\"ValidateError\"," \
	"\"fields\":{\"params.client_ip\":{\"message\":\"" what "}}}"

/* $l: Alice's token for networks, $n: its uuid, $m: its JWT. */
static const struct oauth_row limited_rows[] = {
	{ "no client", INSPECT("token=$l", BY("$p")), 200, INACTIVE },
	{ "inside", INSPECT("token=$l&client_ip=198.51.100.7", BY("$p")), 200, LIMITED },
	{ "inside, mapped", INSPECT("token=$l&client_ip=::ffff:198.51.100.7", BY("$p")), 200,
	    LIMITED },
	{ "inside, IPv6", INSPECT("client_ip=2001%3adb8%3a%3a1&token=$l", BY("$a")), 200, LIMITED },
	{ "outside", INSPECT("token=$l&client_ip=198.51.101.7", BY("$p")), 200, INACTIVE },
	{ "outside, IPv6", INSPECT("token=$l&client_ip=2001:db9::1", BY("$p")), 200, INACTIVE },
	{ "the caller's is another", INSPECT("token=$l", BY("$p"), FROM("198.51.100.7")), 200,
	    INACTIVE },
	{ "its JWT", INSPECT("token=$m", BY("$p")), 200, INACTIVE },
	{ "its JWT, outside", INSPECT("token=$m&client_ip=192.0.2.1", BY("$p")), 200, INACTIVE },
	{ "by itself", INSPECT("token=$l", BY("$l"), FROM("198.51.100.7")), 200, LIMITED },
	{ "by itself, for another", INSPECT("token=$l&client_ip=192.0.2.1", BY("$l"),
	    FROM("198.51.100.7")), 200, INACTIVE },
	{ "by itself, outside", INSPECT("token=$l", BY("$l")), 401, WRONG },
	{ "beside Basic, outside", INSPECT("token=$l", BY("$l"), .authorization = GOOD_BASIC), 200,
	    INACTIVE },
	{ "beside Basic, for one inside", INSPECT("token=$l&client_ip=198.51.100.7", BY("$l"),
	    .authorization = GOOD_BASIC), 200, INACTIVE },
	{ "its JWT, for one inside", INSPECT("token=$m&client_ip=198.51.100.7", BY("$m"),
	    .authorization = GOOD_BASIC), 200, INACTIVE },
	{ "by itself, for one inside", INSPECT("token=$l&client_ip=198.51.100.9", BY("$l"),
	    FROM("198.51.100.7")), 200, LIMITED },
	{ "beside Basic, inside", INSPECT("token=$l", BY("$l"), .authorization = GOOD_BASIC,
	    FROM("198.51.100.7")), 200, INACTIVE },
	{ "no limit", INSPECT("token=$b&client_ip=192.0.2.1", BY("$p")), 200, BEARER },
	{ "no address", INSPECT("token=$b&client_ip=x", BY("$p")), 400,
	    BAD_IP("invalid string value\",\"value\":\"x\"") },
	{ "a network", INSPECT("token=$b&client_ip=192.0.2.0/24", BY("$p")), 400,
	    BAD_IP("invalid string value\",\"value\":\"192.0.2.0/24\"") },
	{ "empty", INSPECT("token=$b&client_ip=", BY("$p")), 400,
	    BAD_IP("minLength 1\",\"value\":\"\"") },
	{ "two", INSPECT("token=$b&client_ip=192.0.2.1&client_ip=192.0.2.1", BY("$p")), 400,
	    DESCRIBED("invalid_request", "Duplicate credential") },
	{ "to revoke", REVOKE("token=$l&client_ip=x"), 200, "{}" },
};

/* Who asks for a client must know where that is, if the token is limited to networks. */
static void
limited(void)
{
	char user[UUID_TEXT_SIZE];
	const char **own;
	struct box my;

	open_with_servers(&my);
	box_limited(&my, NULL, "198.51.100.0/24 2001:db8::/32");
	own = my.names.own;
	own['l'] = own['x'];
	own['m'] = own['y'];
	own['n'] = own['z'];
	own['x'] = uuid_text(user, &my.alice.user.id);
	EXPECT_ROWS(&my, limited_rows);
	test_log_clear();
	box_ask(&my, &(struct ask)INSPECT("token=$b&client_ip=192.0.2.9", BY("$p")));
	EXPECT_TRUE("nothing is wrong", !test_logged("failed=bearer"));
	box_ask(&my, &(struct ask)INSPECT("token=$q&client_ip=192.0.2.9", BY("$q")));
	EXPECT_TRUE("nothing is wrong", !test_logged("failed=bearer"));
	box_limited(&my, NULL, "198.51.100.0/24");
	box_ask(&my, &(struct ask)INSPECT("token=$x&client_ip=192.0.2.9", BY("$p")));
	EXPECT_TRUE("a wrong address is logged", test_logged("failed=bearer"));
	box_close(&my);
}

/* A token in place of a password is a credential like any other. */
static void
as_password(void)
{
	static const struct { const char *row, *name, *body; bool active; } t[] = {
		{ "by itself",          "token", "token=$b", true },
		{ "with a name",        ALICE,   "token=$b", true },
		{ "another's",          "token", "token=$f", false },
		{ "its JWT",            "token", "token=$t", false },
		{ "unknown",            "token", "token=" UNKNOWN, false },
		{ "as it was sent",     "token", "token=$s", false },
	};
	struct box my;

	open_with_servers(&my);
	my.conf->token_as_password = true;
	test_log_clear();
	for (size_t i = 0; i < NELEM(t); i++) {
		const char *basic = encode_basic(&my.mem, t[i].name, my.names.bearer);
		struct reply reply;

		my.names.own['s'] = basic + strlen("Basic ");
		reply = box_ask(&my, &(struct ask)INSPECT(t[i].body, .authorization = basic));
		EXPECT_INT(t[i].row, reply.status, 200);
		EXPECT_INT(t[i].row, strncmp(reply.body, "{\"active\":true,", 15) == 0, t[i].active);
	}
	EXPECT_TRUE("its type is logged", test_logged("via=token-password"));
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "inspection", inspection },
	{ "limited", limited },
	{ "as password", as_password },
	{ "revocation", revocation },
	{ "what stays", what_stays },
	{ "audited", audited },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_oauth", tests);
