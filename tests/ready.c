// SPDX-License-Identifier: ISC
/* tests/ready.c - the service in a box, opened for a test. */
#include "ready.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/guard.h"

static void
must(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "a test cannot be set up: %s: %d\n", what, r);
	exit(99);
}

struct conf *
ready_conf(const char *dir)
{
	struct conf *conf;

	must(conf_defaults(&conf), "options");
	conf->data_dir = arena_strdup(&conf->mem, dir);
	conf->run_dir = conf->data_dir;
	conf->key_file = arena_printf(&conf->mem, "%s/master.key", dir);
	conf->argon2_memory_kib = 8192;
	conf->argon2_iterations = 1;
	conf->store_max_mib = 16;
	return conf;
}

static struct user
user_named(const char *email)
{
	struct user user = user_new(READY_NOW_MS - 1000);
	const char *why;

	must(user_take_field(&user, "email", email, &why), email);
	return user;
}

static struct identity
logged_in(const struct user *user)
{
	return (struct identity){ .user = *user, .authenticated_s = READY_NOW_S };
}

void
ready_open(struct ready *my, const char *dir)
{
	struct user alice = user_named(READY_EMAIL);
	const char *why;

	arena_init(&my->mem, 0);
	arena_init(&my->call_mem, 0);
	my->conf = ready_conf(dir);
	must(auth_init(my->conf, READY_NOW_MS), "store");
	must(service_open(&my->service, my->conf), "service");
	my->auth = my->service->auth;
	must(user_add(my->auth, &alice, READY_PASSWORD, strlen(READY_PASSWORD), &why), "user");
	my->alice = logged_in(&alice);
}

void
ready_close(struct ready *my)
{
	service_close(&my->service);
	conf_drop(&my->conf);
	arena_free(&my->call_mem);
	arena_free(&my->mem);
}

struct identity
ready_user(struct ready *my, const char *email)
{
	struct user user = user_named(email);
	const char *why;

	must(user_add(my->auth, &user, NULL, 0, &why), email);
	return logged_in(&user);
}

struct user
ready_alice(struct ready *my)
{
	struct user user;

	must(store_user_get(my->auth->store, &my->alice.user.id, &user), "find the user");
	return user;
}

const char *
ready_basic(struct ready *my, const char *pair)
{
	size_t len = strlen(pair), size;
	char *text;

	size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
	text = arena_alloc(&my->mem, sizeof "Basic " + size);
	must(!text, "memory");
	strcpy(text, "Basic ");
	sodium_bin2base64(text + strlen(text), size, (const unsigned char *)pair, len,
	    sodium_base64_VARIANT_ORIGINAL);
	return text;
}

const char *
ready_token(struct ready *my, const struct identity *who, int64_t ttl_s, struct token *record)
{
	char *secret = arena_alloc(&my->mem, TOKEN_LEN + 1);

	must(!secret, "memory");
	must(token_create(my->auth, who, "of a test", ttl_s, READY_NOW_MS, record, secret),
	    "token");
	return secret;
}

const char *
ready_jwt(struct ready *my, const struct identity *who)
{
	const char *jwt;

	must(user_jwt_issue(my->auth, &my->mem, who, READY_NOW_MS, &jwt), "JWT");
	return jwt;
}

const char *
ready_bearer(struct ready *my, const char *secret)
{
	return arena_printf(&my->mem, "Bearer %s", secret);
}

static void
add_param(struct request *req, const char *name, const char *value, const char *twice)
{
	size_t len = strlen(name);

	if (value)
		must(request_param(req, name, len, value), name);
	if (twice && strcmp(twice, name) == 0)
		must(request_param(req, name, len, value ? value : ""), name);
}

struct reply
ready_ask(struct ready *my, const struct ask *ask)
{
	const struct { const char *name, *value; } params[] = {
		{ "REQUEST_METHOD", ask->method ? ask->method : "GET" },
		{ "SCRIPT_NAME", ask->path },
		{ "QUERY_STRING", ask->query },
		{ "CONTENT_TYPE", ask->type },
		{ "HTTPS", ask->plain ? NULL : "on" },
		{ "REMOTE_ADDR", "192.0.2.1" },
		{ "HTTP_AUTHORIZATION", ask->authorization },
		{ "HTTP_X_AUTH_TOKEN", ask->x_auth_token },
		{ "HTTP_X_OTHER", "x" },
	};
	struct request req;
	struct reply reply;

	arena_wipe(&my->call_mem);
	must(service_request(my->service, &my->call_mem, &req), "request");
	for (size_t i = 0; i < NELEM(params); i++)
		add_param(&req, params[i].name, params[i].value, ask->twice);
	req.body_state = ask->body_state;
	if (ask->body) {
		req.body = ask->body;
		req.body_len = strlen(ask->body);
	}
	serve(my->service, &req, READY_NOW_MS + ask->later_ms, &reply);
	return reply;
}

const char *
ready_header(const struct reply *reply, const char *name, size_t n)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, name) == 0 && n-- == 0)
			return reply->headers[i].value;
	}
	return NULL;
}
