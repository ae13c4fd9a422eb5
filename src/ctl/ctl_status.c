// SPDX-License-Identifier: ISC
/* ctl/ctl_status.c - doorwardctl status: what is there, and can it be used? */
#include <limits.h>
#include <stdio.h>

#include "auth/care.h"
#include "auth/machine.h"
#include "auth/user_import.h"
#include "auth/where.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/kept.h"
#include "ctl/pool_look.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

#define STORE_NAME_SIZE 129

struct status {
	struct meta meta;
	struct store_counts counts;
	struct store_state state;
	uint64_t foreign_hashes;
	char store[STORE_NAME_SIZE], database[STORE_NAME_SIZE];
	char data_dir[PATH_MAX + 1], key_file[PATH_MAX + 1];
	struct kept kept;
	bool key_file_ok, is_running;
	uint64_t machines, machines_differ;
	struct pool_view pool;
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct status, member), sizeof ((struct status *)0)->member }

static const struct field fields[] = {
	FIELD(meta.instance,     "instance",             FIELD_UUID),
	FIELD(meta.schema,       "schema",               FIELD_NUMBER),
	FIELD(meta.created_ms,   "created_on",           FIELD_TIME),
	FIELD(counts.users,      "users",                FIELD_NUMBER),
	FIELD(counts.accounts,   "accounts",             FIELD_NUMBER),
	FIELD(counts.tokens,     "tokens",               FIELD_NUMBER),
	FIELD(state.expired,     "tokens_expired",       FIELD_NUMBER),
	FIELD(state.written_ms,  "last_write_on",        FIELD_TIME),
	FIELD(foreign_hashes,    "foreign_hashes",       FIELD_NUMBER),
	FIELD(counts.keys,       "keys",                 FIELD_NUMBER),
	FIELD(store,             "store",                FIELD_TEXT),
	FIELD(database,          "sql_database",         FIELD_TEXT),
	FIELD(data_dir,          "data_dir",             FIELD_TEXT),
	FIELD(counts.bytes_used, "database_bytes",       FIELD_NUMBER),
	FIELD(state.bytes_free,  "database_free_bytes",  FIELD_NUMBER),
	FIELD(counts.bytes_max,  "database_limit_bytes", FIELD_NUMBER),
	FIELD(state.reader,      "oldest_reader",        FIELD_NUMBER),
	FIELD(state.reader_behind, "oldest_reader_behind", FIELD_NUMBER),
	FIELD(kept.files,        "kept_files",           FIELD_NUMBER),
	FIELD(kept.bytes,        "kept_bytes",           FIELD_NUMBER),
	FIELD(kept.oldest,       "kept_oldest",          FIELD_TEXT),
	FIELD(key_file,          "key_file",             FIELD_TEXT),
	FIELD(key_file_ok,       "key_file_ok",          FIELD_BOOL),
	FIELD(machines,          "machines",             FIELD_NUMBER),
	FIELD(machines_differ,   "machines_differ",      FIELD_NUMBER),
	FIELD(is_running,        "service_running",      FIELD_BOOL),
	FIELD(pool.workers,      "workers",              FIELD_NUMBER),
	FIELD(pool.most,         "workers_max",          FIELD_NUMBER),
	FIELD(pool.in[STATE_STARTING], "workers_starting", FIELD_NUMBER),
	FIELD(pool.in[STATE_IDLE], "workers_idle",       FIELD_NUMBER),
	FIELD(pool.in[STATE_READING], "workers_reading", FIELD_NUMBER),
	FIELD(pool.in[STATE_SERVING], "workers_serving", FIELD_NUMBER),
	FIELD(pool.in[STATE_STORING], "workers_storing", FIELD_NUMBER),
	FIELD(pool.in[STATE_WRITING], "workers_writing", FIELD_NUMBER),
	FIELD(pool.busy_ms,      "longest_busy_ms",      FIELD_NUMBER),
	FIELD(pool.hashing,      "logins_hashing",       FIELD_NUMBER),
	FIELD(pool.waiting,      "logins_waiting",       FIELD_NUMBER),
	FIELD(pool.wait_ms,      "longest_wait_ms",      FIELD_NUMBER),
	FIELD(pool.asking,       "logins_at_provider",   FIELD_NUMBER),
	FIELD(pool.started_ms,   "master_started_on",    FIELD_TIME),
	FIELD(pool.deaths,       "workers_failed",       FIELD_NUMBER),
	FIELD(pool.lost,         "log_lines_lost",       FIELD_NUMBER),
};

/* Shown as a record, stored nowhere: it needs no tag. */
static const struct record_kind status_kind = { "status", 0, sizeof(struct status), fields,
    NELEM(fields) };

/* 0 if the service can read the key file, and it unseals the keys of the store. */
static int
check_key_file(struct ctl *ctl)
{
	int r;

	r = auth_read_key(ctl->auth);
	return r ? r : keyring_load(&ctl->auth->keys, ctl->auth->store);
}

static int
count_machines(struct ctl *ctl, struct status *status, const struct machine_view **views)
{
	struct machine_view *found;
	size_t count;
	int r;

	r = machine_list(ctl->auth->store, &ctl->mem, &found, &count);
	if (r)
		return r;
	for (size_t i = 0; i < count; i++)
		status->machines_differ += !found[i].same_key;
	status->machines = count;
	*views = found;
	return 0;
}

static void
name_differing(const struct status *status, const struct machine_view *views)
{
	for (size_t i = 0; i < status->machines; i++) {
		if (!views[i].same_key)
			log_error("machine %s has another key file: its master key is %s",
			    views[i].machine.name, views[i].machine.key);
	}
}

int
ctl_status(struct ctl *ctl)
{
	struct status status = { .key_file_ok = false };
	const struct machine_view *views;
	int r, key_r;

	ctl->about = where_name(ctl->conf);
	r = auth_status(ctl->auth, &status.meta, &status.counts);
	if (r == V_NOT_FOUND)
		ctl->why = "there is no database; 'doorwardctl init' creates one";
	if (r)
		return r;
	r = care_state(ctl->auth, ctl->now_ms, &status.state);
	if (!r)
		r = user_import_count_foreign(ctl->auth, &status.foreign_hashes);
	if (!r)
		r = count_machines(ctl, &status, &views);
	if (!r)
		r = kept_look(ctl->conf->data_dir, &status.kept);
	if (r)
		return r;
	text_copy(status.store, sizeof status.store, ctl->conf->store);
	if (where_is_shared(ctl->conf))
		text_copy(status.database, sizeof status.database, ctl->conf->sql_database);
	text_copy(status.data_dir, sizeof status.data_dir, ctl->conf->data_dir);
	text_copy(status.key_file, sizeof status.key_file, ctl->conf->key_file);
	pool_look(ctl->conf->run_dir, &status.pool);
	status.is_running = status.pool.most || status.pool.workers;
	key_r = check_key_file(ctl);
	status.key_file_ok = key_r == 0;
	r = record_show(ctl, &status_kind, &status);
	if (!status.is_running && !arguments_has(ctl, "json"))
		puts("the service is not running on this machine: there are no workers to show");
	name_differing(&status, views);
	if (status.pool.unreplaced)
		log_error("worker %d is not replaced when it exits: no master started it, and "
		    "its parent is gone", (int)status.pool.unreplaced);
	return r ? r : resources_explain_key(ctl, key_r);
}
