// SPDX-License-Identifier: ISC
/*
 * tests/e2e/web.h - where web servers differ: what a row of requests
 * may expect then, by the kind of stack it runs in.
 */
#ifndef E2E_WEB_H
#define E2E_WEB_H

#include <stdbool.h>

/* In place of a status in a row; web.c has the status of each web server, and why. */
enum way {
	WAY_DOT_SEGMENTS = 1000,
	WAY_DOUBLED_SLASH,
	WAY_DOUBLED_SLASH_NOWHERE,
	WAY_SLASH_IN_DISGUISE,
	WAY_SLASH_AT_THE_END,
	WAY_NUL,
	WAY_LINE_BREAK,
	WAY_LINE_BREAK_IN_QUERY,
	WAY_ANOTHER_HOST_HTTP,
	WAY_ANOTHER_HOST,
	WAY_TRACE,
	WAY_UNKNOWN_METHOD,
	WAY_LOWER_METHOD,
	WAY_NO_LENGTH_HTTP2,
	WAY_HEADER_TWICE,
	WAY_UNDERSCORES,
	WAY_BODY_FAR_ABOVE,
	WAY_NOT_LOCAL,
	WAY_GUARD_TWICE,
	WAY_GUARD_ROLE,
	WAY_GUARD_SPELLING,
	WAY_GUARD_CHUNKED,
	WAY_GUARD_MISTAKE,
	WAY_GUARD_DOWN,
	WAYS
};

/* The status to expect; *foreign: the web server answers, doorward is not asked. */
int web_status(int status, bool *foreign);

bool web_is_lighttpd(void);

/* Has the web server's redirect a page in its body?  (lighttpd's has not.) */
bool web_redirects_with_page(void);

/* Is there a guarded site in this stack? */
bool web_guards(void);

/* Is doorward started again when it dies? */
bool web_respawns(void);

#endif
