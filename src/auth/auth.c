// SPDX-License-Identifier: ISC
/* auth/auth.c - options, store and keys, opened together. */
#include "auth/auth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/checks.h"
#include "auth/common_password.h"
#include "auth/issued.h"
#include "auth/jwt.h"
#include "auth/known_jwt.h"
#include "auth/login_seen.h"
#include "auth/machine.h"
#include "auth/remembered.h"
#include "auth/signing.h"
#include "auth/throttle_state.h"
#include "auth/used.h"
#include "auth/where.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/setback.h"
#include "base/verdict.h"

#define NOTE_EVERY_MS INT64_C(3600000)

static int
open_store(struct store **st, const struct conf *conf, bool create)
{
	const struct store_where where = where_store(conf);
	int r;

	r = store_open(st, &where, create ? STORE_MAKE : STORE_USE);
	if (r == -EBADMSG || r == -EPROTO)
		log_error("the database in %s cannot be used; 'doorwardctl restore' puts a backup "
		    "in its place", where_name(conf));
	if (r == -ENOENT)
		log_error("no database in %s; 'doorwardctl init' creates one, and 'doorwardctl "
		    "restore' brings a backup back", where_name(conf));
	return r;
}

struct auth *
auth_new(const struct conf *conf)
{
	struct auth *auth = calloc(1, sizeof *auth);

	if (!auth)
		return NULL;
	auth->conf = conf;
	auth->cost = (struct password_cost){
		.iterations = (uint64_t)conf->argon2_iterations,
		.memory_bytes = (size_t)conf->argon2_memory_kib * 1024,
	};
	return auth;
}

int
auth_read_key(struct auth *auth)
{
	const char *path = auth->conf->key_file;
	int r;

	r = keyring_read_master(&auth->keys, path);
	if (r == -ENOENT && where_has_store(auth->conf))
		return log_fault(-ENOKEY, "the key file %s is lost, and nothing else opens the "
		    "database in %s; put the copy of it back", path, where_name(auth->conf));
	return r;
}

int
auth_open_store(struct auth *auth)
{
	return open_store(&auth->store, auth->conf, false);
}

int
auth_load_keys(struct auth *auth)
{
	int r;

	auth->keys.key_file = auth->conf->key_file;
	r = keyring_load(&auth->keys, auth->store);
	if (!r)
		r = keyring_complete(&auth->keys, auth->store, clock_now_ms());
	if (!r)
		r = jwt_prepare();
	if (!r)
		r = signing_open(&auth->signing, auth->conf, &auth->keys, auth->store);
	return r ? r : signing_complete(auth->signing, clock_now_ms());
}

static void
note(struct auth *auth)
{
	auth->noted_ms = clock_steady_ms();
	machine_note(auth->store, &auth->keys, auth->conf);
}

int
auth_open(struct auth **out, const struct conf *conf)
{
	GUARD(auth_close) struct auth *auth = auth_new(conf);
	int r;

	if (!auth)
		return -ENOMEM;
	r = auth_read_key(auth);
	if (!r)
		r = auth_open_store(auth);
	/* before the keys are compared: who has others is of interest */
	if (!r)
		note(auth);
	if (!r)
		r = auth_load_keys(auth);
	if (r)
		return r;
	*out = auth;
	auth = NULL;
	return 0;
}

int
auth_open_throttle(struct auth *auth)
{
	const struct ring_key *key = keyring_oldest(&auth->keys, KEY_HASH);

	return throttle_open(&auth->throttle, auth->conf, key->bytes);
}

int
auth_open_defences(struct auth *auth)
{
	const struct conf *conf = auth->conf;
	int r;

	r = known_jwts_open(&auth->known_jwts);
	if (r)
		return r;
	/*
	 * A service manager has created it, but not every host has one.  Sticky: the
	 * group may use its files, but not replace them.
	 */
	if (mkdir(conf->run_dir, 01770) != 0 && errno != EEXIST)
		return log_fault(-errno, "run_dir %s", conf->run_dir);
	if (conf->throttle)
		r = auth_open_throttle(auth);
	if (!r)
		r = checks_open(&auth->checks, conf);
	if (!r)
		r = issued_open(&auth->issued, conf->run_dir);
	if (!r)
		r = setbacks_open(&auth->setbacks, conf->run_dir);
	if (!r && *conf->password_refuse_file)
		r = common_passwords_open(conf->password_refuse_file, &auth->refused_fd);
	if (!r && strcmp(conf->track_last_used, "no") != 0)
		r = used_open(&auth->used, conf->run_dir);
	if (!r && strcmp(conf->track_logins, "no") != 0)
		r = logins_open(&auth->logins, conf->run_dir);
	return r ? r : remembered_open(&auth->remembered, conf->run_dir,
	    keyring_oldest(&auth->keys, KEY_HASH)->bytes, conf->password_cache_s);
}

void
auth_open_beside(struct auth *auth)
{
	used_open_if_there(&auth->used, auth->conf->run_dir);
	setbacks_open_beside(&auth->setbacks, auth->conf->run_dir);
	logins_open_if_there(&auth->logins, auth->conf->run_dir);
}

void
auth_record_uses(struct auth *auth, bool at_once, int64_t now_ms)
{
	(void)used_record(auth->used, auth->store, auth->conf->last_used_precision_s * 1000,
	    at_once, now_ms);
}

/* What is counted and remembered is named by digests of the oldest key. */
static void
take_key(struct auth *auth)
{
	const struct ring_key *key = keyring_oldest(&auth->keys, KEY_HASH);

	if (!key)
		return;
	if (auth->throttle)
		throttle_take_key(auth->throttle, key->bytes);
	if (auth->remembered)
		remembered_take_key(auth->remembered, key->bytes);
}

int64_t
auth_now_ms(struct auth *auth)
{
	int64_t wall_ms, steady_ms;

	clock_both(&wall_ms, &steady_ms);
	return setbacks_now(auth->setbacks, wall_ms, steady_ms);
}

int
auth_follow(struct auth *auth)
{
	int r;

	if (clock_steady_ms() - auth->noted_ms >= NOTE_EVERY_MS)
		note(auth);
	r = keyring_follow(&auth->keys, auth->store);
	if (!r && auth->keys_taken != auth->keys.changes) {
		take_key(auth);
		auth->keys_taken = auth->keys.changes;
	}
	return r;
}

void
auth_close(struct auth **auth)
{
	if (!*auth)
		return;
	known_jwts_close(&(*auth)->known_jwts);
	setbacks_close(&(*auth)->setbacks);
	signing_close(&(*auth)->signing);
	remembered_close(&(*auth)->remembered);
	issued_close(&(*auth)->issued);
	used_close(&(*auth)->used);
	logins_close(&(*auth)->logins);
	checks_close(&(*auth)->checks);
	throttle_close(&(*auth)->throttle);
	if ((*auth)->refused_fd)
		close((*auth)->refused_fd);
	store_close(&(*auth)->store);
	keyring_wipe(&(*auth)->keys);
	free(*auth);
	*auth = NULL;
}

/* An existing key file is used: perhaps only the store has been removed. */
static int
init_master(struct keyring *ring, const char *path)
{
	int r;

	r = keyring_write_master(path, (gid_t)-1);
	if (r && r != -EEXIST)
		return log_fault(r, "making key file %s", path);
	return keyring_read_master(ring, path);
}

int
auth_init(const struct conf *conf, int64_t now_ms)
{
	GUARD(store_close) struct store *st = NULL;
	struct keyring ring = { .master_count = 0 };
	struct uuid instance = uuid_new();
	struct meta meta;
	int r;

	r = open_store(&st, conf, true);
	if (r)
		return r;
	r = store_meta(st, &meta);
	if (r != V_NOT_FOUND)
		return r ? r : V_EXISTS;
	r = init_master(&ring, conf->key_file);
	if (!r)
		r = keyring_create(&ring, st, now_ms);
	if (!r)
		r = store_init(st, &instance, now_ms);	/* last: it marks the store as complete */
	keyring_wipe(&ring);
	return r;
}

int
auth_try(struct auth *auth)
{
	struct meta meta;
	int r;

	r = auth_follow(auth);
	if (!r)
		r = store_meta(auth->store, &meta);
	return r < 0 ? r : 0;		/* that there is none is an answer */
}

int
auth_status(struct auth *auth, struct meta *meta, struct store_counts *counts)
{
	int r;

	r = store_meta(auth->store, meta);
	return r ? r : store_counts(auth->store, counts);
}

int
auth_keys(struct auth *auth, struct arena *mem, struct key **keys, size_t *count)
{
	return store_keys(auth->store, mem, keys, count);
}

int
auth_upgrade(const struct conf *conf, const char *backup, uint64_t *from)
{
	const struct store_where where = where_store(conf);

	return store_upgrade(&where, backup, from);
}
