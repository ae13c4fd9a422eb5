// SPDX-License-Identifier: ISC
/* Requests that wait for a provider while their worker answers others. */
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "auth/user_jwt.h"
#include "base/scoreboard.h"
#include "cred/cred.h"
#include "host.h"
#include "service/encode.h"

#define CERTS "/google/certs"
#define DEBUG "/graph/debug_token"
#define SILENCE "200 silent\n\n"

/* Long enough to be asked, and short enough to be waited for. */
#define WAIT_MS 1000

#define VALID "200 delayed\nContent-Type: application/json\n\n{\"data\":{\"app_id\":\"4711\"," \
	"\"type\":\"USER\",\"is_valid\":true,\"expires_at\":0," \
	"\"data_access_expires_at\":99999999999,\"user_id\":\"2002\"}}"
#define INVALID "200 delayed\nContent-Type: application/json\n\n{\"data\":{\"is_valid\":false}}"

static const struct claim none[] = { { NULL, NULL } };

static void
start(const char *lines)
{
	host_start(lines);
	host_user("fay@example.org", "facebook_user_id", "2002");
	host_user("alice@gmail.com", "gmail_user_id", "1001");
}

/* A request on its way, beside those of host_ask. */
struct going {
	struct arena mem;
	struct request req;
	struct reply reply;
	int rounds;			/* how often it was served */
};

/* Serves it once; the result of serve. */
static int
serve_once(struct going *g)
{
	g->rounds++;
	return serve(host.service, &g->req, host.now_ms, &g->reply);
}

/* GET /rest/auth with these parameters, "NAME=value" each, up to a NULL; served once. */
static int
begin(struct going *g, const char *const *params)
{
	static const char *const always[] = { "REQUEST_METHOD=GET", "SCRIPT_NAME=/rest/auth",
	    "HTTPS=on", "REMOTE_ADDR=192.0.2.1" };
	const char *equals;

	memset(g, 0, sizeof *g);
	arena_init(&g->mem, 0);
	box_must(service_request(host.service, &g->mem, &g->req), "request");
	for (size_t i = 0; i < NELEM(always); i++) {
		equals = strchr(always[i], '=');
		box_must(request_param(&g->req, always[i], (size_t)(equals - always[i]),
		    equals + 1), always[i]);
	}
	for (; *params; params++) {
		equals = strchr(*params, '=');
		box_must(request_param(&g->req, *params, (size_t)(equals - *params), equals + 1),
		    *params);
	}
	g->req.may_wait = true;
	return serve_once(g);
}

static int
begin_with(struct going *g, const char *header, const char *value)
{
	const char *const params[] = { host_param(header, value), NULL };

	return begin(g, params);
}

/* The status in the end. */
static int
finish(struct going *g)
{
	int r = V_WAITING, status;

	while (r == V_WAITING) {
		service_look(host.service);
		if (serve_is_due(host.service, &g->req))
			r = serve_once(g);
		else
			poll(NULL, 0, 1);
	}
	EXPECT_VERDICT("answered", r, 0);
	status = g->reply.status;
	arena_free(&g->mem);
	return status;
}

static int64_t
calls_running(void)
{
	return host.service->cred->providers->calls;
}

static const char *
jwt_of(const char *email)
{
	struct identity who = { .authenticated_s = host.now_ms / 1000 };
	const char *jwt;

	who.user = host_find(email);
	EXPECT_VERDICT("JWT", user_jwt_issue(host.auth, test_mem(), &who, host.now_ms, &jwt), 0);
	return jwt;
}

/* One process is enough for all of them. */
static void
others_meanwhile(void)
{
	struct going silent[8];

	start("");
	host_patience(WAIT_MS);
	provider_says(DEBUG, SILENCE);
	for (size_t i = 0; i < NELEM(silent); i++)
		EXPECT_VERDICT("asks", begin_with(&silent[i], FACEBOOK,
		    arena_printf(test_mem(), "EAAB%zu", i)), V_WAITING);
	EXPECT_INT("all at the same time", calls_running(), NELEM(silent));
	EXPECT_INT("a JWT", host_ask("HTTP_X_AUTH_TOKEN", jwt_of("alice@gmail.com")).status, 200);
	EXPECT_INT("an ID token", host_ask(GOOGLE, id_token("k1", claims_with(google_claims,
	    none))).status, 200);
	for (size_t i = 0; i < NELEM(silent); i++)
		EXPECT_INT("no answer", finish(&silent[i]), 503);
	EXPECT_INT("asked once each", provider_calls(DEBUG), NELEM(silent));
	EXPECT_INT("none is left", calls_running(), 0);
}

static void
answers(void)
{
	static const struct { const char *row, *says; int status; } t[] = {
		{ "valid", VALID, 200 },
		{ "invalid", INVALID, 401 },
		{ "nonsense", "200 nonsense\n\n", 503 },
	};
	struct going g;

	start("");
	for (size_t i = 0; i < NELEM(t); i++) {
		provider_says(DEBUG, t[i].says);
		EXPECT_VERDICT(t[i].row, begin_with(&g, FACEBOOK, t[i].row), V_WAITING);
		EXPECT_INT(t[i].row, finish(&g), t[i].status);
		EXPECT_INT(t[i].row, g.rounds, 2);
		EXPECT_INT(t[i].row, provider_calls(DEBUG), 1);
	}
}

/* One that failed before the provider is asked is neither hashed nor counted again. */
static void
password_beside_it(void)
{
	static const char *const lines[] = { "", "throttle = yes\n" };
	struct going g;

	for (size_t i = 0; i < NELEM(lines); i++) {
		const char *const params[] = { host_param("HTTP_AUTHORIZATION",
		    encode_basic(test_mem(), "alice@gmail.com", "not hers")),
		    FACEBOOK "=EAABx", NULL };

		start(lines[i]);
		provider_says(DEBUG, INVALID);
		EXPECT_VERDICT(lines[i], begin(&g, params), V_WAITING);
		EXPECT_INT(lines[i], finish(&g), 401);
		EXPECT_INT("one hash", box_hashes(&host), 1);
		EXPECT_INT("one call", provider_calls(DEBUG), 1);
		EXPECT_INT("the log names both", host_logged("failed=basic,facebook"), 1);
		EXPECT_INT("and the name", host_logged("name=alice@gmail.com"), 1);
		host_end();
	}
}

/* Each provider is asked once, though the second makes the request wait again. */
static void
two_providers(void)
{
	const char *params[] = { host_param(GOOGLE, id_token("k2", "{}")),
	    FACEBOOK "=EAABx", NULL };
	struct going g;

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1 k2");
	provider_says(DEBUG, VALID);
	EXPECT_VERDICT("waits", begin(&g, params), V_WAITING);
	EXPECT_INT("the second decides", finish(&g), 200);
	EXPECT_INT("keys", provider_calls(CERTS), 1);
	EXPECT_INT("a token", provider_calls(DEBUG), 1);
	EXPECT_INT("the wrong one is told once", host_logged("ID token refused"), 1);
}

/* What a client that goes asked for is of use to others. */
static void
client_gone(void)
{
	struct going g;

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1");
	EXPECT_VERDICT("waits", begin_with(&g, GOOGLE, id_token("k1", claims_with(google_claims,
	    none))), V_WAITING);
	EXPECT_VERDICT("not yet", serve_abandon(host.service, &g.req), V_WAITING);
	EXPECT_INT("finished", finish(&g), 200);
	EXPECT_VERDICT("nothing to give up", serve_abandon(host.service, &g.req), 0);
	EXPECT_INT("others have the key", host_ask(GOOGLE, id_token("k1",
	    claims_with(google_claims, none))).status, 200);
	EXPECT_INT("one fetch", provider_calls(CERTS), 1);
}

/* Keys are fetched by one request, and the others wait for it: here, all of one process. */
static void
fetched_by_another(void)
{
	static const struct { const char *row, *first; int status; } t[] = {
		{ "keys",    "200 delayed", 200 },
		{ "no keys", "404 delayed", 503 },
	};
	struct going first, second, third;

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *token = id_token("k1", claims_with(google_claims, none));

		start("");
		provider_keys(CERTS, t[i].first, "Cache-Control: max-age=60", "k1");
		EXPECT_INT("nothing to wait for", service_due_ms(host.service), INT_MAX);
		EXPECT_VERDICT("fetches", begin_with(&first, GOOGLE, token), V_WAITING);
		EXPECT_VERDICT("waits", begin_with(&second, GOOGLE, token), V_WAITING);
		EXPECT_VERDICT("goes", begin_with(&third, GOOGLE, token), V_WAITING);
		EXPECT_TRUE("looks again", service_due_ms(host.service) < 100);
		EXPECT_VERDICT("gone", serve_abandon(host.service, &third.req), 0);
		arena_free(&third.mem);
		EXPECT_INT(t[i].row, finish(&first), t[i].status);
		EXPECT_INT(t[i].row, finish(&second), t[i].status);
		EXPECT_INT("one fetch", provider_calls(CERTS), 1);
		EXPECT_INT("nothing is left", service_due_ms(host.service), INT_MAX);
		host_end();
	}
}

/* A client that guesses, and goes while it waits for another's keys, is in the log. */
static void
guessed_and_gone(void)
{
	const char *token = id_token("k1", claims_with(google_claims, none));
	const char *const params[] = { host_param("HTTP_AUTHORIZATION",
	    encode_basic(test_mem(), "alice@gmail.com", "not hers")),
	    host_param(GOOGLE, id_token("k9", "{}")), NULL };
	struct going first, second;

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1");
	EXPECT_VERDICT("fetches", begin_with(&first, GOOGLE, token), V_WAITING);
	EXPECT_VERDICT("waits", begin(&second, params), V_WAITING);
	EXPECT_VERDICT("not given up", serve_abandon(host.service, &second.req), V_WAITING);
	EXPECT_INT("the first", finish(&first), 200);
	EXPECT_INT("the second", finish(&second), 401);
	EXPECT_INT("is in the log", host_logged("failed=basic,oidc"), 1);
}

/* So many wait for others; the next one is put off. */
static void
most_wait(void)
{
	static struct going all[PROVIDER_AWAITING_MAX + 2];
	const char *token = id_token("k1", claims_with(google_claims, none));
	size_t i;

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1");
	for (i = 0; i < NELEM(all) - 1; i++)
		EXPECT_VERDICT("waits", begin_with(&all[i], GOOGLE, token), V_WAITING);
	EXPECT_VERDICT("is put off", begin_with(&all[i], GOOGLE, token), 0);
	EXPECT_INT("is put off", all[i].reply.status, 503);
	arena_free(&all[i].mem);
	for (i = 0; i < NELEM(all) - 1; i++)
		EXPECT_INT("answered", finish(&all[i]), 200);
}

/* Another request has fetched the keys meanwhile: what this one fetched is dropped. */
static void
overtaken(void)
{
	const char *token = id_token("k1", claims_with(google_claims, none));
	struct going g;

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1");
	EXPECT_VERDICT("waits", begin_with(&g, GOOGLE, token), V_WAITING);
	host_later_s(5);
	EXPECT_INT("the next turn", host_ask(GOOGLE, token).status, 200);
	EXPECT_INT("both", finish(&g), 200);
	EXPECT_INT("two fetches", provider_calls(CERTS), 2);
	EXPECT_INT("none is left", calls_running(), 0);
}

/* All processes together ask for so many at a time. */
static void
most(void)
{
	struct slot held[PROVIDER_CALLS_MAX] = { { .slots = NULL } };
	struct slots other = { .fd = -1 };

	start("");
	provider_says(DEBUG, VALID);
	box_must(slots_open(&other, arena_printf(test_mem(), "%s/provider-slots",
	    host.conf->run_dir)), "slots");
	for (size_t i = 0; i < NELEM(held); i++)
		EXPECT_VERDICT("held elsewhere", slot_take(&other, PROVIDER_CALLS_MAX, &held[i]), 0);
	EXPECT_INT("one too many", host_ask(FACEBOOK, "EAAB1").status, 503);
	EXPECT_INT("is not asked for", provider_calls(DEBUG), 0);
	EXPECT_INT("but told", host_logged("no further login may wait"), 1);
	slot_leave(&held[17]);
	EXPECT_INT("the last one", host_ask(FACEBOOK, "EAAB2").status, 200);
	EXPECT_INT("again", host_ask(FACEBOOK, "EAAB3").status, 200);
	slots_close(&other);
}

static CU_TestInfo tests[] = {
	{ "others meanwhile", others_meanwhile },
	{ "answers", answers },
	{ "a password beside it", password_beside_it },
	{ "two providers", two_providers },
	{ "a client that goes", client_gone },
	{ "fetched by another", fetched_by_another },
	{ "guessed and gone", guessed_and_gone },
	{ "the most that wait", most_wait },
	{ "overtaken", overtaken },
	{ "the most at a time", most },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/provider_call", tests, .info.pTearDownFunc = host_end);
