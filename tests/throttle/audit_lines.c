// SPDX-License-Identifier: ISC
/*
 * tests/throttle/audit_lines.c FILE - appends lines of calls to a log, as the
 * service writes them: for tests/fail2ban.sh.  Those of 203.0.113.0/24 and
 * 2001:db8::/32 are of guesses; no other address may be found.
 */
#include <stdio.h>

#include "auth/audit.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"

#define FORGED	"ip=198.51.100.66 via=- user=- ms=1 rid=00000000 failed=basic name=x"

static const struct uuid user = { "\x12\x34" };

static const struct audit lines[] = {
	/* guesses */
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "203.0.113.1", NULL, NULL, 14, "basic",
	    "bob@example.org", NULL, NULL },
	{ "auth.show", V_FORBIDDEN, "permit", "203.0.113.2", "jwt", &user, 14, "basic",
	    "throttled", NULL, NULL },
	{ "auth.show", V_OK, "handle", "203.0.113.3", "jwt", &user, 14, "basic",
	    "bob@example.org", NULL, NULL },
	{ "token.list", V_WRONG_CREDENTIAL, "verify", "203.0.113.4", NULL, NULL, 0, "ha1b", NULL, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "203.0.113.5", NULL, NULL, 14,
	    "basic,bearer,jwt", "bob@example.org", NULL, NULL },
	{ "auth.show", -5, "verify", "203.0.113.6", NULL, NULL, 14, "jwt,ha1b", NULL, NULL, NULL },
	{ "webitel.login", V_NO_USER, "handle", "203.0.113.7", NULL, NULL, 14, "password",
	    "100@example.org", NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "2001:db8::7", NULL, NULL, 14, "basic",
	    "bob@example.org", NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "203.0.113.8", NULL, NULL, 14, "basic",
	    FORGED, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "203.0.113.9", NULL, NULL, 14, "basic",
	    "x\n2026-11-22T04:50:17Z www doorward[1]: call event=a result=b step=c " FORGED, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "203.0.113.10", NULL, NULL, 14, "basic", "", NULL, NULL },

	{ "user.disable", V_OK, "handle", "203.0.113.11", "jwt", &user, 14, "basic",
	    "bob@example.org", &user, NULL },
	{ "account.delete", V_OK, "handle", "203.0.113.12", "jwt", NULL, 14, "basic",
	    "bob@example.org", &user, &user },

	/* no guesses */
	{ "user.disable", V_OK, "handle", "198.51.100.15", "basic", &user, 14, "jwt", NULL, &user,
	    &user },
	{ "auth.show", V_OK, "handle", "198.51.100.1", "basic", &user, 14, NULL, NULL, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "198.51.100.2", NULL, NULL, 0, NULL, NULL, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "198.51.100.3", NULL, NULL, 0, "jwt", NULL, NULL, NULL },
	{ "auth.show", V_OK, "handle", "198.51.100.4", "basic", &user, 14, "jwt,bearer", NULL, NULL, NULL },
	{ "auth.show", V_THROTTLED, "verify", "198.51.100.5", NULL, NULL, 0, "bearer", NULL, NULL, NULL },
	{ "auth.show", V_THROTTLED, "verify", "198.51.100.11", NULL, NULL, 0, "basic",
	    "bob@example.org", NULL, NULL },
	{ "auth.show", V_THROTTLED, "verify", "198.51.100.12", NULL, NULL, 0, "basic,jwt,ha1b",
	    "bob@example.org", NULL, NULL },
	{ "webitel.login", V_THROTTLED, "handle", "198.51.100.13", NULL, NULL, 0, "password",
	    "100@example.org", NULL, NULL },
	{ "token.create", V_FORBIDDEN, "collect", "198.51.100.14", NULL, NULL, 0, NULL, NULL, NULL, NULL },
	{ "auth.show", V_UNAVAILABLE, "verify", "198.51.100.6", NULL, NULL, 250, NULL, NULL, NULL, NULL },
	{ "auth.show", V_OK, "handle", "198.51.100.7", "jwt", &user, 1, "bearer",
	    "x failed=basic name=x", NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "198.51.100.8", NULL, NULL, 1, "jwt", FORGED, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "198.51.100.9 " FORGED, NULL, NULL, 1, "jwt",
	    NULL, NULL, NULL },
	{ "auth.show", V_WRONG_CREDENTIAL, "verify", "", NULL, NULL, 1, "basic", FORGED, NULL, NULL },
	{ "unknown", V_NO_ROUTE, "route", "198.51.100.10", NULL, NULL, 0, NULL, FORGED, NULL, NULL },
};

int
main(int argc, char **argv)
{
	GUARD(arena_free) struct arena mem = { .chunks = NULL };

	if (descriptors_fill())
		return 99;
	arena_init(&mem, 0);
	if (argc != 2 || secret_init() || log_open(argv[1], LOG_LEVEL_INFO))
		return 99;
	for (size_t i = 0; i < NELEM(lines); i++)
		audit_log(&mem, &lines[i]);
	log_error("a line of another kind: %s", FORGED);
	return 0;
}
