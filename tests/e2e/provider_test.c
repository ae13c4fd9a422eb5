// SPDX-License-Identifier: ISC
/* API 2.8: Google and Facebook in header, query and form, from end to end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "e2e.h"
#include "provider/key.h"

#define AUTH "GET", "/rest/auth"
#define WHO(email) "{'success':true,'payload':{'created_on':'<time>','modified_on':'<time>'," \
	"'uuid':'<uuid>','email':'" email "',<rest>"
#define UNAVAILABLE FAIL(503, "Service unavailable")

static const char *
provider_file(const char *name)
{
	return arena_printf(test_mem(), "%s/%s", getenv("E2E_PROVIDER"), name);
}

/* The word name is an ID token of Google for sub, signed by that key, with padding bytes more. */
static void
google_token(const char *name, const char *key, const char *sub, int padding)
{
	GUARD(key_drop) EVP_PKEY *with = key_get(provider_file(key));
	long long now = time(NULL);

	word_set(name, key_sign(test_mem(), with, "RS256",
	    "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}",
	    arena_printf(test_mem(), "{\"iss\":\"https://accounts.google.com\","
	    "\"aud\":\"client-1\",\"sub\":\"%s\",\"iat\":%lld,\"exp\":%lld,\"x\":\"%0*d\"}",
	    sub, now, now + 3600, padding, 0)));
	keep_out_of_logs(word(name));
}

static void
facebook_says(const char *answer)
{
	const char *path = provider_file("debug_token");
	const char *fresh = arena_printf(test_mem(), "%s.new", path);
	FILE *file = fopen(fresh, "w");

	fputs(answer, file);
	fclose(file);
	rename(fresh, path);
}

static void
user_with(const char *name, const char *email, const char *option, const char *id)
{
	make_user(name, email, "provider-password-1");
	EXPECT_INT(email, CTL("", "user", "set", email, option, id), 0);
}

static void
google(void)
{
	static const struct row rows[] = {
		{ "header", AUTH, { "X-Auth-Google-Token: $google" }, .status = 200,
		    .shape = WHO("gina@gmail.com") },
		{ "header over HTTP/2", AUTH, { "x-auth-google-token: $google" }, .status = 200,
		    .http2 = true, .shape = WHO("gina@gmail.com") },
		{ "nearly 16 KiB", AUTH, { "X-Auth-Google-Token: $long" }, .status = 200,
		    .shape = WHO("gina@gmail.com") },
		{ "nearly 16 KiB over HTTP/2", AUTH, { "x-auth-google-token: $long" },
		    .status = 200, .http2 = true, .shape = WHO("gina@gmail.com") },
		{ "nearly 16 KiB in a form", "POST", "/rest/token",
		    .form = "google_token=$long&name=a&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("a", 60, ) },
		{ "query", "GET", "/rest/auth?google_token=$google", .status = 200,
		    .shape = WHO("gina@gmail.com") },
		{ "form", "POST", "/rest/token", .form = "google_token=$google&name=a&ttl=60",
		    .status = 200, .shape = NEW_TOKEN("a", 60, ) },
		{ "nobody's", AUTH, { "X-Auth-Google-Token: $nobodys" }, .status = 401 },
		{ "forged", AUTH, { "X-Auth-Google-Token: $forged" }, .status = 401 },
		{ "forged beside good Basic", AUTH, { ALICE, "X-Auth-Google-Token: $forged" },
		    .status = 200, .shape = WHO("$alice_email") },
		{ "good beside wrong Basic", AUTH, { "Authorization: Basic YTpi",
		    "X-Auth-Google-Token: $google" }, .status = 200,
		    .shape = WHO("gina@gmail.com") },
		{ "twice", "GET", "/rest/auth?google_token=$google&google_token=$google",
		    .status = 400, .shape = FAIL(400, "Duplicate credential") },
		{ "underscores", AUTH, { "X-Auth-Google-Token: $google", "X_Auth_Google_Token: a" },
		    .status = WAY_UNDERSCORES },
		{ "in JSON", "POST", "/rest/token", .json = "{'google_token':'$google','name':'a'}",
		    .status = 401 },
		{ "as a bearer token", AUTH, { "Authorization: Bearer $google" }, .status = 401 },
	};

	user_with("gina", "gina@gmail.com", "--gmail-user-id", "1001");
	google_token("google", "k1", "1001", 1);
	google_token("long", "k1", "1001", 11500);
	google_token("nobodys", "k1", "1002", 1);
	google_token("forged", "x1", "1001", 1);
	RUN(rows);
}

#define VALID "200\nContent-Type: application/json\n\n{\"data\":{\"app_id\":\"4711\"," \
	"\"type\":\"USER\",\"is_valid\":true,\"expires_at\":0," \
	"\"data_access_expires_at\":99999999999,\"user_id\":\"2002\"}}"

static void
facebook(void)
{
	static const struct row good[] = {
		{ "header", AUTH, { "X-Auth-Facebook-Token: EAABheader" }, .status = 200,
		    .shape = WHO("fay@example.org") },
		{ "query", "GET", "/rest/auth?facebook_token=EAABquery", .status = 200,
		    .shape = WHO("fay@example.org") },
		{ "form", "POST", "/rest/token", .form = "facebook_token=EAABform&name=a&ttl=60",
		    .status = 200, .shape = NEW_TOKEN("a", 60, ) },
	};
	static const struct row refused[] = {
		{ "kept", AUTH, { "X-Auth-Facebook-Token: EAABheader" }, .status = 200 },
		{ "refused", AUTH, { "X-Auth-Facebook-Token: EAABrefused" }, .status = 401 },
	};
	static const struct row down[] = {
		{ "header", AUTH, { "X-Auth-Facebook-Token: EAABdown" }, .status = 503,
		    .shape = UNAVAILABLE },
		{ "query", "GET", "/rest/auth?facebook_token=EAABdown", .status = 503,
		    .shape = UNAVAILABLE },
		{ "wrong Basic beside it", AUTH, { "Authorization: Basic YTpi",
		    "X-Auth-Facebook-Token: EAABdown" }, .status = 503, .shape = UNAVAILABLE },
		{ "good Basic beside it", AUTH, { ALICE, "X-Auth-Facebook-Token: EAABdown" },
		    .status = 200 },
	};

	user_with("fay", "fay@example.org", "--facebook-user-id", "2002");
	keep_out_of_logs("EAAB");
	keep_out_of_logs(getenv("E2E_APP_SECRET"));
	facebook_says(VALID);
	RUN(good);
	facebook_says("200\n\n{\"data\":{\"is_valid\":false}}");
	RUN(refused);
	facebook_says("400\n\n{\"error\":{\"message\":\"Invalid OAuth access token.\"}}");
	RUN(down);
	facebook_says("200 silent\n\n");
	RUN(down);
}

/* What other users of the machine can see of a process. */
static void
expect_unseen(pid_t pid, const char *secret)
{
	static const char *const files[] = { "cmdline", "environ" };
	char bytes[65536];
	ssize_t len;
	int fd;

	for (size_t i = 0; i < NELEM(files); i++) {
		fd = open(arena_printf(test_mem(), "/proc/%d/%s", (int)pid, files[i]),
		    O_RDONLY | O_CLOEXEC);
		/* not dumpable, it shows even its own user no environ */
		EXPECT_TRUE(files[i], fd >= 0 || errno == EACCES);
		len = read(fd, bytes, sizeof bytes);
		close(fd);
		EXPECT_TRUE(files[i], fd < 0 || len > 0);
		EXPECT_TRUE(files[i], len <= 0 ||
		    !memmem(bytes, (size_t)len, secret, strlen(secret)));
	}
}

static void
secrets(void)
{
	const char *secret = getenv("E2E_APP_SECRET"), *master = getenv("E2E_PID");
	pid_t pids[8];
	size_t count = workers(pids, NELEM(pids));

	if (*master)
		expect_unseen(atoi(master), secret);
	for (size_t i = 0; i < count; i++)
		expect_unseen(pids[i], secret);
	EXPECT_TRUE("workers", count > 0);
}

CU_TestInfo provider_tests[] = {
	{ "Google", google },
	{ "Facebook", facebook },
	{ "the app secret", secrets },
	CU_TEST_INFO_NULL,
};
