// SPDX-License-Identifier: ISC
/* Providers that are down, slow, or talk nonsense: 503 in time, or the keys that are there. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/clock.h"
#include "host.h"
#include "server.h"
#include "service/encode.h"

#define CERTS "/google/certs"
#define TYPE "Content-Type: application/json"
#define JSON "200\n" TYPE "\n\n"

static const struct claim none[] = { { NULL, NULL } };

static const char *
good(void)
{
	return id_token("k1", claims_with(google_claims, none));
}

static const char *
unknown(void)
{
	return id_token("k9", claims_with(google_claims, none));
}

static struct reply
ask(const char *token)
{
	return host_ask(GOOGLE, token);
}

static void
start(const char *lines)
{
	host_start(lines);
	host_user("alice@gmail.com", "gmail_user_id", "1001");
}

/* Ways to fail.  answer NULL: the right keys with that first line. */
static const struct failure {
	const char *row, *first, *answer, *certificate;
	bool refused;			/* no process listens */
} failures[] = {
	{ "headers late",        "200 slow", NULL, NULL, false },
	{ "drip",                "200 drip", NULL, NULL, false },
	{ "silence",             "200 silent", NULL, NULL, false },
	{ "cut off",             "200 cut", NULL, NULL, false },
	{ "10 MB",               "200 huge", NULL, NULL, false },
	{ "endless",             "200 endless", NULL, NULL, false },
	{ "endless headers",     "200 headers", NULL, NULL, false },
	{ "another protocol",    "200 nonsense", NULL, NULL, false },
	{ "201",                 "201", NULL, NULL, false },
	{ "304",                 "304", NULL, NULL, false },
	{ "404",                 "404", NULL, NULL, false },
	{ "500",                 "500", NULL, NULL, false },
	{ "503",                 "503", NULL, NULL, false },
	{ "truncated JSON",      NULL, JSON "{\"keys\":[{\"kty\":\"RSA\"", NULL, false },
	{ "HTML",                NULL, "200\nContent-Type: text/html\n\n<html>", NULL, false },
	{ "nothing",             NULL, JSON, NULL, false },
	{ "no keys",             NULL, JSON "{}", NULL, false },
	{ "empty set",           NULL, JSON "{\"keys\":[]}", NULL, false },
	{ "no key that signs",   NULL, JSON "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"k1\"}]}", NULL,
	    false },
	{ "other name",          "200", NULL, "other-name", false },
	{ "expired certificate", "200", NULL, "expired", false },
	{ "unknown CA",          "200", NULL, "unknown-ca", false },
	{ "refused",             "200", NULL, NULL, true },
};

static void
fail(const struct failure *f)
{
	if (f->first)
		provider_keys(CERTS, f->first, TYPE, "k1 k2");
	else
		provider_says(CERTS, f->answer);
	provider_certificate(f->certificate ? f->certificate : "good");
	if (f->refused)
		provider_pause();
	host_patience(SHORT_MS);
}

static void
recover(const struct failure *f)
{
	if (f->refused)
		provider_resume();
	provider_certificate("good");
	provider_keys(CERTS, "200", "Cache-Control: max-age=60", "k1 k2");
	host_patience(PATIENCE_MS);
}

static void
expect_in_time(const char *row, const char *token, int status)
{
	int64_t began_ms = clock_steady_ms();
	struct reply reply = ask(token);

	EXPECT_TRUE(row, clock_steady_ms() - began_ms < SHORT_MS + TOLERANCE_MS);
	EXPECT_INT(row, reply.status, status);
	EXPECT_STRING(row, ask_header(&reply, "Retry-After", 0), status == 503 ? "5" : NULL);
}

static void
without_keys(void)
{
	start("");
	for (size_t i = 0; i < NELEM(failures); i++) {
		fail(&failures[i]);
		expect_in_time(failures[i].row, good(), 503);
		EXPECT_INT(failures[i].row, ask(good()).status, 503);
		EXPECT_TRUE(failures[i].row, provider_calls(CERTS) <= 1);
		host_later_s(5);
		recover(&failures[i]);
	}
	EXPECT_INT("recovered", ask(good()).status, 200);
}

static void
with_keys(void)
{
	start("");
	for (size_t i = 0; i < NELEM(failures); i++) {
		provider_keys(CERTS, "200", "Cache-Control: max-age=60", "k1 k2");
		EXPECT_INT(failures[i].row, ask(good()).status, 200);
		host_later_s(60);
		fail(&failures[i]);
		expect_in_time(failures[i].row, good(), 200);
		EXPECT_INT(failures[i].row, ask(good()).status, 200);
		expect_in_time(failures[i].row, unknown(), 503);
		EXPECT_TRUE(failures[i].row, provider_calls(CERTS) <= 1);
		host_later_s(60);
		recover(&failures[i]);
	}
}

/* What /metrics says of the keys: seconds since they were fetched, and until they are due. */
static void
expect_keys(const char *row, int64_t age_s, int64_t due_s)
{
	const struct ask look = { .path = "/metrics", .source = "127.0.0.1" };
	const struct reply reply = box_ask(&host, &look);
	const int64_t due_time_s = host.now_ms / 1000 + due_s;
	char sample[128];

	snprintf(sample, sizeof sample, "\ndoorward_provider_keys_age_seconds"
	    "{provider=\"google\"} %lld.000000\n", (long long)age_s);
	EXPECT_TRUE(row, reply.body && strstr(reply.body, sample));
	snprintf(sample, sizeof sample, "\ndoorward_provider_keys_due_time_seconds"
	    "{provider=\"google\"} %lld.000000\n", (long long)due_time_s);
	EXPECT_TRUE(row, reply.body && strstr(reply.body, sample));
}

static void
stale(void)
{
	start("jwks_stale_max_s = 600\n");
	provider_keys(CERTS, "200", "Cache-Control: max-age=100", "k1");
	EXPECT_INT("fresh", ask(good()).status, 200);
	expect_keys("fresh", 0, 100);
	provider_says(CERTS, "500\n\n");
	host_later_s(100);
	EXPECT_INT("just stale", ask(good()).status, 200);
	expect_keys("just stale", 100, 0);
	host_later_s(599);
	EXPECT_INT("nearly too stale", ask(good()).status, 200);
	host_later_s(1);
	EXPECT_INT("too stale", ask(good()).status, 503);
	provider_keys(CERTS, "200", TYPE, "k1");
	host_later_s(60);
	EXPECT_INT("fetched anew", ask(good()).status, 200);
}

/* A withdrawn key is refused once a set without it has been fetched. */
static void
rotated(void)
{
	start("");
	provider_keys(CERTS, "200", "Cache-Control: max-age=600", "k1");
	EXPECT_INT("old key", ask(good()).status, 200);
	provider_keys(CERTS, "200", "Cache-Control: max-age=600", "k2");
	host_later_s(5);
	EXPECT_INT("new key", ask(id_token("k2", claims_with(google_claims, none))).status, 200);
	EXPECT_INT("asked", provider_calls(CERTS), 1);
	EXPECT_INT("old key is gone", ask(good()).status, 401);
}

/* However many unknown names are tried. */
static void
unknown_kid(void)
{
	start("");
	EXPECT_INT("first", ask(unknown()).status, 401);
	EXPECT_INT("first fetch", provider_calls(CERTS), 1);
	host_later_s(5);
	for (int minute = 1; minute <= 3; minute++) {
		for (int i = 0; i < 5; i++)
			EXPECT_INT("unknown", ask(unknown()).status, 401);
		EXPECT_INT("a refetch a minute", provider_calls(CERTS), 1 + minute);
		host.now_ms += 59999;
		EXPECT_INT("unknown", ask(unknown()).status, 401);
		EXPECT_INT("a refetch a minute", provider_calls(CERTS), 1 + minute);
		host.now_ms += 1;
	}
	EXPECT_INT("known", ask(good()).status, 200);
}

static void
max_age(void)
{
	static const struct { const char *row, *header; int64_t fresh_s; } t[] = {
		{ "as said",        "Cache-Control: max-age=120", 120 },
		{ "among others",   "cache-control: public, Max-Age=120, must-revalidate", 120 },
		{ "at least",       "Cache-Control: max-age=1", 60 },
		{ "zero",           "Cache-Control: max-age=0", 60 },
		{ "negative",       "Cache-Control: max-age=-5", 60 },
		{ "no number",      "Cache-Control: max-age=soon", 60 },
		{ "at most",        "Cache-Control: max-age=604800", 86400 },
		{ "endless",        "Cache-Control: max-age=99999999999999999999", 86400 },
		{ "no-store",       "Cache-Control: no-store, max-age=600", 60 },
		{ "no-cache",       "Cache-Control: no-cache", 60 },
		{ "of proxies",     "Cache-Control: s-maxage=120", 3600 },
		{ "nothing",        "X-Cache-Control: max-age=120", 3600 },
	};

	start("");
	for (size_t i = 0; i < NELEM(t); i++) {
		host_later_s(100000);
		provider_keys(CERTS, "200", t[i].header, "k1");
		EXPECT_INT(t[i].row, ask(good()).status, 200);
		host_later_s(t[i].fresh_s - 1);
		EXPECT_INT(t[i].row, ask(good()).status, 200);
		EXPECT_INT(t[i].row, provider_calls(CERTS), 1);
		host_later_s(1);
		EXPECT_INT(t[i].row, ask(good()).status, 200);
		EXPECT_INT(t[i].row, provider_calls(CERTS), 2);
	}
}

/* The content of an answer matters, not its type. */
static void
content_type(void)
{
	static const char *const types[] = { "Content-Type: application/jwk-set+json",
		"Content-Type: text/plain", "Content-Type: text/html", "X-Type: none" };

	start("");
	for (size_t i = 0; i < NELEM(types); i++) {
		host_later_s(100000);
		provider_keys(CERTS, "200", types[i], "k1");
		EXPECT_INT(types[i], ask(good()).status, 200);
		EXPECT_INT(types[i], provider_calls(CERTS), 1);
	}
}

static void
redirect(void)
{
	static const char *const statuses[] = { "301", "302", "303", "307", "308" };

	start("");
	for (size_t i = 0; i < NELEM(statuses); i++) {
		provider_keys("/elsewhere", "200", TYPE, "k1");
		provider_keys(CERTS, statuses[i], "Location: /elsewhere", "k1");
		EXPECT_INT(statuses[i], ask(good()).status, 503);
		EXPECT_INT(statuses[i], provider_calls(CERTS), 1);
		EXPECT_INT(statuses[i], provider_calls("/elsewhere"), 0);
		host_later_s(5);
	}
}

/* Is there a connection to the socket? */
static bool
is_called(int fd)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };

	return poll(&in, 1, 0) != 0;
}

static void
addresses(void)
{
	static const struct { const char *row, *address; } t[] = {
		{ "plain HTTP", "http://localhost:%d/google/certs" },
		{ "upper case", "HTTP://localhost:%d/google/certs" },
		{ "no scheme",  "localhost:%d/google/certs" },
		{ "FTP",        "ftp://localhost:%d/google/certs" },
		{ "a file",     "file:///etc/passwd" },
		{ "no name",    "https://doorward.invalid/certs" },
		{ "no address", "https:///certs" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		int port = 0, fd = server_listen(&port);
		const char *address = t[i].address, *at = strstr(address, "%d");

		if (at)
			address = arena_printf(test_mem(), "%.*s%d%s", (int)(at - address), address,
			    port, at + 2);
		start(arena_printf(test_mem(), "google_jwks_url = \"%s\"\n", address));
		host_patience(SHORT_MS);
		expect_in_time(t[i].row, good(), 503);
		EXPECT_TRUE(t[i].row, !is_called(fd));
		host_end();
		close(fd);
	}
	start("");
}

/* API 2.2: no "wrong credentials" while a provider that may know cannot be asked. */
static void
beside_others(void)
{
	const char *alice;

	start("");
	alice = "alice@gmail.com";
	provider_says(CERTS, "500\n\n");
	const struct { const char *row, *header, *value; int status; } t[] = {
		{ "wrong Basic", "HTTP_AUTHORIZATION", encode_basic(test_mem(), alice, "wrong"),
		    503 },
		{ "good Basic", "HTTP_AUTHORIZATION", encode_basic(test_mem(), alice, PASSWORD),
		    200 },
		{ "broken Basic", "HTTP_AUTHORIZATION", "Basic ?", 503 },
		{ "bad bearer token", "HTTP_AUTHORIZATION", "Bearer abc", 503 },
		{ "bad JWT", "HTTP_X_AUTH_TOKEN", "a.b.c", 503 },
		{ "wrong HA1B", "HTTP_X_AUTH_HA1B_TOKEN", "0159fe67a465647f81d20d7b08b913b3", 503 },
		{ "bad Apple token", APPLE, "a.b.c", 503 },
		{ "good Apple token", APPLE, id_token("a1", claims_with(apple_claims, none)), 200 },
	};

	host_user("b@example.org", "apple_user_id", "000123.abc.0456");
	for (size_t i = 0; i < NELEM(t); i++) {
		const struct ask both = { .params = { host_param(GOOGLE, good()),
		    host_param(t[i].header, t[i].value) } };

		EXPECT_INT(t[i].row, box_ask(&host, &both).status, t[i].status);
		host_later_s(5);
	}
	EXPECT_INT("nonsense needs no provider", ask("nonsense").status, 401);
}

static void
restarted(void)
{
	start("");
	EXPECT_INT("before", ask(good()).status, 200);
	provider_pause();
	box_reopen(&host);
	EXPECT_INT("after", ask(good()).status, 200);
	provider_resume();
}

static CU_TestInfo tests[] = {
	{ "without keys", without_keys },
	{ "with keys", with_keys },
	{ "stale keys", stale },
	{ "rotated keys", rotated },
	{ "unknown kid", unknown_kid },
	{ "max-age", max_age },
	{ "content type", content_type },
	{ "redirects", redirect },
	{ "addresses", addresses },
	{ "beside other credentials", beside_others },
	{ "restart", restarted },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/provider: failures", tests, .info.pTearDownFunc = host_end);
