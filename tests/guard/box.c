// SPDX-License-Identifier: ISC
/* tests/guard/box.c - the service in a box. */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/checks.h"
#include "auth/ha1b.h"
#include "auth/user.h"
#include "base/log.h"

static void
must(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "a test cannot be set up: %s: %d\n", what, r);
	exit(99);
}

static void
add_user(struct auth *auth, const char *email)
{
	struct user user = user_new(NOW_MS - DAY);
	const char *why;

	must(user_take_field(&user, "email", email, &why), email);
	must(user_add(auth, &user, PASSWORD, strlen(PASSWORD), &why), email);
}

void
box_make_empty(struct box *box)
{
	const char *dir = test_directory();

	*box = (struct box){ .service = NULL };
	arena_init(&box->mem, 0);
	arena_init(&box->call_mem, 0);
	must(conf_defaults(&box->conf), "options");
	box->conf->data_dir = arena_strdup(&box->mem, dir);
	box->conf->run_dir = arena_printf(&box->mem, "%s/run", dir);
	box->conf->key_file = arena_printf(&box->mem, "%s/master.key", dir);
	box->conf->argon2_memory_kib = 8192;
	box->conf->argon2_iterations = 1;
	box->conf->store_max_mib = 16;
	box->conf->throttle_entries = 1000;
	must(auth_init(box->conf, NOW_MS - DAY), "store");
}

void
box_make(struct box *box)
{
	GUARD(auth_close) struct auth *auth = NULL;

	box_make_empty(box);
	must(auth_open(&auth, box->conf), "keys");
	add_user(auth, ALICE);
	add_user(auth, BOB);
}

void
box_serve(struct box *box)
{
	must(service_open(&box->service, box->conf), "service");
}

void
box_close(struct box *box)
{
	service_close(&box->service);
	conf_drop(&box->conf);
	arena_free(&box->call_mem);
	arena_free(&box->mem);
}

static const char *
basic(struct arena *mem, const char *email, const char *password)
{
	const char *pair = arena_printf(mem, "%s:%s", email, password);
	size_t size = sodium_base64_encoded_len(strlen(pair), sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(mem, size);

	sodium_bin2base64(text, size, (const unsigned char *)pair, strlen(pair),
	    sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(mem, "Basic %s", text);
}

static void
add(struct request *req, const char *name, const char *value)
{
	if (value)
		must(request_param(req, name, strlen(name), value), name);
}

struct answer
box_ask(struct box *box, const struct ask *ask)
{
	const char *authorization = ask->authorization;
	struct answer answer = { .status = 0 };
	struct request req;
	struct reply reply;

	arena_wipe(&box->call_mem);
	if (ask->email)
		authorization = basic(&box->call_mem, ask->email, ask->password);
	must(service_request(box->service, &box->call_mem, &req), "request");
	add(&req, "REQUEST_METHOD", "GET");
	add(&req, "SCRIPT_NAME", ask->path ? ask->path : "/rest/auth");
	add(&req, "HTTPS", "on");
	add(&req, "REMOTE_ADDR", ask->source ? ask->source : "192.0.2.1");
	add(&req, "HTTP_AUTHORIZATION", authorization);
	add(&req, "HTTP_X_AUTH_HA1B_TOKEN", ask->ha1b);
	add(&req, "HTTP_X_AUTH_TOKEN", ask->token);
	add(&req, "HTTP_X_KEY", ask->key);
	add(&req, "HTTP_X_ACCESS_TOKEN", ask->access_token);
	serve(box->service, &req, ask->now_ms ? ask->now_ms : NOW_MS, &reply);
	answer.status = reply.status;
	answer.body = reply.body;
	for (size_t i = 0; i < reply.header_count; i++) {
		if (strcmp(reply.headers[i].name, "Retry-After") == 0)
			answer.retry_s = strtol(reply.headers[i].value, NULL, 10);
	}
	return answer;
}

const char *
box_jwt(struct box *box, const char *body)
{
	const char *at = strstr(body, "\"token\":\"");

	must(!at, "no JWT");
	at += strlen("\"token\":\"");
	return arena_strndup(&box->mem, at, strcspn(at, "\""));
}

int64_t
box_hashes(const struct box *box)
{
	return (int64_t)checks_count(box->service->auth->checks);
}

const char *
box_ha1b(struct box *box)
{
	char ha1b[HA1B_LEN + 1];

	must(ha1b_make(ALICE, PASSWORD, strlen(PASSWORD), ha1b), "HA1B");
	return arena_strdup(&box->mem, ha1b);
}

const char *
box_wrong_ha1b(struct box *box, int n)
{
	return arena_printf(&box->mem, "%032x", n + 1);
}
