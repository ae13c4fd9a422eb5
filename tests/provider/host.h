// SPDX-License-Identifier: ISC
/*
 * tests/provider/host.h - a service in a box (service/box.h) that accepts the
 * provider on loopback, at a time of our choice.
 *
 * Only a provider that delays its answer makes a test wait.
 */
#ifndef PROVIDER_HOST_H
#define PROVIDER_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "id_token.h"
#include "provider_process.h"
#include "service/ask.h"
#include "test.h"

/* provider_timeout_ms, for providers that must be heard even on a busy machine. */
#define PATIENCE_MS 5000

/* ... for those that must not, and how much later than that an answer may be. */
#define SHORT_MS 300
#define TOLERANCE_MS 1500

extern struct box host;

/*
 * Another service with an empty database and no keys of providers; lines are
 * lines of its configuration, after those of all tests: "" for none.
 */
void host_start(const char *lines);
void host_open(void);		/* host_start("") */
void host_end(void);

/* The errors in a configuration of these lines; "" if there are none. */
const char *host_conf_errors(const char *lines);

/* Reopens the service with another provider_timeout_ms. */
void host_patience(int64_t ms);

void host_later_s(int64_t seconds);

/* Adds a user with the password that all have; field NULL for none. */
void host_user(const char *email, const char *field, const char *value);
struct user host_find(const char *email);

#define GOOGLE "HTTP_X_AUTH_GOOGLE_TOKEN"
#define FACEBOOK "HTTP_X_AUTH_FACEBOOK_TOKEN"
#define APPLE "HTTP_X_AUTH_APPLE_TOKEN"
#define KEYCLOAK "HTTP_X_AUTH_KEYCLOAK_TOKEN"

/* Of struct ask: a form sent to POST /rest/token. */
#define FORM(text) .method = "POST", .path = "/rest/token", \
	.type = "application/x-www-form-urlencoded", .body = text

/* "NAME=value" for the params of struct ask. */
const char *host_param(const char *name, const char *value);

/* GET /rest/auth with one header. */
struct reply host_ask(const char *name, const char *value);

/* The e-mail in the body of a 200; NULL for others. */
const char *host_email(const struct reply *reply);

struct host_answer {
	int status;
	int64_t took_ms;
};

/* Each by a worker of its own, at once. */
void host_ask_at_once(const struct ask *asks, size_t count, struct host_answer *answers);

/* By a worker that is killed as soon as it has asked the provider for path. */
void host_ask_and_die(const struct ask *ask, const char *path);

/* How often text is in the log since host_start. */
int host_logged(const char *text);

#endif
