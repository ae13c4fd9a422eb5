// SPDX-License-Identifier: ISC
/* API 10: introspection and revocation, as programs that speak OAuth send them. */
#include "e2e.h"

#define INSPECT "POST", "/rest/introspect"
#define REVOKE "POST", "/rest/revoke"
#define SERVER "Authorization: Basic $server"
#define WRONG(code, text) "{'error':'" code "','error_description':'" text "'}"
#define NO_TOKEN "{'error':'invalid_request','error_description':'ValidateError'," \
	"'fields':{" FIELD("token", "`token` is required") "}}"
#define INACTIVE "{'active':false}"
#define ACTIVE(kind) "{'active':true,'username':'$alice_email','token_type':'Bearer'," \
	"'exp':<number>,'iat':<number>,'sub':'<uuid>','iss':'https://$name'," kind "'role':'User'}"
#define METADATA "'issuer':'https://$name','jwks_uri':'https://$name/.well-known/jwks.json'," \
	"'response_types_supported':['none']," \
	"'introspection_endpoint':'https://$name/rest/introspect'," \
	"'introspection_endpoint_auth_methods_supported':['client_secret_basic','Bearer']," \
	"'revocation_endpoint':'https://$name/rest/revoke'," \
	"'revocation_endpoint_auth_methods_supported':['none']"
#define BEARER ACTIVE("'jti':'$t1_uuid','tid':'$t1_uuid',")

static void
inspected(void)
{
	static const struct row rows[] = {
		{ "a bearer token", INSPECT, { SERVER }, .form = "token=$t1", .status = 200,
		    .shape = BEARER },
		{ "HTTP/2", INSPECT, { SERVER }, .form = "token=$t1", .http2 = true, .status = 200,
		    .shape = BEARER },
		{ "with a hint", INSPECT, { SERVER },
		    .form = "token=$t1&token_type_hint=access_token", .status = 200,
		    .shape = BEARER },
		{ "JSON", INSPECT, { SERVER }, .json = "{'token':'$t1'}", .status = 200,
		    .shape = BEARER },
		{ "in parts", INSPECT, { SERVER }, .parts = "token=$t1", .status = 200,
		    .shape = BEARER },
		{ "a JWT", INSPECT, { SERVER }, .form = "token=$jwt", .status = 200,
		    .shape = ACTIVE("") },
		{ "a token by itself", INSPECT, { "Authorization: Bearer $t1" },
		    .form = "token=$t1", .status = 200, .shape = BEARER },
		{ "for a user", INSPECT, { BOB }, .form = "token=$t1", .status = 200,
		    .shape = INACTIVE },
		{ "unknown", INSPECT, { SERVER }, .form = "token=abc", .status = 200,
		    .shape = INACTIVE },
		{ "nobody", INSPECT, .form = "token=$t1", .status = 401,
		    .shape = WRONG("invalid_client", "Wrong credentials") },
		{ "nothing", INSPECT, { SERVER }, .form = "x=1", .status = 400,
		    .shape = NO_TOKEN },
		{ "two", INSPECT, { SERVER }, .form = "token=$t1&token=a", .status = 400,
		    .shape = WRONG("invalid_request", "Duplicate credential") },
		{ "another site", INSPECT, { SERVER, "Origin: https://evil.example" },
		    .form = "token=$t1", .status = 403,
		    .shape = WRONG("access_denied", "Forbidden") },
		{ "GET", "GET", "/rest/introspect", { SERVER }, .status = 405,
		    .shape = WRONG("invalid_request", "Method not allowed"),
		    .want = { "Allow: POST, OPTIONS" } },
		{ "below", "POST", "/rest/introspect/x", { SERVER }, .form = "token=$t1",
		    .status = 404, .shape = FAIL(404, "Not found") },
		{ "plain HTTP", INSPECT, { SERVER }, .form = "token=$t1", .plain = true,
		    .status = 308 },
	};

	make_token("t1", ALICE);
	log_in("jwt", ALICE);
	RUN(rows);
	keep_out_of_logs(word("t1"));
	keep_out_of_logs(word("jwt"));
}

static void
revoked(void)
{
	static const struct row rows[] = {
		{ "unknown", REVOKE, .form = "token=abc", .status = 200, .shape = "{}" },
		{ "from another site", REVOKE, { "Sec-Fetch-Site: cross-site" },
		    .form = "token=$t1", .status = 403,
		    .shape = WRONG("access_denied", "Forbidden") },
		{ "it is there", "GET", "/rest/auth", { "X-Auth-Token: $t1" }, .status = 200 },
		{ "whoever has it", REVOKE, .form = "token=$t1&token_type_hint=access_token",
		    .status = 200, .shape = "{}" },
		{ "it is gone", "GET", "/rest/auth", { "X-Auth-Token: $t1" }, .status = 401 },
		{ "for servers too", INSPECT, { SERVER }, .form = "token=$t1", .status = 200,
		    .shape = INACTIVE },
		{ "again", REVOKE, .form = "token=$t1", .status = 200, .shape = "{}" },
		{ "a JWT", REVOKE, .json = "{'token':'$jwt'}", .status = 200, .shape = "{}" },
		{ "has ended", "GET", "/rest/auth", { "X-Auth-Token: $jwt" }, .status = 401 },
		{ "tokens stay", "GET", "/rest/auth", { "X-Auth-Token: $t2" }, .status = 200 },
		{ "nothing", REVOKE, .form = "x=1", .status = 400, .shape = NO_TOKEN },
		{ "GET", "GET", "/rest/revoke?token=$t2", .status = 405,
		    .shape = WRONG("invalid_request", "Method not allowed") },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	make_token("t1", ALICE);
	make_token("t2", ALICE);
	log_in("jwt", ALICE);
	RUN(rows);
}

/* What the issuer says of itself, and the paths beside it, which are the site's. */
static void
well_known(void)
{
	static const struct row rows[] = {
		{ "keys", "GET", "/.well-known/jwks.json", .kept = true,
		    .status = 200, .shape = "{'keys':[<rest>" },
		{ "HEAD", "HEAD", "/.well-known/jwks.json", .kept = true, .status = 200 },
		{ "HTTP/2", "GET", "/.well-known/jwks.json", .http2 = true, .kept = true,
		    .status = 200, .shape = "{'keys':[<rest>" },
		{ "of OAuth", "GET", "/.well-known/oauth-authorization-server", .kept = true,
		    .status = 200, .shape = "{" METADATA "}" },
		{ "of OpenID", "GET", "/.well-known/openid-configuration", .kept = true,
		    .status = 200, .shape = "{" METADATA ",'subject_types_supported':['public'],"
		    "'id_token_signing_alg_values_supported':['HS256']}" },
		{ "with a credential", "GET", "/.well-known/jwks.json",
		    { "Authorization: Basic YTpi" }, .kept = true, .status = 200,
		    .shape = "{'keys':[<rest>" },
		{ "POST", "POST", "/.well-known/jwks.json", .form = "a=b", .status = 405,
		    .shape = WRONG("invalid_request", "Method not allowed"),
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "plain HTTP", "GET", "/.well-known/jwks.json", .plain = true, .status = 301 },
		{ "another file", "GET", "/.well-known/acme-challenge/x", .status = 404,
		    .shape = "<rest>", .foreign = true },
		{ "one below", "GET", "/.well-known/jwks.json/x", .status = 404, .shape = "<rest>",
		    .foreign = true },
	};

	RUN(rows);
}

static void
server_user(void)
{
	make_user("server", "server@example.org", "a password of a server");
	EXPECT_INT("role", CTL("", "user", "set", "server@example.org", "--role", "Provider"), 0);
}

static void
server_gone(void)
{
	EXPECT_INT("delete", CTL("", "user", "delete", "server@example.org", "--yes"), 0);
}

CU_TestInfo oauth_tests[] = {
	{ "the server's user", server_user },
	{ "inspected", inspected },
	{ "revoked", revoked },
	{ "well known", well_known },
	{ "the server's user goes", server_gone },
	CU_TEST_INFO_NULL,
};
