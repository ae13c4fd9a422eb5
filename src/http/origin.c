// SPDX-License-Identifier: ISC
/* http/origin.c - requests that pages of other sites cause. */
#include "http/origin.h"

#include <string.h>
#include <strings.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/dialect.h"

bool
origin_is_listed(const struct call *c)
{
	const struct conf_list *origins = &c->conf->cors_origins;
	const char *origin = request_get(c->req, PARAM_ORIGIN);

	for (size_t i = 0; i < origins->count; i++) {
		if (strcmp(origins->at[i], origin) == 0)
			return true;
	}
	return false;
}

/* A name with its port, as an origin has it: without the one that its scheme implies. */
static bool
is_at(const char *origin, const char *scheme, const char *port, const char *name)
{
	size_t len = strlen(name), port_len = strlen(port);

	if (strncasecmp(origin, scheme, strlen(scheme)) != 0 || !len)
		return false;
	if (len > port_len && strcmp(name + len - port_len, port) == 0)
		len -= port_len;
	origin += strlen(scheme);
	return strlen(origin) == len && strncasecmp(origin, name, len) == 0;
}

/*
 * Ours is the configured name.  A guarded site has a name of its own, which no
 * page can make a browser send to another; elsewhere Host is not believed.
 */
static bool
is_own(const struct call *c)
{
	const char *origin = request_get(c->req, PARAM_ORIGIN);
	const char *name = dialect_guards(c->dialect) ? request_get(c->req, PARAM_HOST) :
	    c->conf->host_name;

	return is_at(origin, "https://", ":443", name) ||
	    (c->conf->allow_plain_http && is_at(origin, "http://", ":80", name));
}

/*
 * By "same-origin", and "none" for what the user typed or chose, the browser says
 * that no other site caused the request, even if Origin is "null" because of a
 * page's Referrer-Policy.  Otherwise "null" is foreign.
 */
static bool
is_foreign(const struct call *c)
{
	const char *site = request_get(c->req, PARAM_SEC_FETCH_SITE);

	if (strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0)
		return false;
	if (*request_get(c->req, PARAM_ORIGIN))
		return !is_own(c) && !origin_is_listed(c);
	return *site;
}

/* The request in question: for a guard, the one to the guarded site. */
static const char *
method_of(const struct call *c)
{
	const char *guarded = request_get(c->req, PARAM_DOORWARD_METHOD);

	if (dialect_guards(c->dialect) && *guarded)
		return guarded;
	return request_get(c->req, PARAM_REQUEST_METHOD);
}

static bool
writes(const struct call *c)
{
	static const char *const reading[] = { "GET", "HEAD", "OPTIONS" };

	for (size_t i = 0; i < NELEM(reading); i++) {
		if (strcmp(method_of(c), reading[i]) == 0)
			return false;
	}
	return true;
}

/* Did the user follow a link, so that the page opens in the window itself? */
static bool
is_visit(const struct call *c)
{
	const char *dest = request_get(c->req, PARAM_SEC_FETCH_DEST);

	return strcmp(request_get(c->req, PARAM_SEC_FETCH_MODE), "navigate") == 0 &&
	    (!*dest || strcmp(dest, "document") == 0);
}

/* Links from elsewhere lead into guarded sites, for users whose browser remembers Basic. */
static bool
is_exposed(const struct call *c)
{
	if (cred_is_in_query(&c->presented) || c->webitel.in_query)
		return true;
	return cred_is_ambient(&c->presented) &&
	    !(dialect_guards(c->dialect) && is_visit(c));
}

int
origin_check(struct call *c)
{
	return is_foreign(c) && (writes(c) || is_exposed(c)) ? V_FOREIGN_SITE : 0;
}
