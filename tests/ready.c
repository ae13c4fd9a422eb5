// SPDX-License-Identifier: ISC
/* tests/ready.c - the service in a box, opened for a test. */
#include "ready.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/ha1b.h"
#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/guard.h"
#include "base/text.h"
#include "cred/cred.h"
#include "store_memory/memory.h"

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
	conf->throttle = false;		/* tests/guard has it on */
	conf->password_cache_s = 0;
	conf->password_refuse_common = false;
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

	*my = (struct ready){ .room = 0 };
	my->conf = ready_conf(dir);
	must(auth_init(my->conf, READY_NOW_MS), "store");
	must(service_open(&my->service, my->conf), "service");
	my->auth = my->service->auth;
	must(user_add(my->auth, &alice, READY_PASSWORD, strlen(READY_PASSWORD), &why), "user");
	my->alice = logged_in(&alice);
}

/* What auth_open does, without files. */
static struct auth *
auth_in_memory(const struct conf *conf)
{
	struct auth *auth = calloc(1, sizeof *auth);
	struct master_key *master;

	must(!auth, "memory");
	master = &auth->keys.masters[auth->keys.master_count++];
	strcpy(master->id, "0123456789abcdef");
	secret_random(master->bytes, sizeof master->bytes);
	auth->conf = conf;
	auth->cost = (struct password_cost){ (uint64_t)conf->argon2_iterations,
	    (size_t)conf->argon2_memory_kib * 1024 };
	must(store_open_memory(&auth->store), "store");
	must(keyring_create(&auth->keys, auth->store, READY_NOW_MS), "keys");
	must(keyring_load(&auth->keys, auth->store, READY_NOW_MS), "keys");
	return auth;
}

static void
add_alice(struct ready *my)
{
	static char hash[HASH_SIZE];
	struct user alice = user_named(READY_EMAIL);
	struct password password = { .user = alice.id };

	if (!hash[0])
		must(password_hash(&my->auth->cost, READY_PASSWORD, strlen(READY_PASSWORD), hash),
		    "hash");
	memcpy(password.hash, hash, sizeof hash);
	must(ha1b_index(my->auth, &alice, READY_PASSWORD, strlen(READY_PASSWORD), alice.ha1b),
	    "HA1B");
	must(store_user_add(my->auth->store, &alice, &password), "user");
	my->alice = logged_in(&alice);
}

void
ready_open_memory(struct ready *my)
{
	*my = (struct ready){ .room = 0 };
	my->conf = ready_conf("/nonexistent");
	my->auth = auth_in_memory(my->conf);
	my->service = calloc(1, sizeof *my->service);
	must(!my->service, "memory");
	my->service->conf = my->conf;
	my->service->auth = my->auth;
	must(cred_open(&my->service->cred, my->auth), "schemes");
	add_alice(my);
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

void
ready_names_make(struct ready *my)
{
	struct identity bob = ready_user(my, "bob@example.com"), by_token;
	struct ready_names *names = &my->names;
	struct token token;

	names->bearer = ready_token(my, &my->alice, 3600, &token);
	uuid_text(names->id, &token.id);
	must(token_verify(my->auth, names->bearer, READY_NOW_MS, &by_token), "token");
	names->token_jwt = ready_jwt(my, &by_token);
	names->jwt = ready_jwt(my, &my->alice);
	names->foreign = ready_token(my, &bob, 3600, &token);
	uuid_text(names->foreign_id, &token.id);
}

static const char *
named(const struct ready_names *names, char letter)
{
	switch (letter) {
	case 'j': return names->jwt;
	case 'b': return names->bearer;
	case 't': return names->token_jwt;
	case 'u': return names->id;
	case 'f': return names->foreign;
	case 'g': return names->foreign_id;
	default: return names->own[letter & 127] ? names->own[letter & 127] : "$";
	}
}

const char *
ready_expand(struct ready *my, const char *text)
{
	struct text t;

	if (!text || !strchr(text, '$'))
		return text;
	text_init(&t, &my->mem);
	for (; *text; text++) {
		if (*text == '$' && text[1])
			text_puts(&t, named(&my->names, *++text));
		else
			text_put(&t, text, 1);
	}
	return t.data;
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
		{ "SCRIPT_NAME", ready_expand(my, ask->path) },
		{ "QUERY_STRING", ready_expand(my, ask->query) },
		{ "CONTENT_TYPE", ask->type },
		{ "HTTPS", ask->plain ? NULL : "on" },
		{ "REMOTE_ADDR", "192.0.2.1" },
		{ "HTTP_AUTHORIZATION", ready_expand(my, ask->authorization) },
		{ "HTTP_X_AUTH_TOKEN", ready_expand(my, ask->x_auth_token) },
		{ "HTTP_X_AUTH_HA1B_TOKEN", ask->ha1b },
		{ "HTTP_X_OTHER", "x" },
	};
	struct request req;
	struct reply reply;

	arena_wipe(&my->call_mem);
	my->call_mem.limit = 0;
	must(service_request(my->service, &my->call_mem, &req), "request");
	for (size_t i = 0; i < NELEM(params); i++)
		add_param(&req, params[i].name, params[i].value, ask->twice);
	req.role = ask->role;
	for (size_t i = 0; i < NELEM(ask->more) && ask->more[i].name; i++)
		add_param(&req, ask->more[i].name, ready_expand(my, ask->more[i].value),
		    ask->twice);
	req.body_state = ask->body_state;
	if (ask->body) {
		req.body = ready_expand(my, ask->body);
		req.body_len = strlen(req.body);
	}
	if (my->room)
		my->call_mem.limit = my->call_mem.used + my->room;
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
