// SPDX-License-Identifier: ISC
/*
 * tests/guard/box.h - the service in a box: options, store, users, and requests
 * asked of it by whom and when a test likes.
 *
 * What cannot be set up ends the program: a test cannot go on without it.
 */
#ifndef GUARD_BOX_H
#define GUARD_BOX_H

#include <stdint.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "http/serve.h"
#include "test.h"

#define NOW_MS	INT64_C(1700000000000)
#define SECOND	INT64_C(1000)
#define MINUTE	(60 * SECOND)
#define DAY	(24 * 60 * MINUTE)

#define ALICE		"alice@example.com"
#define BOB		"bob@example.com"
#define PASSWORD	"correct-horse"	/* everybody's */

struct box {
	struct arena mem, call_mem;
	struct conf *conf;
	struct service *service;	/* NULL until box_serve */
};

/* A store without users in a new directory, options at their defaults but for cheap hashes. */
void box_make_empty(struct box *box);

/* A store with Alice and Bob in it. */
void box_make(struct box *box);

/* Opens the service; a process may do so once at a time. */
void box_serve(struct box *box);

void box_close(struct box *box);

/* One GET request; NULL for what is not sent. */
struct ask {
	const char *source;		/* NULL: 192.0.2.1 */
	const char *email, *password;	/* Basic */
	const char *ha1b, *token;	/* X-Auth-HA1B-Token, X-Auth-Token */
	const char *authorization;	/* instead of email and password */
	int64_t now_ms;			/* 0: NOW_MS */
	const char *path;		/* NULL: /rest/auth */
	const char *key, *access_token;	/* X-Key, X-Access-Token */
};

struct answer {
	int status;
	int64_t retry_s;		/* Retry-After; 0 for none */
	const char *body;		/* until the next request */
};

struct answer box_ask(struct box *box, const struct ask *ask);

/* The JWT within the body of an answer, in box->mem. */
const char *box_jwt(struct box *box, const char *body);

/* How many passwords were hashed so far. */
int64_t box_hashes(const struct box *box);

/* The HA1B of Alice's password, and a wrong one of number n. */
const char *box_ha1b(struct box *box);
const char *box_wrong_ha1b(struct box *box, int n);

#endif
