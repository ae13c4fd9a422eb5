// SPDX-License-Identifier: ISC
/*
 * tests/bench/timing.c [CALLS] - does the time of an answer tell who has an
 * account?  Logins of an unknown user, a disabled one, one without a password and
 * one whose password is another, in turn and in random order, with the throttle
 * on; then Welch's t of each against the last.  Beyond 4.5 they can be told apart.
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
#define LIMIT	4.5
#define MEDIAN_LIMIT_US 1000

/* The same with what has the form of a token, and with a token of another user. */
enum form { FORM_PASSWORD, FORM_TOKEN, FORM_OTHERS };

static const struct { const char *name, *email; enum form form; } kinds[] = {
	{ "unknown",             "nobody@example.com",   FORM_PASSWORD },
	{ "disabled",            "disabled@example.com", FORM_PASSWORD },
	{ "no password",         "bare@example.com",     FORM_PASSWORD },
	{ "unknown, as token",   "nobody@example.com",   FORM_TOKEN },
	{ "disabled, as token",  "disabled@example.com", FORM_TOKEN },
	{ "wrong, as token",     ALICE,                  FORM_TOKEN },
	{ "unknown, another's",  "nobody@example.com",   FORM_OTHERS },
	{ "wrong, another's",    ALICE,                  FORM_OTHERS },
	{ "wrong",               ALICE,                  FORM_PASSWORD },
};

#define KINDS	NELEM(kinds)
#define WRONG	(KINDS - 1)

static double *times[KINDS];		/* microseconds */
static const char *others;		/* a token that no kind's user has */

/* One call; calls are four hours apart, so that none is throttled. */
static double
call(struct box *box, size_t kind)
{
	static const char *first;
	static int64_t at_ms = NOW_MS;
	char password[TOKEN_LEN + 1];
	struct reply reply;
	double began_us;

	at_ms += DAY / 6;
	secret_base62(password, kinds[kind].form == FORM_TOKEN ? TOKEN_LEN : 23);
	if (kinds[kind].form == FORM_OTHERS)
		strcpy(password, others);
	began_us = now_us();
	reply = box_ask(box, &(struct ask){ .email = kinds[kind].email, .password = password,
	    .later_ms = at_ms - NOW_MS });
	began_us = now_us() - began_us;
	if (!first)
		first = arena_strdup(&box->mem, reply.body);
	box_must(reply.status != 401 || strcmp(reply.body, first) != 0, "another answer");
	return began_us;
}

static void
shuffle(size_t order[KINDS])
{
	uint32_t random;

	for (size_t i = 0; i < KINDS; i++)
		order[i] = i;
	for (size_t i = KINDS - 1; i > 0; i--) {
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
judge(int count)
{
	struct moments m[KINDS];
	int status = 0;

	for (size_t k = 0; k < KINDS; k++) {
		qsort(times[k], (size_t)count, sizeof *times[k], compare_us);
		m[k] = moments_of(times[k], count);
	}
	for (size_t k = 0; k < KINDS; k++) {
		double t = (m[k].mean - m[WRONG].mean) /
		    sqrt((m[k].variance + m[WRONG].variance) / count);

		printf("timing: %-18s n=%d mean=%.0f us median=%.0f us t=%+.2f\n", kinds[k].name,
		    count, m[k].mean, m[k].median, t);
		if (fabs(t) >= LIMIT || fabs(m[k].median - m[WRONG].median) >= MEDIAN_LIMIT_US)
			status = 1;
	}
	printf("timing: %s\n", status ? "they can be told apart" : "they cannot be told apart");
	return status;
}

int
main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : CALLS;
	size_t order[KINDS];
	struct identity disabled, owner;
	struct token token;
	struct box box;

	if (descriptors_fill())
		return 99;
	box_must(secret_init() || count < 2, "start");
	log_open("/dev/null", LOG_LEVEL_INFO);
	box_open_guarded(&box, test_directory());
	disabled = box_user(&box, "disabled@example.com", PASSWORD);
	box_must(user_disable(box.auth, &disabled.user.id, NOW_MS), "disable");
	box_user(&box, "bare@example.com", NULL);
	owner = box_user(&box, "owner@example.com", NULL);
	box.conf->token_as_password = true;
	others = box_token(&box, &owner, 10 * 365 * DAY / 1000, &token);
	for (size_t k = 0; k < KINDS; k++) {
		times[k] = calloc((size_t)count, sizeof *times[k]);
		box_must(!times[k], "memory");
		call(&box, k);
	}
	for (int i = 0; i < count; i++) {
		shuffle(order);
		for (size_t k = 0; k < KINDS; k++)
			times[order[k]][i] = call(&box, order[k]);
	}
	box_close(&box);
	return judge(count);
}
