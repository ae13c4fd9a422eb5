// SPDX-License-Identifier: ISC
/* http/request.c - one HTTP request as data. */
#include "http/request.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"

#define NAME(text) (text), sizeof (text) - 1

/* A parameter that comes twice is refused, unless its first one holds. */
static const struct { const char *name; size_t len; bool first_holds; } params[PARAMS] = {
	[PARAM_REQUEST_METHOD] = { NAME("REQUEST_METHOD") },
	[PARAM_SCRIPT_NAME] = { NAME("SCRIPT_NAME") },
	[PARAM_PATH_INFO] = { NAME("PATH_INFO") },
	[PARAM_QUERY_STRING] = { NAME("QUERY_STRING") },
	[PARAM_REQUEST_URI] = { NAME("REQUEST_URI") },
	[PARAM_CONTENT_TYPE] = { NAME("CONTENT_TYPE") },
	[PARAM_CONTENT_LENGTH] = { NAME("CONTENT_LENGTH") },
	[PARAM_HTTPS] = { NAME("HTTPS") },
	[PARAM_REQUEST_SCHEME] = { NAME("REQUEST_SCHEME") },
	[PARAM_REMOTE_ADDR] = { NAME("REMOTE_ADDR") },
	[PARAM_X_FORWARDED_PROTO] = { NAME("HTTP_X_FORWARDED_PROTO"), .first_holds = true },
	[PARAM_CONTENT_ENCODING] = { NAME("HTTP_CONTENT_ENCODING") },
	[PARAM_HOST] = { NAME("HTTP_HOST") },
	[PARAM_ORIGIN] = { NAME("HTTP_ORIGIN") },
	[PARAM_PREFLIGHT_METHOD] = { NAME("HTTP_ACCESS_CONTROL_REQUEST_METHOD") },
	[PARAM_SEC_FETCH_SITE] = { NAME("HTTP_SEC_FETCH_SITE") },
	[PARAM_SEC_FETCH_MODE] = { NAME("HTTP_SEC_FETCH_MODE") },
	[PARAM_SEC_FETCH_DEST] = { NAME("HTTP_SEC_FETCH_DEST") },
	[PARAM_DOORWARD_ROLE] = { NAME("DOORWARD_ROLE") },
	[PARAM_DOORWARD_SCOPE] = { NAME("DOORWARD_SCOPE") },
	[PARAM_DOORWARD_QUERY] = { NAME("DOORWARD_QUERY") },
	[PARAM_DOORWARD_METHOD] = { NAME("DOORWARD_METHOD") },
	[PARAM_ACCEPT] = { NAME("HTTP_ACCEPT"), .first_holds = true },
	[PARAM_USER_AGENT] = { NAME("HTTP_USER_AGENT"), .first_holds = true },
	[PARAM_REDIRECT_STATUS] = { NAME("REDIRECT_STATUS") },
};

int
request_init(struct request *req, struct arena *mem, const char *const *headers,
    size_t header_count)
{
	*req = (struct request){ .mem = mem, .headers = headers, .header_count = header_count,
	    .body = "" };
	req->credentials.at = arena_alloc(mem, header_count * sizeof *req->credentials.at);
	return req->credentials.at ? 0 : -ENOMEM;
}

/* Most differ in a byte or six: a call of the C library for each would cost more. */
static bool
is_name(const char *wanted, const char *name, size_t name_len)
{
	size_t i = 0;

	while (i < name_len && wanted[i] && wanted[i] == name[i])
		i++;
	return i == name_len && !wanted[i];
}

/* The row of params[] with that name; PARAMS: none. */
static size_t
param_find(const char *name, size_t name_len)
{
	size_t i = 0;

	/* a web server sends some thirty names: few have the length of one of these */
	while (i < PARAMS && (params[i].len != name_len ||
	    memcmp(params[i].name, name, name_len) != 0))
		i++;
	return i;
}

/*
 * The headers in which programs look for a user that the web server in front of them
 * knows.  Web servers make one CGI name of X-Auth-Role, X_Auth_Role and X.Auth.Role,
 * so a recipe that clears the first hands on the others; doorward sees them all.
 */
static const struct { const char *name; size_t len; } answers[] = {
	{ NAME("HTTP_X_AUTH_USER") }, { NAME("HTTP_X_AUTH_EMAIL") },
	{ NAME("HTTP_X_AUTH_ROLE") }, { NAME("HTTP_X_AUTH_SCOPE") },
	{ NAME("HTTP_AUTH_USER") }, { NAME("HTTP_AUTH_EMAIL") },
	{ NAME("HTTP_AUTH_ROLE") }, { NAME("HTTP_AUTH_SCOPE") },
	{ NAME("HTTP_REMOTE_USER") },
};

/* Would a program read name as wanted?  Some web servers leave '.' to the program. */
static bool
collapses_to(const char *wanted, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool same = toupper((unsigned char)name[i]) == wanted[i];

		if (!same && (wanted[i] != '_' || isalnum((unsigned char)name[i])))
			return false;
	}
	return true;
}

static bool
is_answer(const char *name, size_t name_len)
{
	for (size_t i = 0; i < NELEM(answers); i++) {
		if (answers[i].len == name_len && collapses_to(answers[i].name, name, name_len))
			return true;
	}
	return false;
}

static int
add_credential(struct request *req, const char *name, const char *value)
{
	struct pair *pair = &req->credentials.at[req->credentials.count];

	if (pairs_find(&req->credentials, name)) {
		req->duplicate = true;
		return 0;
	}
	*pair = (struct pair){ name, arena_strdup(req->mem, value), strlen(value) };
	req->credentials.count++;
	return pair->value ? 0 : -ENOMEM;
}

int
request_param(struct request *req, const char *name, size_t name_len, const char *value)
{
	size_t i;

	for (i = 0; i < req->header_count; i++) {
		if (is_name(req->headers[i], name, name_len))
			return add_credential(req, req->headers[i], value);
	}
	i = param_find(name, name_len);
	if (i == PARAMS) {
		/* An empty one is a recipe's way to clear it. */
		req->forged = req->forged || (*value && is_answer(name, name_len));
		return 0;
	}
	if (req->param[i]) {
		req->duplicate |= !params[i].first_holds;
		return 0;
	}
	req->param[i] = arena_strdup(req->mem, value);
	return req->param[i] ? 0 : -ENOMEM;
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
request_is_from(const struct request *req, const struct conf_list *networks)
{
	struct address address;
	struct network net;

	if (address_parse(request_get(req, PARAM_REMOTE_ADDR), &address))
		return false;
	for (size_t i = 0; i < networks->count; i++) {
		if (network_parse(networks->at[i], &net) == 0 && network_has(&net, &address))
			return true;
	}
	return false;
}

/* In a chain of proxies the first element describes the connection of the client (API 1.1). */
static bool
is_forwarded_secure(const struct request *req)
{
	const char *proto = request_get(req, PARAM_X_FORWARDED_PROTO);
	size_t len;

	proto += strspn(proto, " \t");
	len = strcspn(proto, ", \t");
	return len == strlen("https") && strncasecmp(proto, "https", len) == 0;
}

bool
request_is_secure(const struct request *req, const struct conf_list *trusted_proxies)
{
	if (strcasecmp(request_get(req, PARAM_HTTPS), "on") == 0 ||
	    strcasecmp(request_get(req, PARAM_REQUEST_SCHEME), "https") == 0)
		return true;
	return is_forwarded_secure(req) &&
	    request_is_from(req, trusted_proxies);
}
