// SPDX-License-Identifier: ISC
/*
 * A site of files and PHP that the web server lets doorward guard, by the recipes of
 * deploy/: who gets in, what the pages then know, and the many who try.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "e2e.h"

#define PAGE "/private/page.txt"
#define WHO "/private/who.php"
#define ADMIN_PAGE "/private/admin/page.txt"
#define ADMIN "Authorization: Basic $admin"

/* What every page of the site has in it, and nothing else. */
static bool
is_content(const struct http_answer *answer)
{
	return strstr(answer->body, "begin of private") || strstr(answer->body, "AUTH_USER=");
}

static void
check_leaks(const char *row, const struct http_answer *answer)
{
	static const char *const names[] = { "Variable-AUTH_USER", "Variable-AUTH_EMAIL",
	    "Variable-AUTH_ROLE", "Variable-REMOTE_USER", "X-Auth-User", "X-Auth-Email",
	    "X-Auth-Role" };

	for (size_t i = 0; i < NELEM(names); i++)
		EXPECT_STRING(row, http_header(test_mem(), answer, names[i], 0), NULL);
}

static struct http_answer
ask(const struct row *general)
{
	struct row row = *general;
	struct http_answer answer;

	row.foreign = true;
	answer = run_row(&row);
	check_leaks(row.row, &answer);
	return answer;
}

/* Nothing of the page comes out, and the status says why. */
static void
refuse(const struct row *rows, size_t count)
{
	static const char *const pages[] = { PAGE, WHO };
	struct http_answer answer;
	struct row row;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < (rows[i].path ? 1 : NELEM(pages)); k++) {
			row = rows[i];
			row.path = row.path ? row.path : pages[k];
			row.method = row.method ? row.method : "GET";
			answer = ask(&row);
			EXPECT_TRUE(row.row, !is_content(&answer));
		}
	}
}
#define REFUSE(rows) refuse(rows, NELEM(rows))

/* The whole page, as it lies on the disk. */
static void
expect_page(const char *row, const struct http_answer *answer, const char *place)
{
	const char *begin = arena_printf(test_mem(), "begin of %s\n", place);
	const char *end = arena_printf(test_mem(), "end of %s\n", place);
	size_t len = strlen(begin) + 300000 + strlen(end);

	if (EXPECT_INT(row, (int64_t)answer->body_len, (int64_t)len)) {
		EXPECT_TRUE(row, strncmp(answer->body, begin, strlen(begin)) == 0);
		EXPECT_STRING(row, answer->body + len - strlen(end), end);
	}
}

static void
expect_line(const char *row, const struct http_answer *answer, const char *line)
{
	const char *want = words_in(test_mem(), line);

	if (!test_true(TEST_AT(row, want), strstr(answer->body, want) != NULL))
		printf("\n%s", answer->body);
}

static void
people(void)
{
	make_user("admin", "guard-admin@example.org", "guard-admin-1");
	EXPECT_INT("role", CTL("", "user", "set", "guard-admin@example.org", "--role", "Admin"), 0);
	EXPECT_INT("uuid", CTL("", "user", "show", "alice@example.org"), 0);
	log_in("jwt", ALICE);
	make_token("token", ALICE);
}

static void
good(void)
{
	static const struct row rows[] = {
		{ "Basic", "GET", PAGE, { ALICE }, .status = 200 },
		{ "JWT", "GET", PAGE, { "X-Auth-Token: $jwt" }, .status = 200 },
		{ "token", "GET", PAGE, { "Authorization: Bearer $token" }, .status = 200 },
		{ "token in the query", "GET", PAGE "?bearer=$token", .status = 200 },
		{ "HTTP/2", "GET", PAGE, { ALICE }, .http2 = true, .status = 200 },
		{ "long query", "GET", PAGE "?a=$long", { ALICE }, .status = 200 },
	};
	static const struct row admins[] = {
		{ "role", "GET", ADMIN_PAGE, { ADMIN }, .status = 200 },
		{ "role, HTTP/2", "GET", ADMIN_PAGE, { ADMIN }, .http2 = true, .status = 200 },
	};
	char *query = arena_alloc(test_mem(), 5001);
	struct http_answer answer;

	memset(query, 'q', 5000);
	query[5000] = '\0';
	word_set("long", query);
	for (size_t i = 0; i < NELEM(rows); i++) {
		answer = ask(&rows[i]);
		expect_page(rows[i].row, &answer, "private");
	}
	for (size_t i = 0; i < NELEM(admins); i++) {
		answer = ask(&admins[i]);
		expect_page(admins[i].row, &answer, "private/admin");
	}
}

/* What a program knows of the user is doorward's word, whatever the client says. */
static void
programs(void)
{
	static const struct row rows[] = {
		{ "Basic", "GET", WHO, { ALICE }, .status = 200 },
		{ "token", "GET", WHO, { "Authorization: Bearer $token" }, .status = 200 },
		{ "POST", "POST", WHO, { ALICE }, .form = "a=hello", .status = 200 },
		{ "POST, chunked", "POST", WHO, { ALICE, "Transfer-Encoding: chunked" },
		    .form = "a=hello", .status = 200 },
		{ "somebody else's name", "GET", WHO, { ALICE, "X-Auth-User: mallory",
		    "X-Auth-Email: mallory", "X-Auth-Role: mallory", "Auth-User: mallory",
		    "Remote-User: mallory", "Variable-AUTH_USER: mallory" },
		    .status = 200 },
	};
	static const struct row admin = { "admin", "GET", "/private/admin/who.php", { ADMIN },
		.status = 200 };
	struct http_answer answer;

	for (size_t i = 0; i < NELEM(rows); i++) {
		answer = ask(&rows[i]);
		expect_line(rows[i].row, &answer, "AUTH_USER=$alice_uuid\n");
		expect_line(rows[i].row, &answer, "AUTH_EMAIL=alice@example.org\n");
		expect_line(rows[i].row, &answer, "AUTH_ROLE=User\n");
		expect_line(rows[i].row, &answer, "REMOTE_USER=alice@example.org\n");
		expect_line(rows[i].row, &answer, rows[i].form ? "body=a=hello\n" : "body=\n");
		EXPECT_TRUE(rows[i].row, !strstr(answer.body, "mallory"));
	}
	answer = ask(&admin);
	expect_line(admin.row, &answer, "AUTH_EMAIL=guard-admin@example.org\n");
	expect_line(admin.row, &answer, "AUTH_ROLE=Admin\n");
}

static void
nobody(void)
{
	static const struct row rows[] = {
		{ "no credential", .status = 401 },
		{ "HTTP/2", .http2 = true, .status = 401 },
		{ "wrong password", .headers = { "Authorization: Basic eDp5" }, .status = 401 },
		{ "no credential at all", .headers = { "Authorization: Basic" }, .status = 401 },
		{ "wrong token", .headers = { "Authorization: Bearer 0123456789" }, .status = 401 },
		{ "wrong JWT", .headers = { "X-Auth-Token: a.b.c" }, .status = 401 },
		{ "HA1B of nobody", .headers = { "X-Auth-HA1B-Token: "
		    "00000000000000000000000000000000" }, .status = 401 },
		{ "twice", .headers = { ALICE, "Authorization: Basic eDp5" },
		    .status = WAY_GUARD_TWICE },
		{ "form", .method = "POST", .form = "jwt=$jwt", .status = 401 },
		{ "part of it", .headers = { "Range: bytes=0-5" }, .status = 401 },
		{ "if it changed", .headers = { "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT" },
		    .status = 401 },
		{ "HEAD", .method = "HEAD", .status = 401 },
		{ "POST", .method = "POST", .raw = "a", .status = 401 },
		{ "OPTIONS", .method = "OPTIONS", .status = 401 },
		{ "PROPFIND", .method = "PROPFIND", .status = 401 },
		{ "twice in the query", .path = PAGE "?jwt=$jwt&jwt=$jwt", .status = 401 },
		{ "wrong in the query", .path = WHO "?bearer=x", .status = 401 },
		{ "plain HTTP", .plain = true, .headers = { ALICE }, .status = 301 },
		{ "plain HTTP, proxied", .plain = true, .headers = { ALICE,
		    "X-Forwarded-Proto: https" }, .status = 301 },
		{ "directory", .path = "/private/", .status = 401 },
		{ "not there", .path = "/private/nothing", .status = 401 },
	};

	REFUSE(rows);
}

/* Results and questions of the web server, said by a client. */
static void
forged(void)
{
	static const char *const headers[] = { "X-Auth-User: $alice_uuid",
	    "X-Auth-Email: alice@example.org", "X-Auth-Role: Admin",
	    "Variable-AUTH_USER: $alice_uuid", "Variable-AUTH-USER: $alice_uuid",
	    "AUTH_USER: $alice_uuid", "Auth-User: $alice_uuid", "REMOTE_USER: alice@example.org",
	    "Remote-User: alice@example.org", "X-Original-URI: /?bearer=$token",
	    "X-Original-Url: /?bearer=$token", "DOORWARD_QUERY: bearer=$token",
	    "Doorward-Query: bearer=$token", "HTTP_AUTHORIZATION: Basic $alice",
	    "X-Forwarded-User: alice@example.org", "Status: 200", "Location: " PAGE,
	    "X-Accel-Redirect: " PAGE, "X-Sendfile: " PAGE, "X-HTTP-Method-Override: OPTIONS",
	    "REDIRECT_STATUS: 200", "FCGI_ROLE: RESPONDER", "SCRIPT_NAME: /rest/settings" };
	struct row row = { .status = 401 };

	for (size_t i = 0; i < NELEM(headers); i++) {
		row.row = headers[i];
		row.headers[0] = headers[i];
		refuse(&row, 1);
	}
}

static void
roles(void)
{
	static const struct row rows[] = {
		{ "wrong role", .path = ADMIN_PAGE, .headers = { ALICE }, .status = WAY_GUARD_ROLE },
		{ "wrong role, PHP", .path = "/private/admin/who.php", .headers = { ALICE },
		    .status = WAY_GUARD_ROLE },
		{ "by a token", .path = ADMIN_PAGE, .headers = { "Authorization: Bearer $token" },
		    .status = WAY_GUARD_ROLE },
		{ "says he has it", .path = ADMIN_PAGE, .headers = { ALICE, "X-Auth-Role: Admin",
		    "DOORWARD_ROLE: User", "Doorward-Role: User" }, .status = WAY_GUARD_ROLE },
		{ "nobody", .path = ADMIN_PAGE, .status = 401 },
		{ "a role that is none", .path = "/private/mistake/page.txt", .headers = { ALICE },
		    .status = WAY_GUARD_MISTAKE },
		{ "for all", .path = "/private/mistake/who.php", .headers = { ADMIN },
		    .status = WAY_GUARD_MISTAKE },
	};

	REFUSE(rows);
}

/* One path to the page, whichever way it is written. */
static void
spellings(void)
{
	static const char *const paths[] = { "//private/page.txt", "/private//page.txt",
	    "///private///page.txt", "/./private/page.txt", "/private/./page.txt",
	    "/x/../private/page.txt", "/private/../private/page.txt", "/%70rivate/page.txt",
	    "/private%2fpage.txt", "/private/page%2etxt", "/private/page.txt/",
	    "/private/page.txt%00", "/private/page.txt%20", "/private/page.txt;x",
	    "/PRIVATE/page.txt", "/private/who.php/x", "/private//who.php", "/private/who%2ephp",
	    "/private/../page.txt", "/privatex/../private/page.txt", "/rest/../private/page.txt",
	    "/_doorward/private", "/private/page.txt?/rest/settings", "/__error/../private/page.txt" };
	static const char *const of_admin[] = { "/private//admin/page.txt",
	    "/private/%61dmin/page.txt", "/private/x/../admin/page.txt", "/private/./admin/page.txt",
	    "/private/admin//page.txt", "/private/admin/../admin/page.txt",
	    "/private/Admin/page.txt", "/private/admin%2fpage.txt", "/private/admin/./who.php",
	    "/private//admin/who.php" };
	struct http_request request = { .method = "GET" };
	struct http_answer answer;

	for (size_t i = 0; i < NELEM(paths) + NELEM(of_admin); i++) {
		bool admin = i >= NELEM(paths);
		const char *path = admin ? of_admin[i - NELEM(paths)] : paths[i];

		request.url = arena_printf(test_mem(), "%s%s", word("https"), path);
		request.headers[0] = admin ? words_in(test_mem(), ALICE) : NULL;
		answer = http_call(test_mem(), &request);
		EXPECT_TRUE(path, answer.status >= 400 && answer.status < 500);
		EXPECT_TRUE(path, !is_content(&answer));
	}
}

static void
each_way(const char *row, int status)
{
	static const char *const headers[] = { "Authorization: Basic $guest",
	    "X-Auth-Token: $guest_jwt", "Authorization: Bearer $guest_token" };
	struct row guest = { row, .status = status };

	for (size_t i = 0; i < NELEM(headers); i++) {
		guest.headers[0] = headers[i];
		if (status == 200)
			ask(&(struct row){ row, "GET", PAGE, { headers[i] }, .status = 200 });
		else
			refuse(&guest, 1);
	}
}

static void
new_guest(const char *email)
{
	make_user("guest", email, "guest-password-1");
	log_in("guest_jwt", "Authorization: Basic $guest");
	make_token("guest_token", "Authorization: Basic $guest");
	each_way("guest", 200);
}

static void
lives(void)
{
	static const struct row revoke = { "revoke", "DELETE", "/rest/token/$guest_token",
		{ "Authorization: Basic $guest" }, .status = 200 };
	static const struct row revoked[] = {
		{ "revoked", .headers = { "Authorization: Bearer $guest_token" }, .status = 401 },
	}, expired[] = {
		{ "expired token", .headers = { "Authorization: Bearer $guest_token" },
		    .status = 401 },
		{ "expired JWT", .headers = { "X-Auth-Token: $guest_jwt" }, .status = 401 },
	};

	new_guest("guest1@example.org");
	run_row(&revoke);
	REFUSE(revoked);
	EXPECT_INT("disable", CTL("", "user", "disable", "guest1@example.org"), 0);
	each_way("disabled", 401);
	new_guest("guest2@example.org");
	EXPECT_INT("delete", CTL("", "user", "delete", "guest2@example.org"), 0);
	each_way("deleted", 401);
	new_guest("guest3@example.org");
	clock_forward(86401);
	REFUSE(expired);
}

static bool
is_whole(const struct http_answer *answer)
{
	return answer->status == 200 && strstr(answer->body, "begin of private") &&
	    strstr(answer->body, "end of private");
}

/* In a process of its own: 0 if nobody passed who may not, and nobody saw half a page. */
static pid_t
keep_asking(const char *header)
{
	struct http_request request = { .method = "GET", .headers = { header },
		.url = words_in(test_mem(), "$https" PAGE) };
	bool may = strncmp(header, "Authorization", 13) == 0;
	pid_t pid = fork();

	if (pid)
		return pid;
	http_forget();
	for (int i = 0; i < 25; i++) {
		struct http_answer answer = http_call(test_mem(), &request);

		if (answer.status < 400 && !(may && is_whole(&answer)))
			_exit(1);
	}
	_exit(0);
}

/* Workers die under the questions. */
static void
killed(void)
{
	static const struct timespec pause = { .tv_nsec = 40 * 1000 * 1000 };
	static const struct row again = { "again", "GET", PAGE, { ALICE }, .status = 200 };
	pid_t pids[32], askers[2];
	int status;

	if (!web_respawns())
		return;
	askers[0] = keep_asking(words_in(test_mem(), ALICE));
	askers[1] = keep_asking("X-Auth-User: $alice_uuid");
	for (int i = 0; i < 3; i++) {
		for (size_t count = workers(pids, NELEM(pids)); count; count--)
			kill(pids[count - 1], SIGKILL);
		nanosleep(&pause, NULL);
	}
	for (size_t i = 0; i < NELEM(askers); i++) {
		EXPECT_INT("asker", waitpid(askers[i], &status, 0), askers[i]);
		EXPECT_INT("asker", status, 0);
	}
	EXPECT_TRUE("again", web_answers_again());
	ask(&again);
}

/* Nobody is there to ask: the last test, since nobody will be. */
static void
stopped(void)
{
	static const struct row rows[] = {
		{ "good", .path = PAGE, .headers = { ALICE }, .status = WAY_GUARD_DOWN },
		{ "program", .path = WHO, .headers = { ALICE }, .status = WAY_GUARD_DOWN },
		{ "no credential", .path = PAGE, .status = WAY_GUARD_DOWN },
		{ "role", .path = ADMIN_PAGE, .headers = { ADMIN }, .status = WAY_GUARD_DOWN },
	};
	const char *program = getenv("E2E_PROGRAM"), *master = getenv("E2E_PID");
	static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	pid_t pids[32];
	size_t count;

	EXPECT_INT("away", rename(program, arena_printf(test_mem(), "%s.away", program)), 0);
	if (*master)
		kill(atoi(master), SIGTERM);
	for (int i = 0; i < 250 && (count = workers(pids, NELEM(pids))); i++) {
		while (!*master && count)
			kill(pids[--count], SIGKILL);
		nanosleep(&pause, NULL);
	}
	REFUSE(rows);
}

CU_TestInfo guard_tests[] = {
	{ "people", people },
	{ "good credentials", good },
	{ "programs", programs },
	{ "nobody", nobody },
	{ "forged headers", forged },
	{ "roles", roles },
	{ "spellings", spellings },
	{ "life and death", lives },
	{ "killed workers", killed },
	{ "stopped", stopped },
	CU_TEST_INFO_NULL,
};
