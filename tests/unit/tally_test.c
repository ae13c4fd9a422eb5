// SPDX-License-Identifier: ISC
#include "http/tally.h"

#include <string.h>

#include "base/counter.h"
#include "base/verdict.h"
#include "cred/scheme.h"
#include "http/call.h"
#include "http/gate.h"
#include "unit.h"

static void
begin(void)
{
	EXPECT_VERDICT("open", counters_open(test_directory()), 0);
	EXPECT_VERDICT("join", counters_join(), 0);
}

static const struct route *
route_of(const char *event)
{
	for (size_t i = 0; i < routes_count; i++) {
		if (strcmp(routes[i].event, event) == 0)
			return &routes[i];
	}
	return NULL;
}

static void
results(void)
{
	static const struct {
		const char *event, *via, *failed;
		int result;
		const char *name;
	} t[] = {
		{ "auth.show",   "basic",   NULL,        0, "requests auth.show basic ok" },
		{ "auth.show",   "bearer",  "jwt",       0, "requests auth.show bearer ok" },
		{ "auth.show",   NULL,      "jwt",       V_ENDED, "requests auth.show jwt ended" },
		{ "auth.show",   NULL,      "ha1b,jwt",  V_THROTTLED,
		    "requests auth.show ha1b throttled" },
		{ "auth.show",   NULL,      "",          V_DUPLICATE_HEADER,
		    "requests auth.show none duplicate-header" },
		{ "auth.show",   "jwt",     NULL,        -5, "requests auth.show jwt fault" },
		{ "auth.show",   "jw",      NULL,        0, "requests auth.show other ok" },
		{ "auth.show",   "jwt-new", NULL,        0, "requests auth.show other ok" },
		{ "token.list",  "token-password", NULL, 0,
		    "requests token.list token-password ok" },
		{ "webitel.login", NULL,    "password",  V_NO_USER,
		    "requests webitel.login password no-user" },
		{ NULL,          NULL,      NULL,        V_NO_ROUTE,
		    "requests unknown none no-route" },
		{ NULL,          NULL,      NULL,        VERDICTS - 1,
		    "requests unknown none server-error" },
		{ NULL,          NULL,      NULL,        -12, "requests unknown none fault" },
	};
	struct call c;
	uint64_t before;

	begin();
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < NELEM(t); i++) {
			memset(&c, 0, sizeof c);
			c.route = t[i].event ? route_of(t[i].event) : NULL;
			c.outcome.via = t[i].via;
			c.outcome.failed = t[i].failed;
			before = counter_total(t[i].name);
			tally_call(&c, t[i].result, 0);
			EXPECT_INT(t[i].name, (int64_t)(counter_total(t[i].name) - before), 1);
		}
	}
	EXPECT_INT("faults are one", (int64_t)counter_total("requests unknown none fault"), 2);
	counters_close();
}

/* A credential that could not be evaluated has not failed. */
static void
not_evaluated(void)
{
	static const struct cred_slot slot = { .scheme = &scheme_oidc };
	struct call c;

	begin();
	memset(&c, 0, sizeof c);
	c.route = route_of("auth.show");
	c.gate = &gate_credential;
	c.presented.list[0].slot = &slot;
	c.presented.count = 1;
	tally_call(&c, V_UNAVAILABLE, 0);
	EXPECT_INT("presented",
	    (int64_t)counter_total("requests auth.show oidc unavailable"), 1);
	c.gate = &gate_open;
	tally_call(&c, 0, 0);
	EXPECT_INT("not looked at", (int64_t)counter_total("requests auth.show none ok"), 1);
	counters_close();
}

/* Each route has counters of its own, and there is room for all. */
static void
room(void)
{
	uint64_t before;
	const char *name;
	struct call c;

	begin();
	memset(&c, 0, sizeof c);
	for (size_t i = 0; i <= routes_count + 1; i++) {
		c.route = i < routes_count ? &routes[i] : i == routes_count ? &route_authorizer :
		    NULL;
		name = arena_printf(test_mem(), "requests %s none fault",
		    c.route ? c.route->event : "unknown");
		before = counter_total(name);
		tally_call(&c, -1, 1);
		EXPECT_INT(name, (int64_t)(counter_total(name) - before), 1);
	}
	EXPECT_INT("none was missed", (int64_t)counters_missed(), 0);
	counters_close();
}

/* The schemes of cred/ all have a name that is counted. */
static void
all_schemes(void)
{
	static const struct scheme *const all[] = { &scheme_basic, &scheme_bearer, &scheme_jwt,
	    &scheme_ha1b, &scheme_oidc, &scheme_facebook };
	struct call c;

	begin();
	memset(&c, 0, sizeof c);
	for (size_t i = 0; i < NELEM(all); i++) {
		c.outcome.via = all[i]->name;
		tally_call(&c, 0, 0);
		EXPECT_INT(all[i]->name, (int64_t)counter_total(arena_printf(test_mem(),
		    "requests unknown %s ok", all[i]->name)), 1);
	}
	EXPECT_INT("no other", (int64_t)counter_total("requests unknown other ok"), 0);
	counters_close();
}

static void
times(void)
{
	static const int64_t us[] = { 40, 60, 60, -5 };
	struct counted *list;
	size_t count;
	struct call c;

	begin();
	memset(&c, 0, sizeof c);
	c.route = route_of("auth.show");
	for (size_t i = 0; i < NELEM(us); i++)
		tally_call(&c, 0, us[i]);
	EXPECT_VERDICT("list", counters_list(test_mem(), &list, &count), 0);
	EXPECT_INT("all", (int64_t)count, 2);
	EXPECT_STRING("its name", list[0].name, "request_us auth.show");
	EXPECT_INT("up to 50", (int64_t)list[0].values[0], 2);
	EXPECT_INT("up to 100", (int64_t)list[0].values[1], 2);
	counters_close();
}

static CU_TestInfo tests[] = {
	{ "results", results },
	{ "not evaluated", not_evaluated },
	{ "room", room },
	{ "all schemes", all_schemes },
	{ "times", times },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/tally", tests);
