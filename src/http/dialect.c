// SPDX-License-Identifier: ISC
/* http/dialect.c - the words of each dialect. */
#include "http/dialect.h"

#include <errno.h>
#include <stddef.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "http/gate.h"

static const struct wording fault = { 500, "Internal Server Error", "Internal server error", 0 };
static const struct wording unavailable = { 503, "Service Unavailable", "Service unavailable",
    EXTRA_RETRY };
static const struct wording refused = { 401, "Unauthorized", "Wrong credentials",
    EXTRA_CHALLENGE };

/* A client may turn a redirected POST into a GET after 301, never after 308 (RFC 9110, 15.4). */
const struct wording dialect_moved = { 301, "Moved Permanently", "Moved permanently",
    EXTRA_LOCATION };

/* API 3.2.  A verdict without a row is a fault: its handler should have decided it. */
static const struct wording rest_words[VERDICTS] = {
	[V_NOT_FOUND] =		 { 404, "Not Found", "Not found", 0 },
	[V_TOO_MANY] =		 { 409, "Conflict", "Too many tokens", 0 },
	[V_ENDED] =		 { 401, "Unauthorized", "Wrong credentials", EXTRA_CHALLENGE },
	[V_REUSED] =		 { 401, "Unauthorized", "Wrong credentials", EXTRA_CHALLENGE },
	[V_WRONG_CREDENTIAL] =	 { 401, "Unauthorized", "Wrong credentials", EXTRA_CHALLENGE },
	[V_WRONG_ADDRESS] =	 { 401, "Unauthorized", "Wrong credentials", EXTRA_CHALLENGE },
	[V_FORBIDDEN] =		 { 403, "Forbidden", "Forbidden", 0 },
	[V_NO_SCOPE] =		 { 403, "Forbidden", "Forbidden", 0 },
	[V_UNAVAILABLE] =	 { 503, "Service Unavailable", "Service unavailable", EXTRA_RETRY },
	[V_THROTTLED] =		 { 429, "Too Many Requests", "Too many requests", EXTRA_WAIT },
	[V_HEADERS_TOO_LARGE] =	 { 431, "Request Header Fields Too Large",
	    "Request header fields too large", 0 },
	[V_NO_ROUTE] =		 { 404, "Not Found", "Not found", 0 },
	[V_NO_METHOD] =		 { 405, "Method Not Allowed", "Method not allowed", EXTRA_ALLOW },
	[V_PREFLIGHT] =		 { 204, "No Content", NULL, EXTRA_ALLOW },
	[V_PLAIN_HTTP] =	 { 308, "Permanent Redirect", "Permanent redirect",
	    EXTRA_LOCATION },
	[V_URI_TOO_LONG] =	 { 414, "URI Too Long", "URI too long", 0 },
	[V_BODY_TOO_LARGE] =	 { 413, "Payload Too Large", "Payload too large", 0 },
	[V_BAD_FORM] =		 { 400, "Bad Request", "Malformed form", 0 },
	[V_BAD_JSON] =		 { 400, "Bad Request", "Malformed JSON", 0 },
	[V_JSON_AS_FORM] =	 { 400, "Bad Request",
	    "JSON was sent as a form; send Content-Type: application/json", 0 },
	[V_DUPLICATE_CREDENTIAL] = { 400, "Bad Request", "Duplicate credential", 0 },
	[V_DUPLICATE_HEADER] =	 { 400, "Bad Request", "Duplicate header", 0 },
	[V_FOREIGN_SITE] =	 { 403, "Forbidden", "Forbidden", 0 },
	[V_NO_TOKEN] =		 { 404, "Not Found", "Token not found", 0 },
	[V_ROTATED] =		 { 409, "Conflict", "Already rotated", 0 },
	[V_TAKEN] =		 { 409, "Conflict", "Already taken", 0 },
	[V_IN_USE] =		 { 409, "Conflict", "Account in use", 0 },
	[V_LAST_ADMIN] =	 { 409, "Conflict", "Last admin", 0 },
	[V_MEDIA_TYPE] =	 { 415, "Unsupported Media Type", "Unsupported media type", 0 },
	[V_BAD_FIELDS] =	 { 400, "Bad Request", "ValidateError", 0 },
};

/* API 6 and 7: where the Webitel API has other words, or the only ones. */
static const struct wording webitel_words[VERDICTS] = {
	[V_ENDED] =		 { 401, "Unauthorized", "Bad caller", EXTRA_WEBITEL_CHALLENGE },
	[V_WRONG_CREDENTIAL] =	 { 401, "Unauthorized", "Invalid credentials",
	    EXTRA_WEBITEL_CHALLENGE },
	[V_FORBIDDEN] =		 { 403, "Forbidden", "Permission denied!", 0 },
	[V_BAD_CALLER] =	 { 401, "Unauthorized", "Bad caller", EXTRA_WEBITEL_CHALLENGE },
	[V_NO_USER] =		 { 404, "Not Found", "User not found", 0 },
	[V_NO_USER_NAME] =	 { 400, "Bad Request", "User name is required", 0 },
	[V_NO_DOMAIN] =		 { 400, "Bad Request", "Domain is required.", 0 },
	[V_BAD_EXPIRE] =	 { 400, "Bad Request", "Bad expire date.", 0 },
	[V_BAD_ROLE] =		 { 400, "Bad Request", "Bad role name.", 0 },
	[V_BAD_STATE] =		 { 400, "Bad Request", "Bad state.", 0 },
};

/* Errors that a web server reports itself, for V_WEB_SERVER_ERROR. */
static const struct wording web_server_words[] = {
	{ 400, "Bad Request", "Bad request", 0 },
	{ 403, "Forbidden", "Forbidden", 0 },
	{ 404, "Not Found", "Not found", 0 },
	{ 405, "Method Not Allowed", "Method not allowed", 0 },
	{ 408, "Request Timeout", "Request timeout", 0 },
	{ 411, "Length Required", "Length required", 0 },
	{ 413, "Payload Too Large", "Payload too large", 0 },
	{ 414, "URI Too Long", "URI too long", 0 },
	{ 417, "Expectation Failed", "Expectation failed", 0 },
	{ 431, "Request Header Fields Too Large", "Request header fields too large", 0 },
	{ 501, "Not Implemented", "Not implemented", 0 },
	{ 502, "Bad Gateway", "Bad gateway", 0 },
	{ 503, "Service Unavailable", "Service unavailable", EXTRA_RETRY },
	{ 504, "Gateway Timeout", "Gateway timeout", 0 },
};

/*
 * A web server that asks for another site understands 401, 403 and 500 (nginx
 * makes 500 of all else).  What is no row here is a request in which nobody can
 * be recognised: 401.
 */
static const struct wording guard_words[VERDICTS] = {
	[V_FORBIDDEN] =		 { 403, "Forbidden", "Forbidden", 0 },
	[V_NO_SCOPE] =		 { 403, "Forbidden", "Forbidden", 0 },
	[V_FOREIGN_SITE] =	 { 403, "Forbidden", "Forbidden", 0 },
	[V_UNAVAILABLE] =	 { 500, "Internal Server Error", "Internal server error", 0 },
	[V_THROTTLED] =		 { 401, "Unauthorized", "Wrong credentials",
	    EXTRA_CHALLENGE | EXTRA_WAIT },
	/* The method of a sub-request is the web server's: a mistake in its configuration. */
	[V_NO_METHOD] =		 { 500, "Internal Server Error", "Internal server error", 0 },
	[V_PREFLIGHT] =		 { 500, "Internal Server Error", "Internal server error", 0 },
};

static const struct row {
	struct wording ok;
	const struct wording *words;	/* by verdict */
	const struct wording *more;	/* for verdicts without words there; or NULL */
	const struct wording *other;	/* for those without words in either */
	const struct wording *passing;	/* for faults that pass by themselves */
	const struct gate *gate;
	bool guards, cors;
	const char *title;
} rows[DIALECTS] = {
	[DIALECT_REST] = {
		.title = "Callers and their tokens",
		.ok = { 200, "OK", NULL, EXTRA_PAYLOAD },
		.words = rest_words, .other = &fault, .passing = &unavailable,
		.gate = &gate_credential, .cors = true,
	},
	[DIALECT_ADMIN] = {
		.title = "Administration",
		.ok = { 200, "OK", NULL, EXTRA_PAYLOAD },
		.words = rest_words, .other = &fault, .passing = &unavailable,
		.gate = &gate_credential, .cors = true,
	},
	[DIALECT_WEBITEL] = {
		.title = "Webitel API",
		.ok = { 200, "OK", NULL, EXTRA_PAYLOAD },
		.words = webitel_words, .more = rest_words, .other = &fault,
		.passing = &unavailable, .gate = &gate_session, .cors = true,
	},
	[DIALECT_OAUTH] = {
		.title = "OAuth",
		.ok = { 200, "OK", NULL, EXTRA_PAYLOAD },
		.words = rest_words, .other = &fault, .passing = &unavailable,
		.gate = &gate_credential, .cors = true,
	},
	[DIALECT_WATCH] = {
		.title = "Monitoring",
		.ok = { 200, "OK", NULL, EXTRA_PAYLOAD },
		.words = rest_words, .other = &fault, .passing = &unavailable,
		.gate = &gate_watch,
	},
	[DIALECT_VERIFY] = {
		.title = "Guarded sites",
		.ok = { 204, "No Content", NULL, EXTRA_USER_HEADERS },
		.words = guard_words, .other = &refused, .passing = &fault,
		.gate = &gate_guard, .guards = true,
	},
	/* Any header of it would reach the guarded page's answer; a length would cut it. */
	[DIALECT_AUTHORIZER] = {
		.ok = { 200, "OK", NULL, EXTRA_USER_VARIABLES | EXTRA_BARE },
		.words = guard_words, .other = &refused, .passing = &fault,
		.gate = &gate_guard, .guards = true,
	},
};

/* What passes by itself, or once somebody has mended the machine: the client may come back. */
static bool
passes(int r)
{
	static const int passing[] = { -ENOSPC, -ENOMEM, -EAGAIN, -EBUSY, -EIO, -EROFS, -EMFILE,
	    -ENFILE, -ENOLCK, -ETIMEDOUT, -EUCLEAN };

	for (size_t i = 0; i < NELEM(passing); i++) {
		if (r == passing[i])
			return true;
	}
	return false;
}

const struct wording *
dialect_wording(enum dialect dialect, int r)
{
	const struct row *row = &rows[dialect];

	if (r == 0)
		return &row->ok;
	if (r < 0)
		return passes(r) ? row->passing : &fault;
	if (r >= VERDICTS)
		return &fault;
	if (row->words[r].status)
		return &row->words[r];
	return row->more && row->more[r].status ? &row->more[r] : row->other;
}

const struct wording *
dialect_web_server_wording(int status)
{
	for (size_t i = 0; i < NELEM(web_server_words); i++) {
		if (web_server_words[i].status == status)
			return &web_server_words[i];
	}
	return &fault;
}

const struct gate *
dialect_gate(enum dialect dialect)
{
	return rows[dialect].gate;
}

bool
dialect_guards(enum dialect dialect)
{
	return rows[dialect].guards;
}

bool
dialect_has_cors(enum dialect dialect)
{
	return rows[dialect].cors;
}

const char *
dialect_title(enum dialect dialect)
{
	return rows[dialect].title;
}
