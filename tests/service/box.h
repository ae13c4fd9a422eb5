// SPDX-License-Identifier: ISC
/*
 * tests/service/box.h - the service in a box: options, store, keys and one user,
 * opened for a test; ask.h asks it without a web server.
 *
 * Exits if something cannot be set up: a test cannot continue without it.
 */
#ifndef SERVICE_BOX_H
#define SERVICE_BOX_H

#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "http/serve.h"

#define NOW_MS	INT64_C(1700000000000)	/* 2023-11-14T22:13:20.000Z */
#define SECOND	INT64_C(1000)
#define MINUTE	(60 * SECOND)
#define DAY	(24 * 60 * MINUTE)

#define ALICE		"alice@example.com"
#define BOB		"bob@example.com"
#define PASSWORD	"correct horse"	/* everybody's */

/* What requests write as $j and so on. */
struct box_names {
	const char *jwt;		/* $j */
	const char *bearer;		/* $b, a bearer token */
	const char *token_jwt;		/* $t, a JWT made from that */
	const char *foreign;		/* $f, a bearer token of Bob */
	char id[UUID_TEXT_SIZE];	/* $u, the uuid of $b */
	char foreign_id[UUID_TEXT_SIZE];	/* $g, the uuid of $f */
	const char *own[128];		/* $x of other letters: a test's own, by the letter */
};

struct box {
	struct arena mem;		/* for what a test allocates */
	struct arena call_mem;		/* of one request; wiped by the next */
	struct conf *conf;		/* the box's; a test may change it between calls */
	struct service *service;
	struct auth *auth;		/* the service's */
	int64_t now_ms;			/* when requests are asked; NOW_MS at first */
	struct identity alice;		/* as if logged in at NOW_MS */
	struct box_names names;
	size_t room;			/* bytes that a call may take of call_mem; 0: no limit */
	void (*around)(bool begins);	/* called before and after the service's turns; or NULL */
};

/* Prints what and exits, if r is not 0. */
void box_must(int r, const char *what);

/* Options at their defaults, except that directories are below dir and hashes are cheap. */
struct conf *box_conf_guarded(const char *dir);

/* The same, without protection against guessing. */
struct conf *box_conf(const char *dir);

/* With a database in MariaDB instead, at that place. */
struct store_where;
void box_conf_at(struct conf *conf, struct store_where where);

/* With the database of these options, which are then the box's, and without users. */
void box_open_empty(struct box *box, struct conf *conf);

/* With LMDB in dir, an empty directory, and box_conf. */
void box_open(struct box *box, const char *dir);

/* The same with box_conf_guarded, and Bob, who has the same password as all. */
void box_open_guarded(struct box *box, const char *dir);

/* With that store, which is new and then the box's, and nothing on disk. */
void box_open_store(struct box *box, struct store *st);

/* The same with a store in memory that can fail. */
void box_open_memory(struct box *box);

void box_close(struct box *box);

/* Opens box->service by box->conf, as a worker does: one at a time in a process. */
void box_serve(struct box *box);

/* The same after what was open is closed, as a restart would. */
void box_reopen(struct box *box);

/* Creates Bob, without a password, and all of box->names. */
void box_names_make(struct box *box);

/* A further user, as if logged in at NOW_MS; password NULL for none. */
struct identity box_user(struct box *box, const char *email, const char *password);

/* The record of Alice as the store has it now. */
struct user box_alice(struct box *box);

/* A new bearer token of who, valid for ttl_s from NOW_MS, and its record. */
const char *box_token(struct box *box, const struct identity *who, int64_t ttl_s,
    struct token *record);

/*
 * A token of Alice for ten minutes with those limits, NULL for none: $x, its JWT $y and its
 * uuid $z.
 */
void box_limited(struct box *box, const char *scope, const char *addresses);

/* A JWT issued to who at NOW_MS. */
const char *box_jwt(struct box *box, const struct identity *who);

/* How many passwords were hashed so far. */
int64_t box_hashes(const struct box *box);

/* The HA1B of Alice's password. */
const char *box_ha1b(struct box *box);

/* text with $j and so on replaced, in box->mem; NULL for NULL. */
const char *box_expand(struct box *box, const char *text);

#endif
