// SPDX-License-Identifier: ISC
/* tests/server/request_test.c - a request in and its answer out, against one service. */
#include <sys/socket.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <fastcgi.h>

#include "server_test.h"
#include "test.h"

static struct daemon one;

static int
start(void)
{
	daemon_prepare(&one, "");
	daemon_start(&one);
	return 0;
}

static int
end(void)
{
	return daemon_end(&one, SIGTERM);
}

static void
bodies(void)
{
	static const struct { const char *row; struct call call; const char *want; } t[] = {
		{ "whole",            { .length = "5", .body = "hello", .body_len = 5 },
		    "whole body=5:hello" },
		{ "NUL inside",       { .length = "3", .body = "a\0b", .body_len = 3 },
		    "whole body=3:a" },
		{ "none",             { .length = NULL }, "whole body=0:" },
		{ "empty length",     { .length = "" }, "whole body=0:" },
		{ "empty",            { .length = "0" }, "whole body=0:" },
		{ "shorter",          { .length = "6", .body = "hello", .body_len = 5 },
		    "broken body=0:" },
		{ "longer",           { .length = "4", .body = "hello", .body_len = 5 },
		    "broken body=0:" },
		{ "missing",          { .length = "5" }, "broken body=0:" },
		{ "no length",        { .body = "hello", .body_len = 5 }, "broken body=0:" },
		{ "length no number", { .length = "5x", .body = "hello", .body_len = 5 },
		    "broken body=0:" },
		{ "length negative",  { .length = "-5", .body = "hello", .body_len = 5 },
		    "broken body=0:" },
		{ "length endless",   { .length = "99999999999999999999", .body_len = 5 },
		    "broken body=0:" },
		{ "over the cap",     { .length = "1025", .body_len = 1025 }, "too-large body=0:" },
		{ "far over the cap", { .length = "2000000", .body_len = 2000000 },
		    "too-large body=0:" },
		{ "only promised",    { .length = "9223372036854775807", .body_len = 3 },
		    "too-large body=0:" },
		{ "not promised",     { .length = "3", .body_len = 200000 }, "too-large body=0:" },
	};
	struct answer answer;
	struct call call;

	for (size_t i = 0; i < NELEM(t); i++) {
		call = t[i].call;
		call.path = "/echo";
		client_ask(one.socket, &call, &answer);
		EXPECT_INT(t[i].row, answer.status, 200);
		EXPECT_TRUE(t[i].row, answer.ended);
		EXPECT_STRING(t[i].row, answer.body + strlen("GET single auth= "), t[i].want);
	}
}

static void
body_at_the_cap(void)
{
	static const struct call call = { .path = "/echo", .length = "1024", .body_len = 1024 };
	struct answer answer;

	client_ask(one.socket, &call, &answer);
	EXPECT_TRUE("at the cap", strstr(answer.body, " whole body=1024:xxx"));
}

static void
parameters(void)
{
	static const struct { const char *row, *name, *value, *want; } t[] = {
		{ "one we read",    "HTTP_AUTHORIZATION", "Basic a=", "GET single auth=Basic a=" },
		{ "one we do not",  "HTTP_COOKIE",        "a=b",      "GET single auth= " },
		{ "twice",          "REQUEST_METHOD",     "POST",     "GET duplicate auth= " },
		{ "twice the same", "REQUEST_METHOD",     "GET",      "GET duplicate auth= " },
		{ "not upper case", "Authorization",      "Basic a=", "GET single auth= " },
		{ "lower case",     "http_authorization", "Basic a=", "GET single auth= " },
		{ "with a dash",    "HTTP-AUTHORIZATION", "Basic a=", "GET single auth= " },
		{ "with a blank",   "HTTP_AUTHORIZATION ", "Basic a=", "GET single auth= " },
		{ "longer",         "HTTP_AUTHORIZATIONS", "Basic a=", "GET single auth= " },
		{ "no name",        "",                   "Basic a=", "GET single auth= " },
	};
	struct call call = { .path = "/echo" };
	struct answer answer;

	for (size_t i = 0; i < NELEM(t); i++) {
		call.name = t[i].name;
		call.value = t[i].value;
		client_ask(one.socket, &call, &answer);
		EXPECT_INT(t[i].row, answer.status, 200);
		EXPECT_TRUE(t[i].row, strncmp(answer.body, t[i].want, strlen(t[i].want)) == 0);
	}
}

static void
parameters_over_the_cap(void)
{
	struct call call = { .path = "/echo", .name = "HTTP_COOKIE" };
	static char value[300 * 1024];
	struct answer answer;

	memset(value, 'v', sizeof value - 1);
	call.value = value;
	client_ask(one.socket, &call, &answer);
	EXPECT_INT("over the cap", answer.status, 200);
	EXPECT_STRING("the domain is told", answer.body, "GET single auth= oversized body=0:");
	value[200 * 1024] = '\0';
	client_ask(one.socket, &call, &answer);
	EXPECT_STRING("below the cap", answer.body, "GET single auth= whole body=0:");
}

#define FAULT "Status: 500 Internal Server Error\r\n" \
	"Content-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n" \
	"X-Content-Type-Options: nosniff\r\nContent-Length: 64\r\n"
#define FAULT_BODY "{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}"

static void
answers(void)
{
	static const struct { const char *row; struct call call; const char *head, *body; } t[] = {
		{ "body",            { .path = "/echo", .method = "PUT" },
		    "Status: 200 OK\r\nX-Echo: yes\r\nContent-Length: 30\r\n",
		    "PUT single auth= whole body=0:" },
		{ "HEAD",            { .path = "/echo", .method = "HEAD" },
		    "Status: 200 OK\r\nX-Echo: yes\r\nContent-Length: 31\r\n", "" },
		{ "204",             { .path = "/empty" }, "Status: 204 No Content\r\n", "" },
		{ "line in header",  { .path = "/line-in-header" }, FAULT, FAULT_BODY },
		{ "line in name",    { .path = "/line-in-name" }, FAULT, FAULT_BODY },
		{ "line in reason",  { .path = "/line-in-reason" }, FAULT, FAULT_BODY },
		{ "nothing",         { .path = "/nothing" }, FAULT, FAULT_BODY },
		{ "authorizer",      { .path = "/authorizer", .role = FCGI_AUTHORIZER },
		    "Status: 200 OK\r\nVariable-AUTH_USER: a\r\n", "" },
		{ "no authorizer",   { .path = "/authorizer" }, FAULT, FAULT_BODY },
		{ "filter",          { .path = "/pid", .role = FCGI_FILTER }, FAULT, FAULT_BODY },
		{ "unknown role",    { .path = "/pid", .role = 7 }, "", "" },
	};
	struct answer answer;

	for (size_t i = 0; i < NELEM(t); i++) {
		client_ask(one.socket, &t[i].call, &answer);
		EXPECT_STRING(t[i].row, answer.head, t[i].head);
		EXPECT_STRING(t[i].row, answer.body, t[i].body);
	}
}

static void
large_answer(void)
{
	static const struct call call = { .path = "/large" };
	struct answer answer;

	client_ask(one.socket, &call, &answer);
	EXPECT_TRUE("large", answer.ended);
	EXPECT_INT("large", (int64_t)answer.body_len, (int64_t)LARGE_LEN);
}

/* A peer that breaks off gets nothing that it could take for an answer. */
static void
broken_off(void)
{
	static const struct call call = { .path = "/pid", .length = "9", .body_len = 9 };
	struct answer answer;
	char *wire;
	size_t len;
	int fd;

	wire = client_wire(&call, &len);
	for (size_t cut = 0; cut < len; cut++) {
		fd = client_connect(one.socket);
		EXPECT_INT("cut", write(fd, wire, cut), (int64_t)cut);
		shutdown(fd, SHUT_WR);
		client_read(fd, &answer);
		EXPECT_INT("cut", answer.status, 0);
	}
	free(wire);
	EXPECT_TRUE("still served", daemon_worker(&one) > 0);
	EXPECT_TRUE("both were there", daemon_logged(&one, " started", 2));
	EXPECT_INT("nobody died", daemon_log_count(&one, "worker "), 2);
}

static CU_TestInfo tests[] = {
	{ "bodies", bodies },
	{ "body at the cap", body_at_the_cap },
	{ "parameters", parameters },
	{ "parameters over the cap", parameters_over_the_cap },
	{ "answers", answers },
	{ "large answer", large_answer },
	{ "broken off", broken_off },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/fcgi", tests, .info.pInitFunc = start,
	.info.pCleanupFunc = end);
