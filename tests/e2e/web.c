// SPDX-License-Identifier: ISC
/* tests/e2e/web.c - where web servers differ. */
#include "web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"

enum server { LIGHTTPD, APACHE_FCGID, APACHE_PROXY, NGINX, CADDY, SERVERS };

/* Rows of tests/e2e/webs.sh. */
static const struct {
	const char *kind;
	enum server server;
	bool guards, respawns;
} kinds[] = {
	{ "lighttpd",       LIGHTTPD,     true,  true },
	{ "lighttpd-bin",   LIGHTTPD,     true,  true },
	{ "lighttpd-spawn", LIGHTTPD,     true,  false },
	{ "apache-fcgid",   APACHE_FCGID, true,  true },
	{ "apache-proxy",   APACHE_PROXY, false, true },
	{ "apache-proxy-guard", APACHE_PROXY, true, true },
	{ "nginx",          NGINX,        true,  true },
	{ "caddy",          CADDY,        true,  true },
	{ "haproxy",        NGINX,        true,  true },
};

/* Answered by doorward with this status. */
#define OURS(status) (-(status))

static const int ways[WAYS - WAY_DOT_SEGMENTS][SERVERS] = {
#define WAY(name) [WAY_##name - WAY_DOT_SEGMENTS]
	/*			 lighttpd   mod_fcgid  mod_proxy_fcgi  nginx      Caddy */
	/* lighttpd is told to refuse what has two spellings, the others take the plain one. */
	WAY(DOT_SEGMENTS) =	 { 400,      404,       404,       404 },
	WAY(DOUBLED_SLASH) =	 { 400,      OURS(200), OURS(200), OURS(200) },
	WAY(DOUBLED_SLASH_NOWHERE) = { 400,  404,       404,       404 },
	WAY(SLASH_IN_DISGUISE) = { 400,      404,       404,       OURS(200) },
	WAY(SLASH_AT_THE_END) =	 { 400,      404,       404,       OURS(404) },
	WAY(NUL) =		 { 400,      404,       404,       400 },
	WAY(LINE_BREAK) =	 { 400,      404,       OURS(404), OURS(404) },
	WAY(LINE_BREAK_IN_QUERY) = { 400,    301,       301,       301 },
	/* In a request line in absolute form, and not that of the header. */
	WAY(ANOTHER_HOST_HTTP) = { 400,      OURS(301), OURS(301), OURS(301) },
	WAY(ANOTHER_HOST) =	 { 400,      OURS(200), OURS(200), OURS(200) },
	WAY(TRACE) =		 { OURS(405), 405,      405,       405 },
	WAY(UNKNOWN_METHOD) =	 { 501,      OURS(405), OURS(405), OURS(405) },
	WAY(LOWER_METHOD) =	 { 501,      OURS(405), OURS(405), 400 },
	WAY(NO_LENGTH_HTTP2) =	 { 411,      OURS(400), OURS(400), OURS(400), OURS(400) },
	/* One header with a comma, which is no credential; nginx before 1.23 passes both. */
	WAY(HEADER_TWICE) =	 { OURS(401), OURS(401), OURS(401), OURS(400) },
	/* Dropped; lighttpd makes two of one name of them. */
	WAY(UNDERSCORES) =	 { OURS(400), OURS(200), OURS(200), OURS(200) },
	/* Without a length mod_fcgid reports too large a body in no other way. */
	WAY(BODY_FAR_ABOVE) =	 { 413,      500,       OURS(413), 413 },
	/* "Require local" and "deny" know 403 alone. */
	WAY(NOT_LOCAL) =	 { 404,      403,       403,       403 },
	/* nginx takes no two Authorization headers. */
	WAY(GUARD_TWICE) =	 { 401,      401,       401,       400,       401 },
	/* mod_fcgid turns every refusal into 401. */
	WAY(GUARD_ROLE) =	 { 403,      401,       403,       403,       403 },
	/* A header that programs would read as one of doorward's, and that Apache passes on. */
	WAY(GUARD_SPELLING) =	 { 401,      401,       403,       401,       401 },
	/* Caddy cannot pass its length to PHP. */
	WAY(GUARD_CHUNKED) =	 { 200,      200,       200,       200,       411 },
	WAY(GUARD_MISTAKE) =	 { 500,      401,       500,       500,       500 },
	WAY(GUARD_DOWN) =	 { 503,      500,       500,       500,       502 },
#undef WAY
};

/* 1.4.79 is 1004079. */
#define RELEASE(major, minor, patch) ((major) * 1000000 + (minor) * 1000 + (patch))

/* What a way is from that version of the web server on. */
static const struct {
	enum server server;
	int version;
	enum way way;
	int status;
} since[] = {
	{ NGINX,    RELEASE(1, 23, 0), WAY_HEADER_TWICE,    OURS(401) },
	/* With the length 0.  Debian 12 has 1.4.69, Debian 13 has 1.4.79. */
	{ LIGHTTPD, RELEASE(1, 4, 70), WAY_NO_LENGTH_HTTP2, OURS(400) },
};

static int
version(void)
{
	const char *text = getenv("E2E_WEB_VERSION");
	int major = 0, minor = 0, patch = 0;

	if (!text || sscanf(text, "%d.%d.%d", &major, &minor, &patch) < 2)
		abort();
	return RELEASE(major, minor, patch);
}

static size_t
kind(void)
{
	const char *name = getenv("E2E_KIND");

	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (strcmp(kinds[i].kind, name) == 0)
			return i;
	}
	abort();
}

static int
way_status(enum way way)
{
	enum server server = kinds[kind()].server;

	for (size_t i = 0; i < NELEM(since); i++) {
		if (since[i].server == server && since[i].way == way && version() >= since[i].version)
			return since[i].status;
	}
	return ways[way - WAY_DOT_SEGMENTS][server];
}

int
web_status(int status, bool *foreign)
{
	if (status < WAY_DOT_SEGMENTS)
		return status;
	status = way_status((enum way)status);
	*foreign = status > 0;
	return abs(status);
}

bool
web_is_lighttpd(void)
{
	return kinds[kind()].server == LIGHTTPD;
}

bool
web_redirects_with_page(void)
{
	return !web_is_lighttpd();
}

bool
web_guards(void)
{
	return kinds[kind()].guards;
}

bool
web_respawns(void)
{
	return kinds[kind()].respawns;
}
