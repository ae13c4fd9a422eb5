// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/serve_fuzz.c - a whole request: parts that end with a NUL are
 * parameters, "NAME=VALUE", up to an empty one; what follows is the body.  In
 * values and body $j, $b and so on are credentials, as in tests/service/box.h.
 */
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "fuzz.h"
#include "service/box.h"

/* The parameters into req; what is left is the body. */
static const uint8_t *
take_params(struct box *my, struct request *req, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *nul;
	const char *part, *equals;

	while (at < end && *at) {
		nul = memchr(at, '\0', (size_t)(end - at));
		nul = nul ? nul : end;
		part = arena_strndup(&my->mem, (const char *)at, (size_t)(nul - at));
		equals = strchr(part, '=');
		if (equals)
			HOLDS(request_param(req, part, (size_t)(equals - part),
			    box_expand(my, equals + 1)) == 0);
		at = nul < end ? nul + 1 : end;
	}
	return at < end ? at + 1 : end;
}

static void
take_body(struct box *my, struct request *req, const uint8_t *at, const uint8_t *end)
{
	size_t promised;

	req->body_len = (size_t)(end - at);
	req->body = arena_strndup(&my->mem, (const char *)at, req->body_len);
	if (strlen(req->body) == req->body_len) {
		req->body = box_expand(my, req->body);
		req->body_len = strlen(req->body);
	}
	if (request_length(req, &promised))
		req->body_state = BODY_BROKEN;
	else if (promised > (size_t)my->conf->max_body_bytes)
		req->body_state = BODY_TOO_LARGE;
}

/* GET /metrics answers in a form of its own. */
static bool
is_exposition(const struct reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, "Content-Type") == 0)
			return strstr(reply->headers[i].value, "version=") != NULL;
	}
	return false;
}

/* Every request gets a complete answer, and none is a fault of ours. */
static void
check_reply(const struct reply *reply)
{
	GUARD(json_drop) struct json *root = NULL;

	HOLDS(reply->status >= 200 && reply->status < 500);
	HOLDS(reply->reason && reply->reason[0]);
	HOLDS(reply->header_count <= REPLY_HEADERS_MAX);
	for (size_t i = 0; i < reply->header_count; i++) {
		const char *value = reply->headers[i].value;

		HOLDS(value && !text_has_control(value, strlen(value)));
	}
	HOLDS((reply->body == NULL) == (reply->status == 204));
	if (reply->body && !is_exposition(reply))
		HOLDS(json_parse(reply->body, reply->body_len, &root) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct request req;
	struct reply reply;
	struct box my;

	HOLDS(secret_init() == 0 && log_open("/dev/null", LOG_LEVEL_INFO) == 0);
	box_open_memory(&my);
	box_names_make(&my);
	HOLDS(service_request(my.service, &my.call_mem, &req) == 0);
	take_body(&my, &req, take_params(&my, &req, bytes, bytes + len), bytes + len);
	serve(my.service, &req, NOW_MS, &reply);
	check_reply(&reply);
	box_close(&my);
	return 0;
}
