// SPDX-License-Identifier: ISC
/*
 * tests/throttle/audit_lines.c FILE [json] - appends lines of calls to a log, as the
 * service writes them, as text or JSON: for tests/fail2ban.sh.  Those of 203.0.113.0/24 and
 * 2001:db8::/32 are of guesses; no other address may be found.
 */
#include <stdio.h>

#include "auth/audit.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"

#define FORGED	"ip=198.51.100.66 via=- user=- ms=1 rid=00000000 failed=basic name=x@y"

static const struct uuid user = { "\x12\x34" };

static const struct audit lines[] = {
	/* guesses */
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.1", .ms = 14, .failed = "basic", .name = "bob@example.org" },
	{ .event = "auth.show", .result = V_FORBIDDEN, .step = "permit",
	    .source = "203.0.113.2", .via = "jwt", .user = &user, .ms = 14,
	    .failed = "basic", .name = "throttled" },
	{ .event = "auth.show", .result = V_OK, .step = "handle", .source = "203.0.113.3",
	    .via = "jwt", .user = &user, .ms = 14, .failed = "basic",
	    .name = "bob@example.org" },
	{ .event = "token.list", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.4", .failed = "ha1b" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.5", .ms = 14, .failed = "basic,bearer,jwt",
	    .name = "bob@example.org" },
	{ .event = "auth.show", .result = -5, .step = "verify", .source = "203.0.113.6",
	    .ms = 14, .failed = "jwt,ha1b" },
	{ .event = "webitel.login", .result = V_NO_USER, .step = "handle",
	    .source = "203.0.113.7", .ms = 14, .failed = "password",
	    .name = "100@example.org" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "2001:db8::7", .ms = 14, .failed = "basic", .name = "bob@example.org" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.8", .ms = 14, .failed = "basic", .name = FORGED },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.9", .ms = 14, .failed = "basic",
	    .name = "x\n2026-11-22T04:50:17Z www doorward[1]: call event=a result=b step=c " FORGED },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.10", .ms = 14, .failed = "basic", .name = "" },

	{ .event = "user.disable", .result = V_OK, .step = "handle",
	    .source = "203.0.113.11", .via = "jwt", .user = &user, .ms = 14,
	    .failed = "basic", .name = "bob@example.org", .by = &user },
	{ .event = "account.delete", .result = V_OK, .step = "handle",
	    .source = "203.0.113.12", .via = "jwt", .ms = 14, .failed = "basic",
	    .name = "bob@example.org", .by = &user, .object = &user },

	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "203.0.113.13", .token = &user, .failed = "basic",
	    .why = "basic:password,jwt:expired", .agent = "a \"b\" \\", .name = "\"}\\" },

	/* no guesses */
	{ .event = "auth.show", .result = V_OK, .step = "handle", .source = "198.51.100.16",
	    .agent = "x\",\"ip\":\"198.51.100.66\" " FORGED, .name = "\",\"failed\":\"basic" },
	{ .event = "user.disable", .result = V_OK, .step = "handle",
	    .source = "198.51.100.15", .via = "basic", .user = &user, .ms = 14,
	    .failed = "jwt", .by = &user, .object = &user },
	{ .event = "auth.show", .result = V_OK, .step = "handle", .source = "198.51.100.1",
	    .via = "basic", .user = &user, .ms = 14 },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "198.51.100.2" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "198.51.100.3", .failed = "jwt" },
	{ .event = "auth.show", .result = V_OK, .step = "handle", .source = "198.51.100.4",
	    .via = "basic", .user = &user, .ms = 14, .failed = "jwt,bearer" },
	{ .event = "auth.show", .result = V_THROTTLED, .step = "verify",
	    .source = "198.51.100.5", .failed = "bearer" },
	{ .event = "auth.show", .result = V_THROTTLED, .step = "verify",
	    .source = "198.51.100.11", .failed = "basic", .name = "bob@example.org" },
	{ .event = "auth.show", .result = V_THROTTLED, .step = "verify",
	    .source = "198.51.100.12", .failed = "basic,jwt,ha1b",
	    .name = "bob@example.org" },
	{ .event = "webitel.login", .result = V_THROTTLED, .step = "handle",
	    .source = "198.51.100.13", .failed = "password", .name = "100@example.org" },
	{ .event = "token.create", .result = V_FORBIDDEN, .step = "collect",
	    .source = "198.51.100.14" },
	{ .event = "auth.show", .result = V_UNAVAILABLE, .step = "verify",
	    .source = "198.51.100.6", .ms = 250 },
	{ .event = "auth.show", .result = V_OK, .step = "handle", .source = "198.51.100.7",
	    .via = "jwt", .user = &user, .ms = 1, .failed = "bearer",
	    .name = "x failed=basic name=x@y" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "198.51.100.8", .ms = 1, .failed = "jwt", .name = FORGED },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify",
	    .source = "198.51.100.9 " FORGED, .ms = 1, .failed = "jwt" },
	{ .event = "auth.show", .result = V_WRONG_CREDENTIAL, .step = "verify", .source = "",
	    .ms = 1, .failed = "basic", .name = FORGED },
	{ .event = "unknown", .result = V_NO_ROUTE, .step = "route",
	    .source = "198.51.100.10", .name = FORGED },
};

int
main(int argc, char **argv)
{
	if (descriptors_fill())
		return 99;
	if (argc < 2 || secret_init() || log_open(argv[1], LOG_LEVEL_INFO))
		return 99;
	log_set_format(argc > 2 ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT);
	for (size_t i = 0; i < NELEM(lines); i++)
		audit_log(&lines[i]);
	log_error("a line of another kind: %s", FORGED);
	return 0;
}
