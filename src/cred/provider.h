// SPDX-License-Identifier: ISC
/*
 * cred/provider.h - identity providers: Google, Apple, Facebook, and the sections
 * "oidc NAME" of doorward.conf, a row each.
 */
#ifndef CRED_PROVIDER_H
#define CRED_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/jwt.h"
#include "base/slots.h"
#include "cache/cache.h"
#include "conf/conf.h"
#include "cred/scheme.h"
#include "cred/upstream.h"

/* The one table of the cache. */
#define PROVIDER_TABLE 0

struct json;

/* Google, two kinds of Facebook's tokens, Apple, and the sections "oidc NAME". */
#define PROVIDERS_MAX (4 + CONF_OIDC_MAX)

struct provider {
	const char *name;
	const struct scheme *scheme;
	enum shape shape;		/* of its tokens */
	const char *header, *parameter;	/* where they are sent; the header by its CGI name */

	/* OpenID Connect */
	const char *issuers[2];		/* the second may be NULL */
	struct conf_list client_ids;
	const char *jwks_url;
	enum identity_kind kind;	/* the kind of its sub among a user's names */
	const char *sub_prefix;		/* before the sub there */
	bool verified_as_text;		/* its email_verified may be "true" as well as true */
	bool (*may_link)(const struct json *claims);	/* by e-mail; NULL: never */
	bool may_register;		/* an unknown person with a verified e-mail */
};

/* What requests to providers need; opened after fork, only if there is one. */
struct providers {
	const struct conf *conf;
	struct arena mem;
	struct provider *list;
	size_t count;
	struct cache *cache;
	struct slots *slots;		/* of calls to all providers together */
	uint32_t calls;			/* that run in this process */
	uint32_t awaiting;		/* requests here that wait for another's call */
	struct upstream *up;
	const char *facebook_secret;
};

/* *providers remains NULL if none is configured.  -errno, logged. */
int providers_open(struct providers **providers, const struct conf *conf);

/* The same for the description: without what requests need. */
int providers_list(struct providers **providers, const struct conf *conf);
void providers_close(struct providers **providers);

/* The names of the kinds that have options of their own and are switched on; how many. */
size_t provider_kinds(const struct conf *conf, const char *names[]);

/* Where clients of a section put its tokens: a header and a parameter; NULL for no memory. */
const char *provider_section_header(struct arena *mem, const struct conf_oidc *oidc);
const char *provider_section_parameter(struct arena *mem, const struct conf_oidc *oidc);

/* 0 for NULL. */
size_t providers_count(const struct providers *providers);
const struct provider *provider_at(const struct providers *providers, size_t i);

/* The most calls to providers that run at a time, in all processes together. */
#define PROVIDER_CALLS_MAX 64

/* The most that wait in one process for what others get. */
#define PROVIDER_AWAITING_MAX 256

/* What a request waits for at providers; zeroed at first. */
struct provider_wait {
	struct provider_call *call;	/* its own; or NULL */
	int64_t since_ms;		/* since when it waits for another's, of clock_steady_ms */
	int64_t look_ms;		/* when to look again whether that has ended */
};

/*
 * GET url for the attempt's provider, as upstream_get.  V_WAITING, if the attempt may
 * wait: it runs in a thread; ask again, for the same url, when provider_is_due.
 * V_UNAVAILABLE also if PROVIDER_CALLS_MAX run already.
 */
int provider_get(struct attempt *a, const char *url, struct upstream_answer *answer);

/* Has this attempt asked for url, without having its answer yet? */
bool provider_is_asked(const struct attempt *a, const char *url);

/*
 * Waits for what another request gets.  V_WAITING: look again when provider_is_due.
 * V_UNAVAILABLE: it has taken provider_timeout_ms, PROVIDER_AWAITING_MAX wait already, or
 * the attempt may not wait.
 */
int provider_await(struct attempt *a);

/* Is it time to go on? */
bool provider_is_due(const struct provider_wait *wait);

/* Until when those that wait for others must be looked at again; INT_MAX: there are none. */
int providers_due_ms(const struct providers *providers);

/* Waits for no more.  Blocks until a call that runs has ended. */
void provider_wait_end(struct providers *providers, struct provider_wait *wait);

/*
 * The key called kid of the attempt's provider, from the keys last fetched, or
 * fetched anew (API 2.8).  V_NOT_FOUND: it has no such key.  V_UNAVAILABLE: unknown,
 * because the keys cannot be fetched.  V_WAITING: as provider_get.
 */
int provider_key(struct attempt *a, const char *kid, struct jwt_key *key);

/* When keys were fetched, and are to be fetched again. */
struct provider_keys {
	int64_t fetched_ms, due_ms;
};

/* Those of p.  V_NOT_FOUND: it has none, or they were dropped. */
int provider_keys_look(struct providers *providers, const struct provider *p,
    struct arena *mem, int64_t now_ms, struct provider_keys *keys);

#endif
