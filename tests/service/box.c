// SPDX-License-Identifier: ISC
/* tests/service/box.c - the service in a box, opened for a test. */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/checks.h"
#include "auth/ha1b.h"
#include "auth/known_jwt.h"
#include "auth/signing.h"
#include "auth/token.h"
#include "auth/field.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/guard.h"
#include "base/text.h"
#include "cred/cred.h"
#include "store/store_where.h"
#include "store_memory/memory.h"

void
box_must(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "a test cannot be set up: %s: %d\n", what, r);
	exit(99);
}

struct conf *
box_conf_guarded(const char *dir)
{
	struct conf *conf;

	box_must(conf_defaults(&conf), "options");
	conf->data_dir = arena_strdup(&conf->mem, dir);
	conf->run_dir = arena_printf(&conf->mem, "%s/run", dir);
	conf->key_file = arena_printf(&conf->mem, "%s/master.key", dir);
	conf->argon2_memory_kib = 8192;
	conf->argon2_iterations = 1;
	conf->store_max_mib = 16;
	conf->throttle_entries = 1000;
	return conf;
}

struct conf *
box_conf(const char *dir)
{
	struct conf *conf = box_conf_guarded(dir);

	conf->run_dir = conf->data_dir;
	conf->throttle = false;
	conf->password_cache_s = 0;
	conf->password_refuse_common = false;
	return conf;
}

void
box_conf_at(struct conf *conf, struct store_where where)
{
	conf->store = where.kind;
	conf->sql_hosts = (struct conf_list){ arena_alloc(&conf->mem, sizeof(char *)), 1 };
	box_must(!conf->sql_hosts.at, "memory");
	conf->sql_hosts.at[0] = where.sql_hosts[0];
	conf->sql_database = where.sql_database;
	conf->sql_user = where.sql_user;
}

static struct user
user_named(const char *email)
{
	struct user user = user_new(NOW_MS - 1000);
	const char *why;

	box_must(user_set_field(&user, "email", email, &why), email);
	return user;
}

static struct identity
logged_in(const struct user *user)
{
	return (struct identity){ .user = *user, .authenticated_s = NOW_MS / 1000 };
}

void
box_serve(struct box *box)
{
	box_must(service_open(&box->service, box->conf), "service");
	box->auth = box->service->auth;
}

void
box_reopen(struct box *box)
{
	service_close(&box->service);
	box_serve(box);
}

void
box_open_empty(struct box *box, struct conf *conf)
{
	*box = (struct box){ .conf = conf, .now_ms = NOW_MS };
	box_must(auth_init(conf, NOW_MS), "store");
	box_serve(box);
}

static void
open_with_alice(struct box *box, struct conf *conf)
{
	box_open_empty(box, conf);
	box->alice = box_user(box, ALICE, PASSWORD);
}

void
box_open(struct box *box, const char *dir)
{
	open_with_alice(box, box_conf(dir));
}

void
box_open_guarded(struct box *box, const char *dir)
{
	open_with_alice(box, box_conf_guarded(dir));
	box_user(box, BOB, PASSWORD);
}

/* What auth_open does, without files. */
static struct auth *
auth_of(const struct conf *conf, struct store *st)
{
	struct auth *auth = calloc(1, sizeof *auth);
	struct master_key *master;

	box_must(!auth, "memory");
	master = &auth->keys.masters[auth->keys.master_count++];
	strcpy(master->id, "0123456789abcdef");
	secret_random(master->bytes, sizeof master->bytes);
	auth->conf = conf;
	auth->cost = (struct password_cost){ (uint64_t)conf->argon2_iterations,
	    (size_t)conf->argon2_memory_kib * 1024 };
	auth->store = st;
	box_must(keyring_create(&auth->keys, auth->store, NOW_MS), "keys");
	box_must(keyring_load(&auth->keys, auth->store), "keys");
	box_must(signing_open(&auth->signing, conf, &auth->keys, auth->store), "signing keys");
	box_must(known_jwts_open(&auth->known_jwts), "known JWTs");
	return auth;
}

static void
add_alice(struct box *box)
{
	static char hash[HASH_SIZE];
	struct user alice = user_named(ALICE);
	struct password password = { .user = alice.id };
	struct ha1b ha1b;

	if (!hash[0])
		box_must(password_hash(&box->auth->cost, PASSWORD, strlen(PASSWORD), hash),
		    "hash");
	memcpy(password.hash, hash, sizeof hash);
	box_must(ha1b_index(box->auth, &alice, PASSWORD, strlen(PASSWORD), &ha1b), "HA1B");
	memcpy(alice.ha1b, ha1b.index, sizeof alice.ha1b);
	box_must(store_user_add(box->auth->store, &alice, &password), "user");
	box->alice = logged_in(&alice);
}

void
box_open_store(struct box *box, struct store *st)
{
	*box = (struct box){ .now_ms = NOW_MS };
	box->conf = box_conf("/nonexistent");
	box->auth = auth_of(box->conf, st);
	box->service = calloc(1, sizeof *box->service);
	box_must(!box->service, "memory");
	box->service->conf = box->conf;
	box->service->auth = box->auth;
	box_must(cred_open(&box->service->cred, box->auth), "schemes");
	add_alice(box);
}

void
box_open_memory(struct box *box)
{
	struct store *st;

	box_must(store_open_memory(&st), "store");
	box_open_store(box, st);
}

void
box_close(struct box *box)
{
	service_close(&box->service);
	conf_drop(&box->conf);
	arena_free(&box->call_mem);
	arena_free(&box->mem);
}

struct identity
box_user(struct box *box, const char *email, const char *password)
{
	struct user user = user_named(email);
	const char *why;

	box_must(user_add(box->auth, &user, password, password ? strlen(password) : 0, &why),
	    email);
	return logged_in(&user);
}

struct user
box_alice(struct box *box)
{
	struct user user;

	box_must(store_user_get(box->auth->store, &box->alice.user.id, &user), "find the user");
	return user;
}

const char *
box_token(struct box *box, const struct identity *who, int64_t ttl_s, struct token *record)
{
	char *secret = arena_alloc(&box->mem, TOKEN_SIZE);

	box_must(!secret, "memory");
	box_must(token_create(box->auth, who, "of a test", ttl_s, NOW_MS, record, secret),
	    "token");
	return secret;
}

const char *
box_jwt(struct box *box, const struct identity *who)
{
	const char *jwt;

	box_must(user_jwt_issue(box->auth, &box->mem, who, NOW_MS, &jwt), "JWT");
	return jwt;
}

void
box_limited(struct box *box, const char *scope, const char *addresses)
{
	const struct token_terms terms = { .name = "x", .ttl_s = 600, .scope = scope,
	    .addresses = addresses };
	char *secret = arena_alloc(&box->mem, TOKEN_SIZE);
	char *id = arena_alloc(&box->mem, UUID_TEXT_SIZE);
	struct identity who;
	struct token token;

	box_must(!secret || !id, "memory");
	box_must(token_create_on(box->auth, &box->alice, &terms, NOW_MS, &token, secret), "token");
	box_must(token_verify(box->auth, secret, NOW_MS, &who), "token");
	box->names.own['x'] = secret;
	box->names.own['y'] = box_jwt(box, &who);
	box->names.own['z'] = uuid_text(id, &token.id);
}

void
box_names_make(struct box *box)
{
	struct identity bob = box_user(box, BOB, NULL), by_token;
	struct box_names *names = &box->names;
	struct token token;

	names->bearer = box_token(box, &box->alice, 3600, &token);
	uuid_text(names->id, &token.id);
	box_must(token_verify(box->auth, names->bearer, NOW_MS, &by_token), "token");
	names->token_jwt = box_jwt(box, &by_token);
	names->jwt = box_jwt(box, &box->alice);
	names->foreign = box_token(box, &bob, 3600, &token);
	uuid_text(names->foreign_id, &token.id);
}

static const char *
named(const struct box_names *names, char letter)
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
box_expand(struct box *box, const char *text)
{
	struct text t;

	if (!text || !strchr(text, '$'))
		return text;
	text_init(&t, &box->mem);
	for (; *text; text++) {
		if (*text == '$' && text[1])
			text_puts(&t, named(&box->names, *++text));
		else
			text_put(&t, text, 1);
	}
	return t.data;
}

int64_t
box_hashes(const struct box *box)
{
	return (int64_t)checks_count(box->auth->checks);
}

const char *
box_ha1b(struct box *box)
{
	char ha1b[HA1B_LEN + 1];

	box_must(ha1b_make(ALICE, PASSWORD, strlen(PASSWORD), ha1b), "HA1B");
	return arena_strdup(&box->mem, ha1b);
}
