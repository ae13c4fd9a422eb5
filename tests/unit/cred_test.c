// SPDX-License-Identifier: ISC
#include "cred/cred.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

#define AUTHORIZATION	PLACE_HEADER, "HTTP_AUTHORIZATION"
#define X_AUTH_TOKEN	PLACE_HEADER, "HTTP_X_AUTH_TOKEN"
#define X_HA1B		PLACE_HEADER, "HTTP_X_AUTH_HA1B_TOKEN"
#define QUERY(name)	PLACE_QUERY, name
#define FORM(name)	PLACE_FORM, name

#define SENT_MAX 4

/* What a request brought, and "scheme=value" of what was seen in it. */
struct row {
	const char *row;
	struct { enum place place; const char *name, *value; } sent[SENT_MAX];
	const char *want;
};

static const struct row rows[] = {
	{ "nothing", { { 0 } }, "" },
	{ "HA1B", { { X_HA1B, "abc" } }, "ha1b=abc " },
	{ "HA1B in a query", { { QUERY("ha1b"), "abc" } }, "ha1b=abc " },
	{ "HA1B in a form", { { FORM("ha1b"), "abc" } }, "ha1b=abc " },
	{ "HA1B twice", { { FORM("ha1b"), "abc" }, { FORM("ha1b"), "abc" } }, NULL },
	{ "Basic", { { AUTHORIZATION, "Basic YQ==" } }, "basic=YQ== " },
	{ "any case, blanks", { { AUTHORIZATION, "bASIC   YQ==" } }, "basic=YQ== " },
	{ "Bearer", { { AUTHORIZATION, "bearer abc" } }, "bearer=abc " },
	{ "Bearer with dots", { { AUTHORIZATION, "Bearer a.b.c" } }, "jwt=a.b.c " },
	{ "one dot is enough", { { AUTHORIZATION, "Bearer a.b" } }, "jwt=a.b " },
	{ "X-Auth-Token", { { X_AUTH_TOKEN, "a.b.c" } }, "jwt=a.b.c " },
	{ "X-Auth-Token without dots", { { X_AUTH_TOKEN, "abc" } }, "bearer=abc " },
	{ "query bearer", { { QUERY("bearer"), "abc" } }, "bearer=abc " },
	{ "query jwt", { { QUERY("jwt"), "abc" } }, "jwt=abc " },
	{ "form jwt", { { FORM("jwt"), "a.b.c" } }, "jwt=a.b.c " },
	{ "order", { { QUERY("ha1b"), "0" }, { QUERY("jwt"), "a.b.c" }, { X_AUTH_TOKEN, "abc" },
	    { AUTHORIZATION, "Basic YQ==" } }, "basic=YQ== bearer=abc jwt=a.b.c ha1b=0 " },
	{ "Authorization before X-Auth-Token", { { X_AUTH_TOKEN, "x.y.z" }, { AUTHORIZATION,
	    "Bearer a.b.c" } }, "jwt=a.b.c jwt=x.y.z " },
	{ "each by its shape", { { X_AUTH_TOKEN, "abc" }, { AUTHORIZATION, "Bearer a.b.c" } },
	    "bearer=abc jwt=a.b.c " },
	{ "header before query", { { QUERY("jwt"), "x.y.z" }, { X_AUTH_TOKEN, "a.b.c" } },
	    "jwt=a.b.c jwt=x.y.z " },
	{ "query before form", { { FORM("jwt"), "x.y.z" }, { QUERY("jwt"), "a.b.c" } },
	    "jwt=a.b.c jwt=x.y.z " },
	{ "at most three places", { { FORM("jwt"), "4" }, { QUERY("jwt"), "3" },
	    { X_AUTH_TOKEN, "2." }, { AUTHORIZATION, "Bearer 1." } }, "jwt=1. jwt=2. jwt=3 " },
	{ "three of each scheme", { { FORM("ha1b"), "3" }, { QUERY("ha1b"), "2" }, { X_HA1B, "1" },
	    { QUERY("jwt"), "a" } }, "jwt=a ha1b=1 ha1b=2 ha1b=3 " },
	{ "the same in two places", { { QUERY("jwt"), "a.b.c" }, { X_AUTH_TOKEN, "a.b.c" } },
	    "jwt=a.b.c " },
	{ "the same, and another", { { QUERY("jwt"), "a.b.c" }, { X_AUTH_TOKEN, "a.b.c" },
	    { FORM("jwt"), "b" } }, "jwt=a.b.c jwt=b " },
	{ "a form key twice", { { FORM("jwt"), "a" }, { FORM("jwt"), "a" } }, NULL },
	{ "a query key twice", { { QUERY("bearer"), "a" }, { QUERY("bearer"), "b" } }, NULL },
	{ "twice, and empty", { { QUERY("jwt"), "" }, { QUERY("jwt"), "" } }, NULL },
	{ "twice after a header", { { X_AUTH_TOKEN, "a.b.c" }, { QUERY("jwt"), "a" },
	    { QUERY("jwt"), "a" } }, NULL },
	{ "another key twice", { { QUERY("x"), "a" }, { QUERY("x"), "b" } }, "" },
	{ "comma", { { X_AUTH_TOKEN, "abc,abc" } }, "" },
	{ "comma and blank", { { X_AUTH_TOKEN, "abc, abc" } }, "" },
	{ "two in one Authorization", { { AUTHORIZATION, "Basic YQ==, Bearer abc" } }, "" },
	{ "blank inside", { { AUTHORIZATION, "Bearer a b" } }, "" },
	{ "blank after", { { AUTHORIZATION, "Bearer a " } }, "" },
	{ "tab", { { AUTHORIZATION, "Bearer a\tb" } }, "" },
	{ "tab between", { { AUTHORIZATION, "Bearer\tabc" } }, "" },
	{ "blank before", { { AUTHORIZATION, " Bearer abc" } }, "" },
	{ "scheme alone", { { AUTHORIZATION, "Bearer" } }, "" },
	{ "scheme and blank", { { AUTHORIZATION, "Bearer " } }, "" },
	{ "longer scheme", { { AUTHORIZATION, "Bearers abc" } }, "" },
	{ "another scheme", { { AUTHORIZATION, "Digest abc" } }, "" },
	{ "no scheme", { { AUTHORIZATION, "abc" } }, "" },
	{ "empty header", { { X_AUTH_TOKEN, "" } }, "" },
	{ "empty query", { { QUERY("jwt"), "" } }, "" },
	{ "no credential in the header", { { X_AUTH_TOKEN, "a b" }, { QUERY("jwt"), "x" } },
	    "jwt=x " },
	{ "Basic in X-Auth-Token", { { X_AUTH_TOKEN, "Basic YQ==" } }, "" },
	{ "bearer in a form", { { FORM("bearer"), "abc" } }, "" },
	{ "header names in a query", { { QUERY("HTTP_AUTHORIZATION"), "Basic YQ==" } }, "" },
	{ "capitals in a query", { { QUERY("JWT"), "x" } }, "" },
};

/* "basic=… jwt=… " of what is collected; NULL for a duplicate. */
static const char *
collected(const struct cred *cred, struct arena *mem, const struct row *row)
{
	struct pair pairs[PLACES][SENT_MAX];
	struct sources sources = { .in = { { .count = 0 } } };
	struct presented presented;
	const char *out = "";
	struct text t;

	for (enum place place = 0; place < PLACES; place++)
		sources.in[place].at = pairs[place];
	for (size_t i = 0; i < SENT_MAX && row->sent[i].name; i++) {
		struct pairs *in = &sources.in[row->sent[i].place];

		in->at[in->count++] = (struct pair){ row->sent[i].name, row->sent[i].value,
		    strlen(row->sent[i].value) };
	}
	if (cred_collect(cred, &sources, &presented) == V_DUPLICATE_CREDENTIAL)
		return NULL;
	text_init(&t, mem);
	for (size_t i = 0; i < presented.count; i++)
		text_printf(&t, "%s=%s ", presented.list[i].slot->scheme->name,
		    presented.list[i].value);
	EXPECT_VERDICT("done", text_done(&t, &out, NULL), 0);
	return out;
}

static void
collecting(void)
{
	GUARD(cred_close) struct cred *cred = NULL;
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem;
	struct pair with_nul = { "jwt", "a\0b", 3 };
	struct sources sources = { .in = { [PLACE_QUERY] = { &with_nul, 1 } } };
	struct presented presented;
	struct auth auth;

	arena_init(&mem, 0);
	EXPECT_VERDICT("options", conf_defaults(&conf), 0);
	auth.conf = conf;
	EXPECT_VERDICT("open", cred_open(&cred, &auth), 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_STRING(rows[i].row, collected(cred, &mem, &rows[i]), rows[i].want);
	EXPECT_VERDICT("NUL inside", cred_collect(cred, &sources, &presented), 0);
	EXPECT_INT("NUL inside", (int64_t)presented.count, 0);
}

static int
say_yes(struct attempt *a)
{
	a->who->authenticated_s = 1;
	return 0;
}

static int
say_no(struct attempt *a)
{
	a->outcome->name = a->value;
	return V_WRONG_CREDENTIAL;
}

static int
say_ended(struct attempt *a)
{
	(void)a;
	return V_ENDED;
}

static int
break_down(struct attempt *a)
{
	(void)a;
	return -EIO;
}

static int
have_no_time(struct attempt *a)
{
	(void)a;
	return V_UNAVAILABLE;
}

static int
come_too_soon(struct attempt *a)
{
	outcome_wait(a->outcome, 7);
	return V_THROTTLED;
}

static int
come_much_too_soon(struct attempt *a)
{
	outcome_wait(a->outcome, 60);
	return V_THROTTLED;
}

static int
say_nonsense(struct attempt *a)
{
	(void)a;
	return V_PREFLIGHT;
}

static const struct scheme say[] = {
    { .name = "yes", .verify = say_yes }, { .name = "no", .is_token = true, .verify = say_no },
    { .name = "down", .verify = break_down }, { .name = "busy", .verify = have_no_time },
    { .name = "late", .verify = come_too_soon }, { .name = "later", .verify = come_much_too_soon },
    { .name = "odd", .verify = say_nonsense },
    { .name = "old", .is_token = true, .verify = say_ended } };
static const struct cred_slot yes = { .scheme = &say[0] }, no = { .scheme = &say[1] },
    down = { .scheme = &say[2] }, busy = { .scheme = &say[3] },
    late = { .scheme = &say[4] }, later = { .scheme = &say[5] }, odd = { .scheme = &say[6] },
    old = { .scheme = &say[7] };

static void
verifying(void)
{
	static const struct {
		const char *row;
		const struct cred_slot *slots[3];
		int want;
		const struct scheme *via;
		const char *failed;
	} cases[] = {
		{ "none", { NULL }, V_WRONG_CREDENTIAL, NULL, "" },
		{ "wrong", { &no }, V_WRONG_CREDENTIAL, NULL, "no" },
		{ "all wrong", { &no, &no, &no }, V_WRONG_CREDENTIAL, NULL, "no" },
		{ "ended", { &old }, V_ENDED, NULL, "old" },
		{ "ended, wrong", { &old, &no }, V_WRONG_CREDENTIAL, NULL, "old,no" },
		{ "wrong, ended", { &no, &old }, V_WRONG_CREDENTIAL, NULL, "no,old" },
		{ "ended, throttled", { &old, &late }, V_THROTTLED, NULL, "old,late" },
		{ "ended, unavailable", { &old, &busy }, V_UNAVAILABLE, NULL, "old" },
		{ "ended, right", { &old, &yes }, 0, &say[0], "old" },
		{ "right", { &yes }, 0, &say[0], "" },
		{ "right after wrong", { &no, &yes }, 0, &say[0], "no" },
		{ "right before wrong", { &yes, &no }, 0, &say[0], "" },
		{ "right before a fault", { &yes, &down }, 0, &say[0], "" },
		/* a fault names no scheme: no user is known */
		{ "a fault is no refusal", { &no, &down, &no }, -EIO, NULL, "no" },
		{ "unavailable is no refusal", { &no, &busy, &no }, V_UNAVAILABLE, NULL, "no" },
		{ "unless another verifies", { &busy, &no, &yes }, 0, &say[0], "no" },
		{ "nor a fault", { &busy, &down }, -EIO, NULL, "" },
		{ "throttled", { &no, &late }, V_THROTTLED, NULL, "no,late" },
		{ "throttled, unavailable", { &late, &busy }, V_THROTTLED, NULL, "late" },
		{ "unavailable, throttled", { &busy, &late, &no }, V_THROTTLED, NULL, "late,no" },
		{ "a verdict that no scheme may give", { &odd }, -EINVAL, NULL, "odd" },
		{ "the longest wait", { &late, &later, &late }, V_THROTTLED, NULL,
		    "late,later" },
		{ "throttled, right", { &late, &yes }, 0, &say[0], "late" },
	};
	static struct auth auth;	/* without a throttle */
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct identity who = { .authenticated_s = 0 };
		struct presented presented = { .count = 0 };
		struct outcome outcome = { .via = NULL };
		struct attempt attempt = { .auth = &auth, .mem = &mem, .who = &who,
		    .outcome = &outcome };

		for (; presented.count < 3 && cases[i].slots[presented.count]; presented.count++) {
			presented.list[presented.count].slot = cases[i].slots[presented.count];
			presented.list[presented.count].value = "v";
		}
		EXPECT_VERDICT(cases[i].row, cred_verify(&presented, &attempt, NULL), cases[i].want);
		EXPECT_STRING(cases[i].row, outcome.via, cases[i].via ? cases[i].via->name : NULL);
		EXPECT_INT(cases[i].row, outcome.known, cases[i].via != NULL);
		EXPECT_INT(cases[i].row, who.authenticated_s, cases[i].want == 0);
		EXPECT_INT(cases[i].row, outcome.wait_s, strstr(cases[i].failed, "later") ? 60 :
		    strstr(cases[i].failed, "late") ? 7 : 0);
		EXPECT_STRING(cases[i].row, outcome.failed, cases[i].failed);
	}
}

static void
tokens(void)
{
	static const struct cred_slot basic = { .scheme = &scheme_basic };
	static const struct cred_slot bearer = { .scheme = &scheme_bearer };
	static const struct cred_slot jwt = { .scheme = &scheme_jwt };
	struct presented presented = { .list = { { &basic, "x" } }, .count = 1 };

	EXPECT_TRUE("Basic", !cred_has_token(&presented));
	presented.list[0].slot = &bearer;
	EXPECT_TRUE("Bearer", cred_has_token(&presented));
	presented.list[0].slot = &jwt;
	EXPECT_TRUE("JWT", cred_has_token(&presented));
	presented.count = 0;
	EXPECT_TRUE("none", !cred_has_token(&presented));
}

/* What another site can make a browser send: Basic that it remembers, and queries. */
static void
exposed(void)
{
	static const struct {
		const char *row;
		struct cred_slot slot;
		bool ambient, in_query;
	} cases[] = {
		{ "Basic", { .scheme = &scheme_basic, .place = PLACE_HEADER }, true, false },
		{ "bearer header", { .scheme = &scheme_bearer, .place = PLACE_HEADER }, false,
		    false },
		{ "JWT header", { .scheme = &scheme_jwt, .place = PLACE_HEADER }, false, false },
		{ "JWT query", { .scheme = &scheme_jwt, .place = PLACE_QUERY }, false, true },
		{ "HA1B query", { .scheme = &scheme_ha1b, .place = PLACE_QUERY }, false, true },
		{ "HA1B form", { .scheme = &scheme_ha1b, .place = PLACE_FORM }, false, false },
	};
	struct presented presented = { .count = 0 };

	EXPECT_TRUE("none", !cred_is_ambient(&presented) && !cred_is_in_query(&presented));
	for (size_t i = 0; i < NELEM(cases); i++) {
		presented.list[0].slot = &cases[i].slot;
		presented.count = 1;
		EXPECT_INT(cases[i].row, cred_is_ambient(&presented), cases[i].ambient);
		EXPECT_INT(cases[i].row, cred_is_in_query(&presented), cases[i].in_query);
	}
}

static void
switched_off(void)
{
	struct pair ha1b = { "ha1b", "0159fe67a465647f81d20d7b08b913b3", 32 };
	struct sources sources = { .in = { [PLACE_QUERY] = { &ha1b, 1 } } };
	GUARD(cred_close) struct cred *cred = NULL;
	GUARD(conf_drop) struct conf *conf = NULL;
	struct presented presented;
	struct auth auth;

	EXPECT_VERDICT("options", conf_defaults(&conf), 0);
	conf->ha1b = false;
	auth.conf = conf;
	EXPECT_VERDICT("open", cred_open(&cred, &auth), 0);
	EXPECT_VERDICT("HA1B", cred_collect(cred, &sources, &presented), 0);
	EXPECT_INT("HA1B", (int64_t)presented.count, 0);
	for (size_t i = 0; i < cred->slots.header_count; i++)
		EXPECT_TRUE("not even read", strcmp(cred->slots.headers[i],
		    "HTTP_X_AUTH_HA1B_TOKEN") != 0);
}

static CU_TestInfo tests[] = {
	{ "collecting", collecting },
	{ "verifying", verifying },
	{ "tokens", tokens },
	{ "exposed", exposed },
	{ "switched off", switched_off },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred", tests);
