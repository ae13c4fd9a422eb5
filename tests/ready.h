// SPDX-License-Identifier: ISC
/*
 * tests/ready.h - the service in a box: options, store, keys and one user,
 * opened for a test, and requests asked of it without a web server.
 *
 * What cannot be set up ends the program: a test cannot go on without it.
 */
#ifndef TESTS_READY_H
#define TESTS_READY_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/serve.h"

#define READY_NOW_MS	INT64_C(1700000000000)	/* 2023-11-14T22:13:20.000Z */
#define READY_NOW_S	(READY_NOW_MS / 1000)
#define READY_EMAIL	"alice@example.com"
#define READY_PASSWORD	"correct horse"

/* What requests write as $j and so on. */
struct ready_names {
	const char *jwt;		/* $j */
	const char *bearer;		/* $b, a bearer token */
	const char *token_jwt;		/* $t, a JWT made from that */
	const char *foreign;		/* $f, a bearer token of Bob */
	char id[UUID_TEXT_SIZE];	/* $u, the uuid of $b */
	char foreign_id[UUID_TEXT_SIZE];	/* $g, the uuid of $f */
	const char *own[128];		/* $x of other letters: a test's own, by the letter */
};

struct ready {
	struct arena mem;		/* for what a test makes */
	struct arena call_mem;		/* of one request; wiped by the next */
	struct conf *conf;		/* a test may change it between calls */
	struct service *service;
	struct auth *auth;		/* the service's */
	struct identity alice;		/* the one user, as if logged in at READY_NOW_MS */
	struct ready_names names;
	size_t room;			/* bytes that a call may take of call_mem; 0: no limit */
};

/* Options at their defaults, with data_dir and key_file below dir and cheap hashes. */
struct conf *ready_conf(const char *dir);

/* With LMDB in dir, an empty directory. */
void ready_open(struct ready *my, const char *dir);

/* With a store in memory that can fail, and nothing on disk. */
void ready_open_memory(struct ready *my);

void ready_close(struct ready *my);

/* Makes Bob and all of my->names. */
void ready_names_make(struct ready *my);

/* A further user, without a password, as if logged in at READY_NOW_MS. */
struct identity ready_user(struct ready *my, const char *email);

/* The record of Alice as the store has it now. */
struct user ready_alice(struct ready *my);

/* "Basic " and the base64 of pair, in my->mem. */
const char *ready_basic(struct ready *my, const char *pair);

/* A new bearer token of who, living ttl_s from READY_NOW_MS, and its record. */
const char *ready_token(struct ready *my, const struct identity *who, int64_t ttl_s,
    struct token *record);

/* A JWT issued to who at READY_NOW_MS. */
const char *ready_jwt(struct ready *my, const struct identity *who);

/* "Bearer " and secret, in my->mem. */
const char *ready_bearer(struct ready *my, const char *secret);

/* text with $j and so on replaced, in my->mem; NULL for NULL. */
const char *ready_expand(struct ready *my, const char *text);

/*
 * One request; NULL for a parameter that is not sent.  It comes over TLS unless
 * plain.  In all but method and type, $j and so on stand for my->names.
 */
struct ask {
	const char *method;		/* NULL: GET */
	const char *path, *query, *type, *authorization, *x_auth_token, *ha1b, *body;
	struct { const char *name, *value; } more[4];	/* further parameters */
	const char *twice;		/* the parameter of this name is sent again */
	bool plain;
	enum fcgi_role role;
	enum body_state body_state;
	int64_t later_ms;		/* asked so much after READY_NOW_MS */
};

/* The answer; its bytes live until the next request. */
struct reply ready_ask(struct ready *my, const struct ask *ask);

/* The value of the n-th header of that name, from 0; NULL if there is none. */
const char *ready_header(const struct reply *reply, const char *name, size_t n);

#endif
