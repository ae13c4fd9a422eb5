// SPDX-License-Identifier: ISC
/*
 * tests/bench/login_time.c - does the time of /login reveal which users exist?
 *
 * With webitel_hide_unknown_user, a wrong password and an unknown user have the
 * same answer and must take the same time.  Asks serve() for either in turn, at
 * the shipped cost of a password.  What else runs on the machine only ever adds
 * time, so it is the fastest of either that are compared: fails when their ratio
 * is further from 1 than RATIO_OFF.  `make bench` runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/password.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "microseconds.h"
#include "service/ask.h"

#define ROUNDS_DEFAULT 200
#define RATIO_OFF 0.05

enum kind { WRONG, UNKNOWN, KINDS };

static const struct { const char *name, *body; } kinds[KINDS] = {
	[WRONG] = { "wrong password",
	    "{\"username\":\"" ALICE "\",\"password\":\"battery staple\"}" },
	[UNKNOWN] = { "unknown user",
	    "{\"username\":\"carol@example.com\",\"password\":\"battery staple\"}" },
};

static double
measure(struct box *my, enum kind kind)
{
	struct ask ask = { .method = "POST", .path = "/login", .body = kinds[kind].body };
	double begin = now_us();
	struct reply reply = box_ask(my, &ask);

	if (reply.status != 401) {
		fprintf(stderr, "%s: status %d\n", kinds[kind].name, reply.status);
		exit(99);
	}
	return now_us() - begin;
}

/* The shipped cost instead of the quick one of tests, for the one user there is as well. */
static void
set_cost(struct box *my)
{
	struct password password = { .user = my->alice.user.id };
	static const char right[] = PASSWORD;

	my->auth->cost = (struct password_cost){ .iterations = 2,
	    .memory_bytes = (size_t)19456 * 1024 };
	if (password_hash(&my->auth->cost, right, strlen(right), password.hash) ||
	    store_user_password(my->auth->store, &password, NULL, 1, false))
		exit(99);
}

int
main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : ROUNDS_DEFAULT;
	double *times[KINDS], fast[KINDS], ratio;
	struct box my;

	if (descriptors_fill())
		return 99;
	if (!rounds || log_open("/dev/null", LOG_LEVEL_ERROR))
		return 99;
	box_open_memory(&my);
	my.conf->webitel_hide_unknown_user = true;
	set_cost(&my);
	for (enum kind kind = 0; kind < KINDS; kind++)
		times[kind] = arena_alloc(&my.mem, rounds * sizeof *times[kind]);
	for (size_t i = 0; i < rounds; i++) {
		times[WRONG][i] = measure(&my, WRONG);
		times[UNKNOWN][i] = measure(&my, UNKNOWN);
	}
	for (enum kind kind = 0; kind < KINDS; kind++) {
		qsort(times[kind], rounds, sizeof *times[kind], compare_us);
		fast[kind] = times[kind][0];
		printf("login_time: %-14s fastest=%.0f us p50=%.0f us of %zu\n", kinds[kind].name,
		    fast[kind], times[kind][rounds / 2], rounds);
	}
	ratio = fast[UNKNOWN] / fast[WRONG];
	printf("login_time: unknown / wrong %.3f, from %.2f to %.2f is allowed\n", ratio,
	    1 - RATIO_OFF, 1 + RATIO_OFF);
	box_close(&my);
	return ratio < 1 - RATIO_OFF || ratio > 1 + RATIO_OFF;
}
