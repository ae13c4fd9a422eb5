// SPDX-License-Identifier: ISC
/* Several workers and one provider, also when one of them is killed. */
#include <string.h>

#include "auth/user_jwt.h"
#include "host.h"

#define CERTS "/google/certs"
#define DEBUG "/graph/debug_token"
#define WORKERS 8

/* For requests that wait in vain: longer than it takes to start all workers. */
#define WAIT_MS 1000

static const struct claim none[] = { { NULL, NULL } };

static const char *
token(const char *key)
{
	return id_token(key, claims_with(google_claims, none));
}

static int
ask(const char *with)
{
	return host_ask(GOOGLE, with).status;
}

static void
start(const char *lines)
{
	host_start(lines);
	host_user("alice@gmail.com", "gmail_user_id", "1001");
}

static void
ask_at_once(const char *header, const char *value, struct host_answer answers[WORKERS])
{
	struct ask asks[WORKERS] = { 0 };

	for (size_t i = 0; i < WORKERS; i++)
		asks[i].params[0] = host_param(header, value);
	host_ask_at_once(asks, WORKERS, answers);
}

static int
count(const struct host_answer answers[WORKERS], int status)
{
	int found = 0;

	for (size_t i = 0; i < WORKERS; i++)
		found += answers[i].status == status;
	return found;
}

/* Requests that arrive while the first set is being fetched wait for it. */
static void
first_fetch(void)
{
	struct host_answer answers[WORKERS];

	start("");
	provider_keys(CERTS, "200 delayed", "Cache-Control: max-age=60", "k1");
	ask_at_once(GOOGLE, token("k1"), answers);
	EXPECT_INT("all", count(answers, 200), WORKERS);
	EXPECT_INT("one fetch", provider_calls(CERTS), 1);
	ask_at_once(GOOGLE, token("k1"), answers);
	EXPECT_INT("then all", count(answers, 200), WORKERS);
	host_later_s(60);
	ask_at_once(GOOGLE, token("k1"), answers);
	EXPECT_INT("all, while one fetches anew", count(answers, 200), WORKERS);
	EXPECT_INT("one fetch", provider_calls(CERTS), 2);
}

static void
unknown_kid(void)
{
	struct host_answer answers[WORKERS];

	start("");
	EXPECT_INT("keys", ask(token("k1")), 200);
	host_later_s(5);
	for (int i = 0; i < 3; i++) {
		ask_at_once(GOOGLE, token("k9"), answers);
		EXPECT_INT("not known", count(answers, 401), WORKERS);
		EXPECT_INT("one refetch", provider_calls(CERTS), 2);
	}
	host_later_s(60);
	ask_at_once(GOOGLE, token("k9"), answers);
	EXPECT_INT("one refetch a minute", provider_calls(CERTS), 3);
}

/* Requests that need no provider are not affected. */
static void
others(void)
{
	struct identity who = { .authenticated_s = 0 };
	struct ask asks[WORKERS] = { 0 };
	struct host_answer answers[WORKERS];
	const char *jwt;

	start("");
	EXPECT_INT("keys", ask(token("k1")), 200);
	provider_says(DEBUG, "200 silent\n\n");
	host_patience(WAIT_MS);
	who.user = host_find("alice@gmail.com");
	who.authenticated_s = host.now_ms / 1000;
	EXPECT_VERDICT("JWT", user_jwt_issue(host.auth, test_mem(), &who, host.now_ms,
	    &jwt), 0);
	for (size_t i = 0; i < WORKERS; i++)
		asks[i].params[0] = i < 4 ? FACEBOOK "=EAABx" : i < 6 ?
		    host_param(GOOGLE, token("k1")) : host_param("HTTP_X_AUTH_TOKEN", jwt);
	host_ask_at_once(asks, WORKERS, answers);
	EXPECT_INT("those who ask Facebook", count(answers, 503), 4);
	EXPECT_INT("all others", count(answers, 200), 4);
	for (size_t i = 4; i < WORKERS; i++)
		EXPECT_TRUE("at once", answers[i].took_ms < WAIT_MS);
}

static void
killed_without_keys(void)
{
	struct ask one = { .path = "/rest/auth" };

	start("");
	one.params[0] = host_param(GOOGLE, token("k1"));
	provider_keys(CERTS, "200 silent", "X-None: 1", "k1");
	host_ask_and_die(&one, CERTS);
	provider_keys(CERTS, "200", "X-None: 1", "k1");
	host_patience(SHORT_MS);
	EXPECT_INT("its turn", ask(token("k1")), 503);
	host_patience(PATIENCE_MS);
	host_later_s(5);
	EXPECT_INT("the next turn", ask(token("k1")), 200);
	EXPECT_INT("one fetch", provider_calls(CERTS), 1);
}

static void
killed_with_keys(void)
{
	struct ask one = { .path = "/rest/auth" };

	start("");
	EXPECT_INT("keys", ask(token("k1")), 200);
	host_later_s(5);
	one.params[0] = host_param(GOOGLE, token("k3"));
	provider_keys(CERTS, "200 silent", "X-None: 1", "k1 k3");
	host_ask_and_die(&one, CERTS);
	provider_keys(CERTS, "200", "X-None: 1", "k1 k3");
	EXPECT_INT("known keys", ask(token("k1")), 200);
	host_patience(SHORT_MS);
	EXPECT_INT("a new key", ask(token("k3")), 503);
	host_patience(PATIENCE_MS);
	host_later_s(60);
	EXPECT_INT("after a minute", ask(token("k3")), 200);
	EXPECT_INT("one fetch", provider_calls(CERTS), 1);
}

/* The slots of killed workers are free again. */
static void
killed_in_slots(void)
{
	static const struct ask one = { .params = { FACEBOOK "=EAABx" } };

	start("workers = 2\n");
	for (int i = 0; i < 3; i++) {
		provider_says(DEBUG, "200 silent\n\n");
		host_ask_and_die(&one, DEBUG);
	}
	provider_says(DEBUG, "200\n\n{\"data\":{\"is_valid\":false}}");
	EXPECT_INT("asked", box_ask(&host, &one).status, 401);
}

static CU_TestInfo tests[] = {
	{ "the first fetch", first_fetch },
	{ "unknown kid", unknown_kid },
	{ "other credentials", others },
	{ "killed without keys", killed_without_keys },
	{ "killed with keys", killed_with_keys },
	{ "killed in slots", killed_in_slots },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/provider: workers", tests, .info.pTearDownFunc = host_end);
