// SPDX-License-Identifier: ISC
/* server/fcgi.c - libfcgi's request to ours, our reply to libfcgi's. */
#include "server/fcgi.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>
#include <fastcgi.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "http/serve.h"
#include "server/deadline.h"

/* For all parameters together: far more than web servers accept as headers. */
#define PARAMS_MAX ((size_t)256 * 1024)

/* The longest that is looked at in a request that has more than those. */
#define PARAM_KEPT 4096

/* How long libfcgi waits for the peer to close first, if bytes may be unread. */
#define CLOSE_WAIT_MS "100"

struct exchange {
	struct arena mem;		/* of the request, wiped after it */
	struct request req;
	FCGX_Request peer;		/* libfcgi keeps its address */
	bool is_read;			/* up to the end of what the peer sends */
};

/* Between two wipes: parameters, body and the longest list of tokens fit well. */
#define ARENA_LIMIT ((size_t)16 * 1024 * 1024)

struct exchange *
fcgi_new(void)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (x)
		arena_init(&x->mem, ARENA_LIMIT);
	return x;
}

void
fcgi_free(struct exchange **x)
{
	if (!*x)
		return;
	arena_free(&(*x)->mem);
	free(*x);
	*x = NULL;
}

int
fcgi_init(void)
{
	if (setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_WAIT_MS, 1) != 0 || FCGX_Init() != 0)
		return log_fault(-EIO, "libfcgi cannot start");
	return 0;
}

static size_t
params_size(char **envp)
{
	size_t total = 0;

	for (; *envp; envp++)
		total += strlen(*envp);
	return total;
}

/* If there are too many, the short ones are read: they determine the form of the answer. */
static int
take_params(struct request *req, char **envp)
{
	const char *equals;
	int r;

	req->oversized = params_size(envp) > PARAMS_MAX;
	for (; *envp; envp++) {
		equals = strchr(*envp, '=');
		if (!equals || (req->oversized && strlen(*envp) > PARAM_KEPT))
			continue;
		r = request_param(req, *envp, (size_t)(equals - *envp), equals + 1);
		if (r)
			return log_fault(r, "parameters");
	}
	return 0;
}

static size_t
drain(FCGX_Stream *in)
{
	char rest[4096];
	size_t total = 0;
	int got;

	while ((got = FCGX_GetStr(rest, sizeof rest, in)) > 0)
		total += (size_t)got;
	return total;
}

static enum body_state
body_state(bool countable, size_t promised, size_t got, size_t max)
{
	if (!countable)
		return BODY_BROKEN;
	if (promised > max || got > max)
		return BODY_TOO_LARGE;
	return got == promised ? BODY_WHOLE : BODY_BROKEN;
}

/* All of stdin is read, however long; at most max bytes are kept. */
static int
take_body(struct request *req, FCGX_Stream *in, size_t max)
{
	size_t promised = 0, kept = 0, got;
	bool countable;
	char *body;

	countable = request_length(req, &promised) == 0;
	if (countable && promised <= max)
		kept = promised;
	body = arena_alloc(req->mem, kept + 1);
	if (!body)
		return log_fault(-ENOMEM, "body of %zu bytes", kept);
	got = (size_t)FCGX_GetStr(body, (int)kept, in);
	got += drain(in);
	if (FCGX_GetError(in))
		return V_MALFORMED;
	req->body_state = body_state(countable, promised, got, max);
	if (req->body_state == BODY_WHOLE) {
		req->body = body;
		req->body_len = got;
	}
	return 0;
}

static int
take_role(struct request *req, int role)
{
	static const struct { int fcgi; enum fcgi_role ours; } roles[] = {
		{ FCGI_RESPONDER,	ROLE_RESPONDER },
		{ FCGI_AUTHORIZER,	ROLE_AUTHORIZER },
	};

	for (size_t i = 0; i < NELEM(roles); i++) {
		if (roles[i].fcgi == role) {
			req->role = roles[i].ours;
			return 0;
		}
	}
	return log_fault(-EPROTONOSUPPORT, "FastCGI role %d", role);
}

/* V_MALFORMED: the peer did not hand over a whole request. */
static int
receive(struct exchange *x, const struct conf *conf)
{
	int r;

	if (FCGX_Accept_r(&x->peer) != 0)
		return V_MALFORMED;
	r = take_role(&x->req, x->peer.role);
	if (!r)
		r = take_params(&x->req, x->peer.envp);
	if (r)
		return r;
	if (x->req.role == ROLE_AUTHORIZER)
		return 0;		/* has no body (FastCGI 1.0, 6.3) */
	r = take_body(&x->req, x->peer.in, (size_t)conf->max_body_bytes);
	x->is_read = !r;
	return r;
}

/* A CR or LF in a header would let its value write headers of its own. */
static bool
is_header(const struct reply_header *header)
{
	static const char letters[] = TEXT_ALNUM "-_";

	return header->name && header->name[0] && header->value &&
	    !header->name[strspn(header->name, letters)] &&
	    !text_has_control(header->value, strlen(header->value));
}

static bool
is_status_line(const struct reply *reply)
{
	return reply->status >= 200 && reply->status <= 599 && reply->reason &&
	    reply->reason[0] && !text_has_control(reply->reason, strlen(reply->reason));
}

static int
check_reply(const struct reply *reply)
{
	if (!is_status_line(reply) || reply->header_count > REPLY_HEADERS_MAX)
		return log_fault(-EINVAL, "a reply of status %d", reply->status);
	for (size_t i = 0; i < reply->header_count; i++) {
		if (!is_header(&reply->headers[i]))
			return log_fault(-EINVAL, "header %zu of a reply of status %d", i,
			    reply->status);
	}
	return 0;
}

static void
put_line(FCGX_Stream *out, const char *name, const char *value)
{
	FCGX_PutS(name, out);
	FCGX_PutS(": ", out);
	FCGX_PutS(value, out);
	FCGX_PutS("\r\n", out);
}

/* Needs no memory, so that a fault can always be told. */
static void
put_reply(FCGX_Stream *out, const struct reply *reply)
{
	const struct reply_header *header = reply->headers;
	char number[24];

	snprintf(number, sizeof number, "%d ", reply->status);
	FCGX_PutS("Status: ", out);
	FCGX_PutS(number, out);
	FCGX_PutS(reply->reason, out);
	FCGX_PutS("\r\n", out);
	for (size_t i = 0; i < reply->header_count; i++, header++)
		put_line(out, header->name, header->value);
	if (reply->body) {
		snprintf(number, sizeof number, "%zu", reply->body_len);
		put_line(out, "Content-Length", number);
	}
	FCGX_PutS("\r\n", out);
	if (reply->body && !reply->head)
		FCGX_PutStr(reply->body, (int)reply->body_len, out);
}

/* A peer that is gone cannot be told so; FCGX_PutStr's result has no reader. */
static void
send_reply(FCGX_Stream *out, const struct reply *reply)
{
	put_reply(out, check_reply(reply) ? &reply_fault : reply);
}

/* Without a word, so that no web server takes it for an answer. */
static void
cut_off(FCGX_Request *peer)
{
	if (peer->ipcFd >= 0)
		FCGX_Free(peer, 1);
}

/*
 * One connection, one request.  Closing before all is read resets the connection, and
 * the peer may lose the answer: libfcgi then waits for the peer to close.
 */
static void
finish(struct exchange *x)
{
	x->peer.keepConnection = x->is_read;
	FCGX_Finish_r(&x->peer);
	if (x->peer.ipcFd >= 0)
		close(x->peer.ipcFd);
	x->peer.ipcFd = -1;
}

/* The reading half.  V_MALFORMED: the peer broke off or was too late. */
static int
take_request(struct exchange *x, int fd, const struct conf *conf)
{
	int r;

	FCGX_InitRequest(&x->peer, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	x->is_read = false;
	x->peer.ipcFd = fd;
	x->peer.keepConnection = 1;	/* or FCGX_Accept_r closes it as a left-over */
	scoreboard_enter(STATE_READING);
	deadline_start(fd, conf->request_deadline_s);
	r = receive(x, conf);
	if (deadline_stop()) {
		log_info("the web server did not send a request in time");
		return V_MALFORMED;
	}
	return r;
}

/* The writing half; r is what became of the request. */
static void
give_answer(struct exchange *x, const struct conf *conf, int r, const struct reply *reply)
{
	scoreboard_enter(STATE_WRITING);
	deadline_start(x->peer.ipcFd, conf->request_deadline_s);
	if (r > 0) {
		cut_off(&x->peer);
	} else {
		send_reply(x->peer.out, r ? &reply_fault : reply);
		finish(x);
	}
	if (deadline_stop() && r <= 0)
		log_info("the web server did not accept an answer in time");
}

int
fcgi_resume(const struct service *service, struct exchange *x)
{
	struct reply reply = { 0 };
	int r;

	scoreboard_enter(STATE_SERVING);
	r = serve(service, &x->req, service_now_ms(service), &reply);
	if (r)
		return r;
	give_answer(x, service->conf, 0, &reply);
	arena_wipe(&x->mem);
	return 0;
}

int
fcgi_serve(const struct service *service, struct exchange *x, int fd, bool may_wait)
{
	int r;

	r = service_request(service, &x->mem, &x->req);
	if (r) {
		log_fault(r, "a request");
		close(fd);
		arena_wipe(&x->mem);
		return 0;
	}
	x->req.may_wait = may_wait;
	r = take_request(x, fd, service->conf);
	if (!r)
		return fcgi_resume(service, x);
	give_answer(x, service->conf, r, NULL);
	arena_wipe(&x->mem);
	return 0;
}

void
fcgi_refuse(const struct conf *conf, struct exchange *x, int fd)
{
	struct reply reply = { 0 };
	int r;

	if (request_init(&x->req, &x->mem, NULL, 0)) {
		close(fd);
		return;
	}
	r = take_request(x, fd, conf);
	if (!r)
		serve_without(conf, &x->req, clock_now_ms(), &reply);
	give_answer(x, conf, r, &reply);
	arena_wipe(&x->mem);
}

bool
fcgi_is_due(const struct service *service, const struct exchange *x)
{
	return serve_is_due(service, &x->req);
}

int
fcgi_abandon(const struct service *service, struct exchange *x)
{
	int r;

	r = serve_abandon(service, &x->req);
	if (r)
		return r;
	cut_off(&x->peer);
	arena_wipe(&x->mem);
	return 0;
}

int
fcgi_fd(const struct exchange *x)
{
	return x->peer.ipcFd;
}
