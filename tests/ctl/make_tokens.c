// SPDX-License-Identifier: ISC
/*
 * tests/ctl/make_tokens.c - bearer tokens for the tests of doorwardctl, which
 * makes none itself.
 *
 *	make_tokens CONFIG EMAIL COUNT TTL-S AGE-S
 *
 * They were made AGE-S seconds ago, so they have expired if that is over TTL-S.
 * Prints the secrets, which no program of the service ever does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "auth/token.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/secret.h"

static int
make(struct auth *auth, const char *email, int count, int64_t ttl_s, int64_t now_ms)
{
	struct identity who = { .by_token = false };
	char secret[TOKEN_SIZE], name[32];
	struct token token;
	int r;

	r = user_lookup(auth, email, &who.user);
	for (int i = 0; !r && i < count; i++) {
		snprintf(name, sizeof name, "token\x1b[31m %d", i);
		r = token_create(auth, &who, name, ttl_s, now_ms + i, &token, secret);
		if (!r)
			puts(secret);
	}
	return r;
}

int
main(int argc, char **argv)
{
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(auth_close) struct auth *auth = NULL;
	GUARD(arena_free) struct arena mem = { .chunks = NULL };
	struct text errors;
	int r;

	if (descriptors_fill())
		return 99;
	if (argc != 6)
		return 2;
	arena_init(&mem, 0);
	text_init(&errors, &mem);
	r = secret_init();
	if (!r)
		r = conf_load(&conf, argv[1], &errors);
	if (!r)
		r = auth_open(&auth, conf);
	if (!r)
		r = make(auth, argv[2], atoi(argv[3]), atoll(argv[4]),
		    clock_now_ms() - atoll(argv[5]) * 1000);
	return r ? 1 : 0;
}
