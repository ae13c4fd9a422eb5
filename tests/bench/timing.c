// SPDX-License-Identifier: ISC
/*
 * tests/bench/timing.c [CALLS [GROUP]] - does the time of an answer tell what the answer does not?
 * The kinds of each group in turn and in random order, with the throttle on; then Welch's t
 * of each against the last of its group.  Beyond 4.5 they can be told apart, if the means
 * differ by more than the group tolerates.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/field.h"
#include "auth/token.h"
#include "auth/user.h"
#include "base/descriptors.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"
#include "microseconds.h"
#include "service/ask.h"
#include "test.h"

#define CALLS	2000
#define CHEAP	20			/* times as many of what hashes nothing */
#define LIMIT	4.5
#define MEDIAN_LIMIT_US 1000
#define KINDS_MAX 16

/* What is sent as password or to be inspected: new each time, or one of those below. */
enum form { FORM_PASSWORD, FORM_TOKEN, FORM_OTHERS, FORM_ENDED, FORM_DISABLED, FORM_LIMITED, FORMS };

struct kind {
	const char *name;
	const char *who;		/* the name of Basic, or whose JWT asks, as $x */
	enum form form;
};

/* Who has an account, and is it disabled or without a password? */
static const struct kind logins[] = {
	{ "unknown",             "nobody@example.com",   FORM_PASSWORD },
	{ "disabled",            "disabled@example.com", FORM_PASSWORD },
	{ "no password",         "bare@example.com",     FORM_PASSWORD },
	{ "unknown, as token",   "nobody@example.com",   FORM_TOKEN },
	{ "disabled, as token",  "disabled@example.com", FORM_TOKEN },
	{ "wrong, as token",     ALICE,                  FORM_TOKEN },
	{ "no name, as token",   "token",                FORM_TOKEN },
	{ "unknown, another's",  "nobody@example.com",   FORM_OTHERS },
	{ "wrong, another's",    ALICE,                  FORM_OTHERS },
	{ "wrong",               ALICE,                  FORM_PASSWORD },
};

/* Whose was a token that has ended?  It is refused without a hash, whatever the name. */
static const struct kind ended[] = {
	{ "unknown",             "nobody@example.com",   FORM_ENDED },
	{ "disabled",            "disabled@example.com", FORM_ENDED },
	{ "another's",           ALICE,                  FORM_ENDED },
	{ "no name",             "token",                FORM_ENDED },
	{ "its user's",          "owner@example.com",    FORM_ENDED },
};

/* Is there such a token, about which the caller may not ask? */
static const struct kind hidden[] = {
	{ "another's",           "$j",                   FORM_OTHERS },
	{ "ended",               "$j",                   FORM_ENDED },
	{ "of a disabled user",  "$j",                   FORM_DISABLED },
	{ "no token",            "$j",                   FORM_PASSWORD },
	{ "unknown",             "$j",                   FORM_TOKEN },
};

/* Why is a token not active?  Who asks may know; the last microsecond does not matter. */
static const struct kind inactive[] = {
	{ "ended",               "$p",                   FORM_ENDED },
	{ "of a disabled user",  "$p",                   FORM_DISABLED },
	{ "limited",             "$p",                   FORM_LIMITED },
	{ "no token",            "$p",                   FORM_PASSWORD },
	{ "unknown",             "$p",                   FORM_TOKEN },
};

/* What is sent as the old password, and has its user one?  Whoever has a JWT is told neither. */
static const struct kind olds[] = {
	{ "no password",         "$e",                   FORM_PASSWORD },
	{ "no password, as token", "$e",                 FORM_TOKEN },
	{ "wrong, as token",     "$j",                   FORM_TOKEN },
	{ "wrong, another's",    "$j",                   FORM_OTHERS },
	{ "wrong, ended",        "$j",                   FORM_ENDED },
	{ "wrong",               "$j",                   FORM_PASSWORD },
};

#define JSON "application/json"
#define PAIRS "application/x-www-form-urlencoded"

static const struct group {
	const char *name;
	const struct kind *kinds;
	size_t count;
	const char *path, *type, *body;	/* of a POST; NULL: a login by Basic */
	int status;
	int times;			/* as many calls */
	double tolerance_us;
} groups[] = {
	{ "login",    logins,   NELEM(logins),   NULL, NULL, NULL, 401, 1,     0 },
	{ "ended",    ended,    NELEM(ended),    NULL, NULL, NULL, 401, CHEAP, 0 },
	{ "password", olds,     NELEM(olds),     "/rest/password", JSON,
	    "{\"old\":\"%s\",\"new\":\"another-password-2\"}", 400, 1, 0 },
	{ "hidden",   hidden,   NELEM(hidden),   "/rest/introspect", PAIRS, "token=%s", 200,
	    CHEAP, 0 },
	{ "inactive", inactive, NELEM(inactive), "/rest/introspect", PAIRS, "token=%s", 200,
	    CHEAP, 1 },
};

static double *times[KINDS_MAX];		/* microseconds */
static const char *texts[FORMS];

/* The text of a form; secret has room for a new one. */
static const char *
text_of(enum form form, char *secret)
{
	if (texts[form])
		return texts[form];
	secret_base62(secret, form == FORM_TOKEN ? TOKEN_LEN : 23);
	return secret;
}

/* The body with text in place of its only %s. */
static const char *
put_body(struct box *box, const char *body, const char *text)
{
	const char *at = strstr(body, "%s");

	return arena_printf(&box->mem, "%.*s%s%s", (int)(at - body), body, text, at + 2);
}

/* Logins are four hours apart, so that none is throttled. */
static struct ask
ask_of(struct box *box, const struct group *group, const struct kind *kind, const char *text)
{
	static int64_t later_ms;

	if (group->times == 1)
		later_ms += DAY / 6;
	if (group->path)
		return (struct ask){ .method = "POST", .path = group->path, .type = group->type,
		    .x_auth_token = kind->who, .body = put_body(box, group->body, text),
		    .later_ms = group->times == 1 ? later_ms : 0 };
	return (struct ask){ .email = kind->who, .password = text, .later_ms = later_ms };
}

/* One call; each of a group has the same answer. */
static double
call(struct box *box, const struct group *group, const struct kind *kind)
{
	static const struct group *answered;
	static char first[256];
	char secret[TOKEN_SIZE];
	struct ask ask = ask_of(box, group, kind, text_of(kind->form, secret));
	struct reply reply;
	double began_us;

	began_us = now_us();
	reply = box_ask(box, &ask);
	began_us = now_us() - began_us;
	if (answered != group)
		snprintf(first, sizeof first, "%s", reply.body);
	answered = group;
	box_must(reply.status != group->status || strcmp(reply.body, first) != 0,
	    "another answer");
	arena_wipe(&box->mem);
	return began_us;
}

static void
shuffle(size_t *order, size_t count)
{
	uint32_t random;

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count - 1; i > 0; i--) {
		size_t other, kept = order[i];

		secret_random(&random, sizeof random);
		other = random % (i + 1);
		order[i] = order[other];
		order[other] = kept;
	}
}

struct moments {
	double mean, variance, median;
};

static struct moments
moments_of(const double *x, int count)
{
	struct moments m = { .mean = 0 };

	for (int i = 0; i < count; i++)
		m.mean += x[i] / count;
	for (int i = 0; i < count; i++)
		m.variance += (x[i] - m.mean) * (x[i] - m.mean) / (count - 1);
	m.median = x[count / 2];
	return m;
}

/* 0 if none of the kinds can be told from the last. */
static int
judge(const struct group *group, int count)
{
	struct moments m[KINDS_MAX];
	const size_t last = group->count - 1;
	int status = 0;

	for (size_t k = 0; k <= last; k++) {
		qsort(times[k], (size_t)count, sizeof *times[k], compare_us);
		m[k] = moments_of(times[k], count);
	}
	for (size_t k = 0; k <= last; k++) {
		double apart_us = m[k].mean - m[last].mean;
		double t = apart_us / sqrt((m[k].variance + m[last].variance) / count);

		printf("timing: %-8s %-18s n=%d mean=%.1f us median=%.1f us t=%+.2f\n",
		    group->name, group->kinds[k].name, count, m[k].mean, m[k].median, t);
		if ((fabs(t) >= LIMIT && fabs(apart_us) > group->tolerance_us) ||
		    fabs(m[k].median - m[last].median) >= MEDIAN_LIMIT_US)
			status = 1;
	}
	printf("timing: %s: %s\n", group->name,
	    status ? "they can be told apart" : "they cannot be told apart");
	return status;
}

static int
measure(struct box *box, const struct group *group, int count)
{
	size_t order[KINDS_MAX];
	int status;

	for (size_t k = 0; k < group->count; k++) {
		times[k] = calloc((size_t)count, sizeof *times[k]);
		box_must(!times[k], "memory");
		call(box, group, &group->kinds[k]);
	}
	for (int i = 0; i < count; i++) {
		shuffle(order, group->count);
		for (size_t k = 0; k < group->count; k++)
			times[order[k]][i] = call(box, group, &group->kinds[order[k]]);
	}
	status = judge(group, count);
	for (size_t k = 0; k < group->count; k++)
		free(times[k]);
	return status;
}

/* A token of the user, kept beyond the arena of the box. */
static void
keep_token(struct box *box, enum form form, const struct identity *who, const char *addresses,
    int64_t ttl_s)
{
	const struct token_terms terms = { "of a test", ttl_s, NULL, addresses };
	char *secret = malloc(TOKEN_SIZE);
	struct token token;

	box_must(!secret, "memory");
	box_must(token_create_on(box->auth, who, &terms, NOW_MS - DAY, &token, secret), "token");
	texts[form] = secret;
}

static void
prepare(struct box *box)
{
	const int64_t years_s = 20 * 365 * DAY / 1000;
	struct identity owner, server, disabled, bare;

	box->conf->jwt_ttl_s = box->conf->max_session_s = 1000 * years_s;
	disabled = box_user(box, "disabled@example.com", PASSWORD);
	bare = box_user(box, "bare@example.com", NULL);
	owner = box_user(box, "owner@example.com", NULL);
	server = box_user(box, "server@example.com", NULL);
	strcpy(server.user.role, "Provider");
	box_must(store_user_set(box->auth->store, &server.user, field_bit(&user_kind, "role"),
	    NOW_MS, &server.user), "role");
	keep_token(box, FORM_OTHERS, &owner, NULL, years_s);
	keep_token(box, FORM_ENDED, &owner, NULL, 60);
	keep_token(box, FORM_LIMITED, &owner, "198.51.100.0/24", years_s);
	keep_token(box, FORM_DISABLED, &disabled, NULL, years_s);
	box_must(user_disable(box->auth, &disabled.user.id, NOW_MS), "disable");
	box->names.jwt = strdup(box_jwt(box, &box->alice));
	box->names.own['e'] = strdup(box_jwt(box, &bare));
	box->names.own['p'] = strdup(box_jwt(box, &server));
	box->conf->token_as_password = true;
}

int
main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : CALLS, status = 0;
	struct box box;

	if (descriptors_fill())
		return 99;
	box_must(secret_init() || count < 2, "start");
	log_open("/dev/null", LOG_LEVEL_INFO);
	box_open_guarded(&box, test_directory());
	prepare(&box);
	for (size_t i = 0; i < NELEM(groups); i++) {
		/* by name, or all */
		if (argc < 3 || strcmp(argv[2], groups[i].name) == 0)
			status |= measure(&box, &groups[i], count * groups[i].times);
	}
	box_close(&box);
	return status;
}
