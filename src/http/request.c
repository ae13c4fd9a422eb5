// SPDX-License-Identifier: ISC
/* http/request.c - one HTTP request as data. */
#include "http/request.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/verdict.h"

static const char *const names[PARAMS] = {
	[PARAM_REQUEST_METHOD] = "REQUEST_METHOD",
	[PARAM_SCRIPT_NAME] = "SCRIPT_NAME",
	[PARAM_PATH_INFO] = "PATH_INFO",
	[PARAM_QUERY_STRING] = "QUERY_STRING",
	[PARAM_REQUEST_URI] = "REQUEST_URI",
	[PARAM_CONTENT_TYPE] = "CONTENT_TYPE",
	[PARAM_CONTENT_LENGTH] = "CONTENT_LENGTH",
	[PARAM_HTTPS] = "HTTPS",
	[PARAM_REQUEST_SCHEME] = "REQUEST_SCHEME",
	[PARAM_REMOTE_ADDR] = "REMOTE_ADDR",
	[PARAM_AUTHORIZATION] = "HTTP_AUTHORIZATION",
	[PARAM_X_AUTH_TOKEN] = "HTTP_X_AUTH_TOKEN",
};

void
request_init(struct request *req, struct arena *mem)
{
	*req = (struct request){ .mem = mem, .body = "" };
}

int
request_param(struct request *req, const char *name, size_t name_len, const char *value)
{
	for (size_t i = 0; i < PARAMS; i++) {
		if (strlen(names[i]) != name_len || memcmp(names[i], name, name_len) != 0)
			continue;
		if (req->param[i]) {
			req->duplicate = true;
			return 0;
		}
		req->param[i] = arena_strdup(req->mem, value);
		return req->param[i] ? 0 : -ENOMEM;
	}
	return 0;
}

const char *
request_get(const struct request *req, enum param param)
{
	return req->param[param] ? req->param[param] : "";
}

int
request_length(const struct request *req, size_t *len)
{
	const char *text = request_get(req, PARAM_CONTENT_LENGTH);
	int64_t promised = 0;

	if (*text && (text_integer(text, strlen(text), &promised) || promised < 0))
		return V_MALFORMED;
	*len = (size_t)promised;
	return 0;
}

bool
request_is_secure(const struct request *req)
{
	return strcasecmp(request_get(req, PARAM_HTTPS), "on") == 0 ||
	    strcasecmp(request_get(req, PARAM_REQUEST_SCHEME), "https") == 0;
}
