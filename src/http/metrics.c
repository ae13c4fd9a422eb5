// SPDX-License-Identifier: ISC
/* http/metrics.c - the table of metrics, and where each comes from. */
#include "http/metrics.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "auth/survey.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/pool_view.h"
#include "cred/provider.h"
#include "http/call.h"

/* What the metrics are written from, all looked at once. */
struct seen {
	struct call *c;
	struct survey survey;
	struct pool_view pool;
	bool has_master;
	struct counted *counted;
	size_t counted_count;
};

/* Puts the samples of a metric that is no sum of counters. */
typedef void put_samples(struct exposition *e, const struct metric *metric,
    const struct seen *seen);

static put_samples put_build, put_started, put_workers, put_workers_wanted, put_workers_max,
    put_hashing, put_waiting, put_wait, put_busy, put_asking, put_missed, put_up, put_records,
    put_expired, put_bytes, put_bytes_free, put_bytes_limit, put_keys, put_key_age,
    put_provider_keys_due, put_provider_keys_age;

/* Rows with a counter have its samples: the names that begin with that word. */
static const struct row {
	struct metric metric;
	const char *counter;
	put_samples *put;
} rows[] = {
	{ { "doorward_build", METRIC_INFO, "", { "version", "store" },
	    "Version of the program that answers, and kind of its database." },
	    NULL, put_build },
	{ { "doorward_start_time_seconds", METRIC_GAUGE, "seconds", { NULL },
	    "Unix time of the last start or reload." },
	    NULL, put_started },

	{ { "doorward_requests", METRIC_COUNTER, "", { "route", "scheme", "result" },
	    "Answered requests, by event and result as in the log." },
	    "requests", NULL },
	{ { "doorward_request_duration_seconds", METRIC_HISTOGRAM, "seconds", { "route" },
	    "Time from a whole request to its answer." },
	    "request_us", NULL },

	{ { "doorward_workers", METRIC_GAUGE, "", { "state" },
	    "Workers, by what they do." },
	    NULL, put_workers },
	{ { "doorward_workers_wanted", METRIC_GAUGE, "", { NULL },
	    "Workers that there should be now." },
	    NULL, put_workers_wanted },
	{ { "doorward_workers_limit", METRIC_GAUGE, "", { NULL },
	    "The most workers that there may be." },
	    NULL, put_workers_max },
	{ { "doorward_worker_starts", METRIC_COUNTER, "", { NULL },
	    "Workers that were started." },
	    "worker_starts", NULL },
	{ { "doorward_worker_failures", METRIC_COUNTER, "", { NULL },
	    "Workers that were killed or exited with a fault." },
	    "worker_failures", NULL },
	{ { "doorward_longest_request_seconds", METRIC_GAUGE, "seconds", { NULL },
	    "How long the worker that is busy for longest has been in its state." },
	    NULL, put_busy },

	{ { "doorward_password_checks_running", METRIC_GAUGE, "", { NULL },
	    "Passwords that are being hashed." },
	    NULL, put_hashing },
	{ { "doorward_password_checks_waiting", METRIC_GAUGE, "", { NULL },
	    "Logins that wait for their turn to be hashed." },
	    NULL, put_waiting },
	{ { "doorward_password_checks_refused", METRIC_COUNTER, "", { NULL },
	    "Logins that waited too long, or found too many waiting." },
	    "checks_refused", NULL },
	{ { "doorward_password_check_duration_seconds", METRIC_HISTOGRAM, "seconds", { NULL },
	    "Time to hash a password." },
	    "check_us", NULL },
	{ { "doorward_password_check_wait_seconds", METRIC_HISTOGRAM, "seconds", { NULL },
	    "Time that a login waited for its turn." },
	    "check_wait_us", NULL },
	{ { "doorward_password_check_oldest_wait_seconds", METRIC_GAUGE, "seconds", { NULL },
	    "How long the login that waits for longest has been waiting." },
	    NULL, put_wait },

	{ { "doorward_cache_lookups", METRIC_COUNTER, "", { "cache", "result" },
	    "Looks at what is remembered: hit or miss." },
	    "cache", NULL },

	{ { "doorward_provider_calls", METRIC_COUNTER, "", { "provider", "result" },
	    "Requests to identity providers." },
	    "provider_calls", NULL },
	{ { "doorward_provider_call_duration_seconds", METRIC_HISTOGRAM, "seconds",
	    { "provider" }, "Time that an identity provider took." },
	    "provider_call_us", NULL },
	{ { "doorward_provider_calls_running", METRIC_GAUGE, "", { NULL },
	    "Requests for which a provider is being asked." },
	    NULL, put_asking },
	{ { "doorward_provider_keys_due_time_seconds", METRIC_GAUGE, "seconds", { "provider" },
	    "Unix time at which the keys of a provider are to be fetched again." },
	    NULL, put_provider_keys_due },
	{ { "doorward_provider_keys_age_seconds", METRIC_GAUGE, "seconds", { "provider" },
	    "Time since the keys of a provider were fetched." },
	    NULL, put_provider_keys_age },

	{ { "doorward_store_up", METRIC_GAUGE, "", { NULL },
	    "1 if the database could be read just now, else 0." },
	    NULL, put_up },
	{ { "doorward_store_records", METRIC_GAUGE, "", { "kind" },
	    "Records in the database, including expired tokens." },
	    NULL, put_records },
	{ { "doorward_store_expired_records", METRIC_GAUGE, "", { NULL },
	    "Tokens and sessions that have expired and are not removed yet." },
	    NULL, put_expired },
	{ { "doorward_store_bytes", METRIC_GAUGE, "bytes", { NULL },
	    "Size of the database." },
	    NULL, put_bytes },
	{ { "doorward_store_free_bytes", METRIC_GAUGE, "bytes", { NULL },
	    "What of that is free for later writes." },
	    NULL, put_bytes_free },
	{ { "doorward_store_limit_bytes", METRIC_GAUGE, "bytes", { NULL },
	    "The most that the database may grow to." },
	    NULL, put_bytes_limit },
	{ { "doorward_store_commit_duration_seconds", METRIC_HISTOGRAM, "seconds", { NULL },
	    "Time until a commit was on the disk." },
	    "commit_us", NULL },
	{ { "doorward_store_commit_operations", METRIC_HISTOGRAM, "", { NULL },
	    "Writes that shared a commit." },
	    "batch", NULL },
	{ { "doorward_store_retries", METRIC_COUNTER, "", { "reason" },
	    "Transactions that were tried again in MariaDB." },
	    "sql_retries", NULL },

	{ { "doorward_keys", METRIC_GAUGE, "", { "purpose" },
	    "Keys of the service." },
	    NULL, put_keys },
	{ { "doorward_key_age_seconds", METRIC_GAUGE, "seconds", { "purpose" },
	    "Time since the newest key was created." },
	    NULL, put_key_age },

	{ { "doorward_log_lines_lost", METRIC_COUNTER, "", { "process" },
	    "Lines that the log did not take." },
	    "log_lost", NULL },
	{ { "doorward_uncounted", METRIC_COUNTER, "", { NULL },
	    "What found no room among the counters." },
	    NULL, put_missed },
};

const struct metric *
metrics_at(size_t i)
{
	return i < NELEM(rows) ? &rows[i].metric : NULL;
}

/* --- sums of counters -------------------------------------------------------------- */

/* The values of labels in a name "word VALUE…"; false: it is of another word, or has others. */
static bool
split(struct text *out, const struct row *row, const char *name,
    const char *values[METRIC_LABELS_MAX])
{
	size_t len = strlen(row->counter), n = 0;

	if (strncmp(name, row->counter, len) != 0)
		return false;
	for (name += len; *name == ' ' && row->metric.labels[n]; name += len) {
		len = strcspn(++name, " ");
		if (!len)
			return false;
		values[n] = arena_strndup(out->mem, name, len);
		if (!values[n++]) {
			out->failed = true;
			return false;
		}
	}
	return !*name && !row->metric.labels[n];
}

static enum counter_kind
kind_of(const struct row *row)
{
	if (row->metric.type != METRIC_HISTOGRAM)
		return COUNTER_SUM;
	return *row->metric.unit ? COUNTER_TIMES : COUNTER_SIZES;
}

static void
put_counted(struct exposition *e, const struct row *row, const struct counted *counted,
    const char *const *values)
{
	const uint64_t *bounds;
	size_t count;

	if (counted->kind != kind_of(row))
		return;
	bounds = counter_bounds(counted->kind, &count);
	if (row->metric.type == METRIC_HISTOGRAM)
		exposition_histogram(e, &row->metric, values, bounds, count, counted->values,
		    counted->kind == COUNTER_TIMES);
	else
		exposition_sample(e, &row->metric, values, (int64_t)counted->values[0], false);
}

/* What has no labels is there before it was counted: a first event would look like none. */
static void
put_zero(struct exposition *e, const struct row *row)
{
	static uint64_t zeros[32];

	if (!row->metric.labels[0])
		put_counted(e, row, &(struct counted){ row->counter, kind_of(row), zeros }, NULL);
}

static void
put_counters(struct exposition *e, const struct row *row, const struct seen *seen)
{
	const char *values[METRIC_LABELS_MAX];
	bool found = false;

	for (size_t i = 0; i < seen->counted_count; i++) {
		if (!split(e->out, row, seen->counted[i].name, values))
			continue;
		put_counted(e, row, &seen->counted[i], values);
		found = true;
	}
	if (!found)
		put_zero(e, row);
}

/* Its absence says that this worker cannot count. */
static void
put_missed(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	(void)seen;
	if (counters_are_kept())
		exposition_sample(e, metric, NULL, (int64_t)counters_missed(), false);
}

/* --- the program and its workers ------------------------------------------------------ */

static void
put_build(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	const char *const values[] = { PACKAGE_VERSION, seen->c->conf->store };

	exposition_sample(e, metric, values, 1, false);
}

/* A number of the pool, which is there if a master is. */
static void
put_of_master(struct exposition *e, const struct metric *metric, const struct seen *seen,
    uint64_t number)
{
	if (seen->has_master)
		exposition_sample(e, metric, NULL, (int64_t)number, false);
}

static void
put_started(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	if (seen->has_master)
		exposition_sample(e, metric, NULL, seen->pool.started_ms * 1000, true);
}

static void
put_workers(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	for (enum scoreboard_state state = STATE_FREE + 1; state < STATES; state++) {
		const char *const values[] = { pool_view_state(state) };

		exposition_sample(e, metric, values, (int64_t)seen->pool.in[state], false);
	}
}

static void
put_workers_wanted(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_of_master(e, metric, seen, seen->pool.want);
}

static void
put_workers_max(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_of_master(e, metric, seen, seen->pool.most);
}

static void
put_hashing(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, (int64_t)seen->pool.hashing, false);
}

static void
put_waiting(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, (int64_t)seen->pool.waiting, false);
}

static void
put_wait(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, (int64_t)seen->pool.wait_ms * 1000, true);
}

static void
put_busy(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, (int64_t)seen->pool.busy_ms * 1000, true);
}

static void
put_asking(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, (int64_t)seen->pool.asking, false);
}

/* A sample of each provider that has keys; due: when they are to be fetched again. */
static void
put_provider_keys(struct exposition *e, const struct metric *metric, const struct seen *seen,
    bool due)
{
	struct providers *all = seen->c->cred ? seen->c->cred->providers : NULL;
	const int64_t now_ms = seen->c->now_ms;
	struct provider_keys keys;

	for (size_t i = 0; all && i < providers_count(all); i++) {
		const struct provider *p = provider_at(all, i);
		const char *const values[] = { p->name };

		if (provider_keys_look(all, p, seen->c->mem, now_ms, &keys) == 0)
			exposition_sample(e, metric, values, 1000 *
			    (due ? keys.due_ms : now_ms - keys.fetched_ms), true);
	}
}

static void
put_provider_keys_due(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_provider_keys(e, metric, seen, true);
}

static void
put_provider_keys_age(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_provider_keys(e, metric, seen, false);
}

/* --- the database ------------------------------------------------------------------- */

static void
put_up(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	exposition_sample(e, metric, NULL, seen->survey.is_up, false);
}

static void
put_records(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	const struct store_counts *counts = &seen->survey.counts;
	const struct { const char *kind; uint64_t count; } kinds[] = {
		{ "user",         counts->users },
		{ "account",      counts->accounts },
		{ "token",        counts->tokens },
		{ "key",          counts->keys },
		{ "domain-token", counts->domain_tokens },
		{ "role",         counts->roles },
	};

	for (size_t i = 0; seen->survey.is_up && i < NELEM(kinds); i++)
		exposition_sample(e, metric, &kinds[i].kind, (int64_t)kinds[i].count, false);
}

/* A number of the database that was read just now. */
static void
put_of_store(struct exposition *e, const struct metric *metric, const struct seen *seen,
    uint64_t number)
{
	if (seen->survey.is_up)
		exposition_sample(e, metric, NULL, (int64_t)number, false);
}

static void
put_expired(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_of_store(e, metric, seen, seen->survey.state.expired);
}

static void
put_bytes(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	put_of_store(e, metric, seen, seen->survey.counts.bytes_used);
}

/* A database server has neither a limit of ours nor pages that we know to be free. */
static void
put_bytes_free(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	if (seen->survey.counts.bytes_max)
		put_of_store(e, metric, seen, seen->survey.state.bytes_free);
}

static void
put_bytes_limit(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	if (seen->survey.counts.bytes_max)
		put_of_store(e, metric, seen, seen->survey.counts.bytes_max);
}

/* --- keys ----------------------------------------------------------------------------- */

static void
put_keys(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES; purpose++) {
		const char *const values[] = { keyring_purpose_name(purpose) };

		if (seen->survey.keys[purpose].count)
			exposition_sample(e, metric, values,
			    (int64_t)seen->survey.keys[purpose].count, false);
	}
}

static void
put_key_age(struct exposition *e, const struct metric *metric, const struct seen *seen)
{
	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES; purpose++) {
		const char *const values[] = { keyring_purpose_name(purpose) };
		const int64_t newest_ms = seen->survey.keys[purpose].newest_ms;

		if (newest_ms)
			exposition_sample(e, metric, values, (seen->c->now_ms - newest_ms) * 1000,
			    true);
	}
}

/* --- all of them ---------------------------------------------------------------------- */

static void
look_at_pool(struct seen *seen)
{
	const int64_t now_ms = clock_steady_ms();
	struct scoreboard_pool pool;
	struct scoreboard_cell cell;

	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (scoreboard_read(at, &cell))
			pool_view_add(&seen->pool, &cell, now_ms);
	}
	seen->has_master = scoreboard_pool(&pool) && pool.master == getppid();
	if (seen->has_master)
		pool_view_take_master(&seen->pool, &pool);
}

int
metrics_write(struct call *c, struct exposition *e)
{
	struct seen seen = { .c = c };
	int r;

	if (c->auth)
		survey_take(c->auth, c->now_ms, &seen.survey);
	look_at_pool(&seen);
	r = counters_list(c->mem, &seen.counted, &seen.counted_count);
	if (r)
		return r;
	for (size_t i = 0; i < NELEM(rows); i++) {
		exposition_head(e, &rows[i].metric);
		if (rows[i].put)
			rows[i].put(e, &rows[i].metric, &seen);
		else
			put_counters(e, &rows[i], &seen);
	}
	exposition_end(e);
	return e->out->failed ? -ENOMEM : 0;
}
