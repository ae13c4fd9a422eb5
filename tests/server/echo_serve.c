// SPDX-License-Identifier: ISC
/*
 * tests/server/echo_serve.c - stands in for the domain: the server layer alone.
 *
 * What serve answers is chosen by SCRIPT_NAME, a row of answers[].
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/leave.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "http/serve.h"
#include "echo_try.h"
#include "server_test.h"

static struct service only;
static int due_fd;		/* a file that has bytes when those that wait are due */
static const char *const headers[] = { "HTTP_AUTHORIZATION" };

/* The file data_dir/broken represents a store that cannot be opened. */
int
service_open(struct service **service, const struct conf *conf)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/broken", conf->data_dir);
	if (access(path, F_OK) == 0)
		return log_fault(-EIO, "%s is there", path);
	snprintf(path, sizeof path, "%s/due", conf->data_dir);
	due_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	only.conf = conf;
	*service = &only;
	return 0;
}

void
service_share(struct service *service)
{
	(void)service;
}

bool
service_is_outdated(const struct service *service)
{
	(void)service;
	return false;
}

void
service_close(struct service **service)
{
	*service = NULL;
}

int64_t
service_now_ms(const struct service *service)
{
	(void)service;
	return clock_now_ms();
}

int
service_request(const struct service *service, struct arena *mem, struct request *req)
{
	(void)service;
	return request_init(req, mem, headers, NELEM(headers));
}

static void
ok(struct reply *reply)
{
	reply->status = 200;
	reply->reason = "OK";
}

/* Everything that the server layer passed on, a word each. */
static void
answer_echo(const struct request *req, struct reply *reply)
{
	static const char *const states[] = {
		[BODY_WHOLE] = "whole",
		[BODY_TOO_LARGE] = "too-large",
		[BODY_BROKEN] = "broken",
	};
	const struct pair *credential = pairs_find(&req->credentials, headers[0]);
	struct text out;

	text_init(&out, req->mem);
	text_printf(&out, "%s %s auth=%s %s body=%zu:", request_get(req, PARAM_REQUEST_METHOD),
	    req->duplicate ? "duplicate" : "single", credential ? credential->value : "",
	    req->oversized ? "oversized" : states[req->body_state], req->body_len);
	text_put(&out, req->body, req->body_len);
	ok(reply);
	text_done(&out, &reply->body, &reply->body_len);
	reply->headers[reply->header_count++] = (struct reply_header){ "X-Echo", "yes" };
	reply->head = strcmp(request_get(req, PARAM_REQUEST_METHOD), "HEAD") == 0;
}

static void
answer_empty(const struct request *req, struct reply *reply)
{
	(void)req;
	reply->status = 204;
	reply->reason = "No Content";
}

static void
answer_pid(const struct request *req, struct reply *reply)
{
	ok(reply);
	reply->body = arena_printf(req->mem, "%d", (int)getpid());
	reply->body_len = strlen(reply->body);
}

static void
answer_random(const struct request *req, struct reply *reply)
{
	uint8_t bytes[16];
	char *text = arena_alloc(req->mem, 2 * sizeof bytes + 1);

	ok(reply);
	secret_random(bytes, sizeof bytes);
	text_hex(text, bytes, sizeof bytes);
	reply->body = text;
	reply->body_len = strlen(text);
}

static void
answer_large(const struct request *req, struct reply *reply)
{
	ok(reply);
	reply->body_len = LARGE_LEN;
	reply->body = memset(arena_alloc(req->mem, LARGE_LEN), 'x', LARGE_LEN);
}

static void
answer_slow(const struct request *req, struct reply *reply)
{
	log_debug("slow begins");
	usleep(SLOW_MS * 1000);
	answer_pid(req, reply);
}

static bool
is_due(void)
{
	struct stat st;

	return fstat(due_fd, &st) == 0 && st.st_size > 0;
}

/* Holds its worker until it is due. */
static void
answer_stay(const struct request *req, struct reply *reply)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (!is_due() && clock_steady_ms() < until_ms)
		usleep(1000);
	answer_pid(req, reply);
}

/* It met what it cannot recover from. */
static void
answer_leave(const struct request *req, struct reply *reply)
{
	leave_ask("asked for");
	answer_pid(req, reply);
}

static void
answer_crash(const struct request *req, struct reply *reply)
{
	(void)req, (void)reply;
	_exit(9);
}

static void
answer_line_in_header(const struct request *req, struct reply *reply)
{
	answer_pid(req, reply);
	reply->headers[reply->header_count++] =
	    (struct reply_header){ "Location", "/a\r\nSet-Cookie: b=c" };
}

static void
answer_line_in_name(const struct request *req, struct reply *reply)
{
	answer_pid(req, reply);
	reply->headers[reply->header_count++] = (struct reply_header){ "X-A: b\nX-C", "d" };
}

static void
answer_line_in_reason(const struct request *req, struct reply *reply)
{
	answer_pid(req, reply);
	reply->reason = "OK\nX-A: b";
}

static void
answer_authorizer(const struct request *req, struct reply *reply)
{
	if (req->role != ROLE_AUTHORIZER)
		return;
	ok(reply);
	reply->headers[reply->header_count++] = (struct reply_header){ "Variable-AUTH_USER", "a" };
}

static void
answer_nothing(const struct request *req, struct reply *reply)
{
	(void)req, (void)reply;
}

static void
answer_try(const struct request *req, struct reply *reply)
{
	ok(reply);
	reply->body = arena_printf(req->mem, "%d", echo_try(request_get(req, PARAM_SCRIPT_NAME)));
	reply->body_len = strlen(reply->body);
}

static const struct {
	const char *path;
	void (*answer)(const struct request *req, struct reply *reply);
} answers[] = {
	{ "/echo",           answer_echo },
	{ "/empty",          answer_empty },
	{ "/pid",            answer_pid },
	{ "/random",         answer_random },
	{ "/large",          answer_large },
	{ "/slow",           answer_slow },
	{ "/stay",           answer_stay },
	{ "/crash",          answer_crash },
	{ "/leave",          answer_leave },
	{ "/line-in-header", answer_line_in_header },
	{ "/line-in-name",   answer_line_in_name },
	{ "/line-in-reason", answer_line_in_reason },
	{ "/authorizer",     answer_authorizer },
	{ "/nothing",        answer_nothing },
};

/* Waits until it is due. */
static int
answer_wait(const struct service *service, struct request *req, struct reply *reply)
{
	if (!req->began_us) {
		req->began_us = 1;
		log_debug("waiting begins");
	}
	if (!serve_is_due(service, req))
		return V_WAITING;
	answer_pid(req, reply);
	return 0;
}

void
serve_without(const struct conf *conf, struct request *req, int64_t now_ms,
    struct reply *reply)
{
	(void)conf, (void)req, (void)now_ms;
	*reply = reply_unavailable;
}

bool
serve_is_due(const struct service *service, const struct request *req)
{
	(void)service, (void)req;
	return is_due();
}

int
serve_abandon(const struct service *service, struct request *req)
{
	(void)service, (void)req;
	log_debug("given up");
	return 0;
}

void
service_look(const struct service *service)
{
	(void)service;
}

void
service_record(const struct service *service, bool at_once)
{
	(void)service, (void)at_once;
}

int
service_due_fd(const struct service *service)
{
	(void)service;
	return -1;
}

int
service_due_ms(const struct service *service)
{
	(void)service;
	return 10;
}

int
serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply)
{
	(void)now_ms;
	if (strcmp(request_get(req, PARAM_SCRIPT_NAME), "/wait") == 0)
		return answer_wait(service, req, reply);
	if (strncmp(request_get(req, PARAM_SCRIPT_NAME), "/try/", 5) == 0)
		answer_try(req, reply);
	for (size_t i = 0; i < NELEM(answers); i++) {
		if (strcmp(answers[i].path, request_get(req, PARAM_SCRIPT_NAME)) == 0)
			answers[i].answer(req, reply);
	}
	return 0;
}
