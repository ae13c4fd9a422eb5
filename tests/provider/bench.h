// SPDX-License-Identifier: ISC
/*
 * tests/provider/bench.h - doorward's domain in this process, at a time of our
 * choice, and a provider on loopback in another.
 *
 * Nothing waits but for a provider that lets us wait.
 */
#ifndef PROVIDER_BENCH_H
#define PROVIDER_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "http/serve.h"
#include "store/record.h"
#include "test.h"

/* provider_timeout_ms, for providers that shall be heard even on a busy machine. */
#define PATIENCE_MS 5000

/* ... for those that shall not, and how much later than that an answer may be. */
#define SHORT_MS 300
#define TOLERANCE_MS 1500

/* --- provider_process.c: the provider, and what it is to answer --------------- */

int provider_start(void);
int provider_stop(void);

/* The same port again, so that whoever knew it finds it refused in between. */
void provider_pause(void);
void provider_resume(void);

/* "https://localhost:PORT"; and the path of a file in its directory. */
const char *provider_base(void);
const char *provider_file(const char *name);

/* What is answered at path from now on: server.h. */
void provider_says(const char *path, const char *answer);

/* A JWK Set of these keys, divided by blanks, with that first line and header. */
void provider_keys(const char *path, const char *first, const char *header, const char *keys);

/* How often path was asked for since the last bench_start; and the target of the last time. */
int provider_calls(const char *path);
const char *provider_asked(const char *path);

/* A row of certificate.c to present. */
void provider_certificate(const char *name);

/* --- bench.c: doorward -------------------------------------------------------- */

struct bench {
	const char *dir;
	struct conf *conf;
	struct service *service;
	int64_t now_ms;			/* what doorward takes for the time */
};

extern struct bench bench;

/* The arena of the running test. */
struct arena *test_mem(void);

/*
 * Another doorward with an empty database and no keys of providers; lines
 * are lines of its configuration, after those of all tests: "" for none.
 */
void bench_start(const char *lines);
void bench_open(void);		/* bench_start("") */
void bench_end(void);

/* What is said of a configuration of these lines; "" if nothing is wrong. */
const char *bench_conf_errors(const char *lines);

/* Ends the service, and opens it again as a restart would. */
void bench_restart(void);

/* The same with another provider_timeout_ms. */
void bench_patience(int64_t ms);

void bench_later_s(int64_t seconds);

/* Adds a user; field NULL for none. */
void bench_user(const char *email, const char *field, const char *value);
struct user bench_find(const char *email);

#define ASK_HEADERS 3

struct ask {
	const char *headers[ASK_HEADERS][2];	/* CGI name and value */
	const char *query, *form;
};

struct answer {
	int status;
	const char *email;		/* of a 200; NULL for others */
	const char *retry_after;	/* NULL for none */
	int64_t took_ms;
};

/* GET /rest/auth, or with a form POST /rest/token. */
struct answer bench_ask(const struct ask *ask);

/* With one header alone. */
struct answer bench_ask_header(const char *name, const char *value);
#define GOOGLE "HTTP_X_AUTH_GOOGLE_TOKEN"
#define FACEBOOK "HTTP_X_AUTH_FACEBOOK_TOKEN"
#define APPLE "HTTP_X_AUTH_APPLE_TOKEN"
#define KEYCLOAK "HTTP_X_AUTH_KEYCLOAK_TOKEN"

/* Each by a worker of its own, at once; answers have status and time alone. */
void bench_ask_at_once(const struct ask *asks, size_t count, struct answer *answers);

/* By a worker that is killed as soon as it has asked the provider for path. */
void bench_ask_and_die(const struct ask *ask, const char *path);

/* "Authorization: Basic" of email with password "password-1", which bench_user gives. */
const char *basic(const char *email, const char *password);

/* How often text is in the log since bench_start. */
int bench_logged(const char *text);

/* --- id_token.c --------------------------------------------------------------- */

#define CLAIMS_MAX 12

/* raw is JSON with ' for ", or "@+60": 60 s after now, "@.5+60" half a second later.  NULL: not there. */
struct claim {
	const char *name, *raw;
};

/* What they say unless a test changes it; up to the first without a name. */
extern const struct claim google_claims[], apple_claims[], keycloak_claims[], limited_claims[];

/* base with changes of those names, or with them added, as JSON. */
const char *claims_with(const struct claim *base, const struct claim *changes);

/* Signed by the key of that file, which is its kid. */
const char *id_token(const char *key, const char *claims);

/* Any header, with ' for ", and any method (key.h). */
const char *any_token(const char *key, const char *method, const char *header,
    const char *claims);

#endif
