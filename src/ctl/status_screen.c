// SPDX-License-Identifier: ISC
/* ctl/status_screen.c - the state of the service in words, on one screen of a terminal. */
#include "ctl/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/uuid.h"

/* What a line says; NULL: no memory. */
typedef const char *say(struct arena *mem, const struct status *s);

static const char *
time_of(struct arena *mem, int64_t ms)
{
	char iso[CLOCK_ISO_SIZE];

	if (!ms)
		return "-";
	clock_iso(iso, ms);
	return arena_strdup(mem, iso);
}

static const char *
say_service(struct arena *mem, const struct status *s)
{
	if (!s->is_running)
		return "not running on this machine";
	return arena_printf(mem, "running, its master since %s", time_of(mem, s->pool.started_ms));
}

static const char *
say_workers(struct arena *mem, const struct status *s)
{
	const uint64_t *in = s->pool.in;

	return arena_printf(mem, "%" PRIu64 " of at most %" PRIu64 ": %" PRIu64 " idle, %" PRIu64
	    " starting, %" PRIu64 " busy, the longest for %" PRIu64 " ms",
	    s->pool.workers, s->pool.most, in[STATE_IDLE],
	    in[STATE_STARTING], in[STATE_READING] + in[STATE_SERVING] + in[STATE_STORING] +
	    in[STATE_WRITING], s->pool.busy_ms);
}

static const char *
say_past(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " started, %" PRIu64 " failed; %" PRIu64
	    " lines of the log lost", s->count.starts, s->count.deaths,
	    s->pool.lost);
}

static const char *
say_logins(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " being hashed, %" PRIu64 " waiting, the longest for %"
	    PRIu64 " ms; %" PRIu64 " at a provider", s->pool.hashing,
	    s->pool.waiting, s->pool.wait_ms, s->pool.asking);
}

static const char *
say_requests(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 ": %" PRIu64 " refused, %" PRIu64
	    " of these throttled; %" PRIu64 " failed", s->count.requests, s->count.refused,
	    s->count.throttled, s->count.failed);
}

static const char *
say_times(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "half within %.1f ms, 99 of 100 within %.1f ms",
	    (double)s->count.half_us / 1000, (double)s->count.most_us / 1000);
}

static const char *
say_passwords(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " hashed in %" PRIu64 " ms each, %" PRIu64
	    " put off, %" PRIu64 " remembered", s->count.checks, s->count.check_ms,
	    s->count.checks_refused, s->count.passwords_known);
}

static const char *
say_jwts(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " verified, %" PRIu64 " remembered; key "
	    "of %s", s->count.jwts_verified, s->count.jwts_known, time_of(mem, s->jwt_key_ms));
}

static const char *
say_providers(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " calls, %" PRIu64 " failed", s->count.calls,
	    s->count.calls_failed);
}

static const char *
say_users(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 ", in %" PRIu64 " account%s; %" PRIu64
	    " with a password hash of another system", s->counts.users,
	    s->counts.accounts, s->counts.accounts == 1 ? "" : "s", s->foreign_hashes);
}

static const char *
say_tokens(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " with sessions; %" PRIu64 " of these have expired",
	    s->counts.tokens, s->state.expired);
}

static const char *
say_commits(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 " with %" PRIu64 " changes, 99 of 100 within %.1f ms",
	    s->count.commits, s->count.writes, (double)s->count.commit_us / 1000);
}

static const char *
say_last_write(struct arena *mem, const struct status *s)
{
	return time_of(mem, s->state.written_ms);
}

static const char *
say_store(struct arena *mem, const struct status *s)
{
	char id[UUID_TEXT_SIZE];

	return arena_printf(mem, "%s%s%s, schema %" PRIu64 ", id %s", s->store,
	    s->database[0] ? " " : "", s->database, s->meta.schema,
	    uuid_text(id, &s->meta.instance));
}

/* "76 KiB", "4.0 GiB" */
static const char *
size_of(struct arena *mem, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes / 1024;
	size_t i = 0;

	for (; size >= 1024 && i + 1 < NELEM(units); i++)
		size /= 1024;
	return arena_printf(mem, "%.*f %s", i > 0, size, units[i]);
}

/* A database server has no limit of ours. */
static const char *
say_size(struct arena *mem, const struct status *s)
{
	const char *used = size_of(mem, s->counts.bytes_used);

	if (!s->counts.bytes_max)
		return used;
	return arena_printf(mem, "%s of at most %s; %s of these are free", used,
	    size_of(mem, s->counts.bytes_max), size_of(mem, s->state.bytes_free));
}

static const char *
say_reader(struct arena *mem, const struct status *s)
{
	if (!s->state.reader)
		return "none";
	return arena_printf(mem, "process %" PRIu64 ", %" PRIu64 " writes behind",
	    s->state.reader, s->state.reader_behind);
}

static const char *
say_data(struct arena *mem, const struct status *s)
{
	(void)mem;
	return s->data_dir;
}

static const char *
say_kept(struct arena *mem, const struct status *s)
{
	if (!s->kept.files)
		return "none";
	return arena_printf(mem, "%" PRIu64 " with %s, the oldest %s", s->kept.files,
	    size_of(mem, s->kept.bytes), s->kept.oldest);
}

static const char *
say_key_file(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%s %s", s->key_file_ok ? "good:" : "NOT the one:", s->key_file);
}

static const char *
say_machines(struct arena *mem, const struct status *s)
{
	return arena_printf(mem, "%" PRIu64 ", of which %" PRIu64 " have another key file",
	    s->machines, s->machines_differ);
}

static const struct { const char *name; say *say; } lines[] = {
	{ "service",    say_service },
	{ "workers",    say_workers },
	{ "",           say_past },
	{ "logins",     say_logins },
	{ "requests",   say_requests },
	{ "",           say_times },
	{ "passwords",  say_passwords },
	{ "JWTs",       say_jwts },
	{ "providers",  say_providers },
	{ "users",      say_users },
	{ "tokens",     say_tokens },
	{ "commits",    say_commits },
	{ "last write", say_last_write },
	{ "database",   say_store },
	{ "size",       say_size },
	{ "reader",     say_reader },
	{ "data_dir",   say_data },
	{ "copies",     say_kept },
	{ "key file",   say_key_file },
	{ "machines",   say_machines },
};

_Static_assert(NELEM(lines) <= STATUS_LINES, "a screen has 24 lines");

int
status_screen(struct ctl *ctl, const struct status *status, unsigned width)
{
	const char *line;

	for (size_t i = 0; i < NELEM(lines); i++) {
		line = lines[i].say(&ctl->mem, status);
		if (line)
			line = arena_printf(&ctl->mem, "%-11s %s", lines[i].name, line);
		/* a part of the line may be missing too */
		if (ctl->mem.ran_out)
			return -ENOMEM;
		printf("%.*s\n", (int)width, line);
	}
	return 0;
}
