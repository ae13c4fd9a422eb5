// SPDX-License-Identifier: ISC
/* ctl/ctl_status.c - doorwardctl status: what is there, can it be used, and what does it do? */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "auth/care.h"
#include "auth/machine.h"
#include "auth/user_import.h"
#include "auth/where.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/columns.h"
#include "ctl/interrupted.h"
#include "ctl/pool_look.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/status.h"

const struct argument ctl_status_arguments[] = {
	{ "watch", NULL, "Show it again every SECONDS (2), until interrupted." },
	{ "all", NULL, "Show every field on a terminal, too." },
	{ "json", NULL, "Print JSON, for programs." },
	{ NULL, NULL, NULL }
};

#define WATCH_S		2
#define WATCH_MAX_S	86400
#define LOOK_MS		100		/* how soon an interruption is noticed */
#define TERMINAL_WIDTH	80		/* if it does not say */

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct status, member), sizeof ((struct status *)0)->member }

static const struct field fields[] = {
	FIELD(looked_ms,         "looked_on",            FIELD_TIME),
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
	FIELD(counts.domain_tokens, "domain_tokens",     FIELD_NUMBER),
	FIELD(counts.roles,      "roles",                FIELD_NUMBER),
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
	FIELD(count.deaths,      "workers_failed",       FIELD_NUMBER),
	FIELD(pool.lost,         "log_lines_lost",       FIELD_NUMBER),
	FIELD(count.starts,      "workers_started",      FIELD_NUMBER),
	FIELD(count.requests,    "requests",             FIELD_NUMBER),
	FIELD(count.refused,     "requests_refused",     FIELD_NUMBER),
	FIELD(count.throttled,   "requests_throttled",   FIELD_NUMBER),
	FIELD(count.failed,      "requests_failed",      FIELD_NUMBER),
	FIELD(count.half_us,     "request_p50_us",       FIELD_NUMBER),
	FIELD(count.most_us,     "request_p99_us",       FIELD_NUMBER),
	FIELD(count.checks,      "password_checks",      FIELD_NUMBER),
	FIELD(count.check_ms,    "password_check_ms",    FIELD_NUMBER),
	FIELD(count.checks_refused, "logins_put_off",    FIELD_NUMBER),
	FIELD(count.passwords_known, "passwords_remembered", FIELD_NUMBER),
	FIELD(count.jwts_known,  "jwts_remembered",      FIELD_NUMBER),
	FIELD(count.jwts_verified, "jwts_verified",      FIELD_NUMBER),
	FIELD(count.calls,       "provider_calls",       FIELD_NUMBER),
	FIELD(count.calls_failed, "provider_failures",   FIELD_NUMBER),
	FIELD(count.commits,     "commits",              FIELD_NUMBER),
	FIELD(count.writes,      "writes",               FIELD_NUMBER),
	FIELD(count.commit_us,   "commit_p99_us",        FIELD_NUMBER),
	FIELD(jwt_key_ms,        "jwt_key_created_on",   FIELD_TIME),
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

/* The newest key that signs, by its record: the key file may be lost. */
static int
find_jwt_key(struct ctl *ctl, struct status *status)
{
	struct key *keys;
	size_t count;
	int r;

	r = auth_keys(ctl->auth, &ctl->mem, &keys, &count);
	for (size_t i = 0; i < count && !r; i++) {
		if (strcmp(keys[i].purpose, keyring_purpose_name(KEY_JWT)) == 0 &&
		    keys[i].created_ms > status->jwt_key_ms)
			status->jwt_key_ms = keys[i].created_ms;
	}
	return r;
}

/* before: of an earlier look, whose count of hashes will do; or NULL. */
static int
look_at_store(struct ctl *ctl, struct status *status, const struct machine_view **views,
    const struct status *before)
{
	int r;

	r = auth_status(ctl->auth, &status->meta, &status->counts);
	if (r == V_NOT_FOUND)
		ctl->why = "there is no database; 'doorwardctl init' creates one";
	if (!r)
		r = care_state(ctl->auth, ctl->now_ms, &status->state);
	if (!r && before)
		status->foreign_hashes = before->foreign_hashes;
	else if (!r)
		r = user_import_count_foreign(ctl->auth, &status->foreign_hashes);
	if (!r)
		r = count_machines(ctl, status, views);
	if (!r)
		r = kept_look(ctl->conf->data_dir, &status->kept);
	return r ? r : find_jwt_key(ctl, status);
}

static int
look(struct ctl *ctl, struct status *status, const struct machine_view **views,
    const struct status *before)
{
	int r;

	*status = (struct status){ .looked_ms = ctl->now_ms };
	r = look_at_store(ctl, status, views, before);
	if (r)
		return r;
	text_copy(status->store, sizeof status->store, ctl->conf->store);
	if (where_is_shared(ctl->conf))
		text_copy(status->database, sizeof status->database, ctl->conf->sql_database);
	text_copy(status->data_dir, sizeof status->data_dir, ctl->conf->data_dir);
	text_copy(status->key_file, sizeof status->key_file, ctl->conf->key_file);
	pool_look(ctl->conf->run_dir, &status->pool);
	status->is_running = status->pool.most || status->pool.workers;
	return count_look(ctl->conf->run_dir, &ctl->mem, &status->count);
}

/* The columns of the terminal on standard output; 0: it is none. */
static unsigned
terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col)
		return TERMINAL_WIDTH;
	return size.ws_col;
}

/* A person gets a screen, a program all fields. */
static int
show(struct ctl *ctl, const struct status *status, const struct machine_view *views)
{
	const bool json = arguments_has(ctl, "json");
	const unsigned width = json ? 0 : terminal_width();
	int r;

	if (width && !arguments_has(ctl, "all"))
		r = status_screen(ctl, status, width);
	else
		r = width ? columns_show(ctl, &status_kind, status, width) :
		    record_show(ctl, &status_kind, status);
	if (!status->is_running && !json)
		puts("the service is not running on this machine: there are no workers to show");
	name_differing(status, views);
	if (status->pool.unreplaced)
		log_error("worker %d is not replaced when it exits: no master started it, and "
		    "its parent is gone", (int)status->pool.unreplaced);
	return r;
}

/* --- again and again ------------------------------------------------------------------- */

/* The requests per second since the last look: what no single look can tell. */
static void
show_rate(const struct status *status, const struct status *before, int64_t ms)
{
	const uint64_t requests = status->count.requests - before->count.requests;

	printf("%.1f requests per second\n", (double)requests * 1000 / (double)(ms ? ms : 1));
}

/* False: interrupted. */
static bool
pause_for(int64_t ms)
{
	for (; ms > 0 && !interrupted_now(); ms -= LOOK_MS)
		poll(NULL, 0, (int)(ms < LOOK_MS ? ms : LOOK_MS));
	return !interrupted_now();
}

/* What one look takes of memory is given back after it. */
static int
look_again(struct ctl *ctl, struct status *before, int64_t *at_ms)
{
	struct arena kept = ctl->mem;
	const struct machine_view *views;
	const int64_t now_ms = clock_steady_ms();
	struct status status;
	int r;

	arena_init(&ctl->mem, 0);
	ctl->now_ms = clock_now_ms();
	r = look(ctl, &status, &views, *at_ms ? before : NULL);
	if (!r) {
		status.key_file_ok = check_key_file(ctl) == 0;
		if (terminal_width() && !arguments_has(ctl, "json"))
			fputs("\033[H\033[J", stdout);
		r = show(ctl, &status, views);
	}
	if (!r && *at_ms && !arguments_has(ctl, "json"))
		show_rate(&status, before, now_ms - *at_ms);
	if (!r && !terminal_width() && !arguments_has(ctl, "json"))
		puts("");
	*before = status;
	*at_ms = now_ms;
	arena_free(&ctl->mem);
	ctl->mem = kept;
	return r;
}

/* Until it is interrupted, or nobody reads it any more. */
static int
watch(struct ctl *ctl, int64_t every_s)
{
	struct status before = { .key_file_ok = false };
	int64_t at_ms = 0;
	int r;

	interrupted_catch();
	do {
		r = look_again(ctl, &before, &at_ms);
		if (!r && fflush(stdout) != 0)
			r = -errno;
	} while (!r && pause_for(every_s * 1000));
	return r;
}

static int
read_interval(struct ctl *ctl, int64_t *every_s)
{
	const char *given = ctl->operands[0];

	*every_s = WATCH_S;
	if (!given)
		return 0;
	if (!arguments_has(ctl, "watch"))
		return arguments_refuse(ctl, "SECONDS are for --watch");
	if (text_integer(given, strlen(given), every_s) || *every_s < 1 ||
	    *every_s > WATCH_MAX_S)
		return arguments_refuse(ctl, "SECONDS must be a number from 1 to 86400");
	return 0;
}

int
ctl_status(struct ctl *ctl)
{
	const struct machine_view *views;
	struct status status;
	int64_t every_s;
	int r, key_r;

	r = read_interval(ctl, &every_s);
	if (r)
		return r;
	ctl->about = where_name(ctl->conf);
	if (arguments_has(ctl, "watch"))
		return watch(ctl, every_s);
	r = look(ctl, &status, &views, NULL);
	if (r)
		return r;
	key_r = check_key_file(ctl);
	status.key_file_ok = key_r == 0;
	r = show(ctl, &status, views);
	return r ? r : resources_explain_key(ctl, key_r);
}
