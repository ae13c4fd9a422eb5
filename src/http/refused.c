// SPDX-License-Identifier: ISC
/*
 * http/refused.c - requests that a web server refused itself.
 *
 * lighttpd itself answers a POST without a length with 411, even one to /logout,
 * which needs no body.  Its error handler passes such a request to us at
 * ERROR_PATH, as a GET.  Only this status for /logout is handled as a logout
 * without a body.  Without TLS it is redirected like any other; any other error
 * keeps its status, and no credential is evaluated.
 */
#include "http/refused.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"
#include "http/call.h"

#define ERROR_PATH "/__error"
#define LOGOUT_PATH "/logout"

/* The request that was refused, as its line had it: path of len bytes, and query. */
static int
become(struct call *c, const char *uri, size_t len)
{
	c->path = arena_strndup(c->mem, uri, len);
	c->query = uri[len] ? uri + len + 1 : "";
	c->method = METHOD_POST;
	c->has_body = false;
	return c->path ? 0 : -ENOMEM;
}

static int
restore(struct call *c)
{
	const char *status = request_get(c->req, PARAM_REDIRECT_STATUS);
	const char *uri = request_get(c->req, PARAM_REQUEST_URI);
	size_t len = strcspn(uri, "?");
	int64_t number;
	int r;

	if (text_integer(status, strlen(status), &number) || number < 400 || number > 599)
		return V_NO_ROUTE;
	c->server_status = (int)number;
	if (number != 411 || c->method != METHOD_GET)
		return V_WEB_SERVER_ERROR;
	if (call_lacks_tls(c) && *uri == '/' && !memchr(uri, '%', len)) {
		r = become(c, uri, len);
		return r ? r : V_PLAIN_HTTP;
	}
	if (len != strlen(LOGOUT_PATH) || strncmp(uri, LOGOUT_PATH, len) != 0)
		return V_WEB_SERVER_ERROR;
	return become(c, uri, len);
}

int
refused_read(struct call *c)
{
	return strcmp(c->path, ERROR_PATH) == 0 ? restore(c) : 0;
}
