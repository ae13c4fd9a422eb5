// SPDX-License-Identifier: ISC
/* auth/login_seen.c - the logins that are in use, in memory that workers share. */
#include "auth/login_seen.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "auth/cell.h"
#include "base/guard.h"
#include "base/shared.h"

/* A login can be in any cell of its set. */
#define WAYS 8
#define SETS (LOGINS_MAX / WAYS)

/* So many of a set are one user's at most: nobody can drive out all others. */
#define OWN_WAYS 2

/* Another layout needs another file name. */
#define FILE_NAME "logins.1"

/* The words of a cell, as they are compared and copied. */
enum { ID = 0, USER = 2, IP = 4, GEN = 6, CLIENT, TIMES, KIND, AGENT,
    WORDS = AGENT + LOGIN_AGENT_LEN / 8 };

struct cell {
	_Atomic uint64_t word;		/* the stamp of the others; 0: empty */
	_Atomic uint64_t at[WORDS];
};

struct table {
	struct cell cells[LOGINS_MAX];
};

struct logins {
	struct shared file;
	struct table *table;
};

int
logins_open(struct logins **out, const char *run_dir)
{
	GUARD(logins_close) struct logins *logins = calloc(1, sizeof *logins);
	int r;

	if (!logins)
		return -ENOMEM;
	r = shared_open_in(&logins->file, run_dir, FILE_NAME, sizeof *logins->table);
	if (r)
		return r;
	logins->table = logins->file.at;
	*out = logins;
	logins = NULL;
	return 0;
}

void
logins_open_if_there(struct logins **out, const char *run_dir)
{
	if (shared_is_in(run_dir, FILE_NAME))
		(void)logins_open(out, run_dir);
}

void
logins_close(struct logins **logins)
{
	if (!*logins)
		return;
	shared_close(&(*logins)->file);
	free(*logins);
	*logins = NULL;
}

/* --- cells ------------------------------------------------------------------------ */

static uint64_t
load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static int64_t
ms_of(const struct cell *cell)
{
	return (int64_t)cell_ms(load(&cell->word));
}

static bool
has_words(const struct cell *cell, int first, const uint64_t words[2])
{
	return load(&cell->at[first]) == words[0] && load(&cell->at[first + 1]) == words[1];
}

static bool
read_cell(const struct cell *cell, struct login_seen *seen)
{
	uint64_t word = atomic_load_explicit(&cell->word, memory_order_acquire);
	uint64_t at[WORDS];

	for (int i = 0; word && i < WORDS; i++)
		at[i] = load(&cell->at[i]);
	if (!word || word != cell_stamp(at, WORDS, cell_ms(word)))
		return false;
	*seen = (struct login_seen){ .gen = at[GEN], .client = at[CLIENT],
	    .began_s = (int64_t)(at[TIMES] >> 32), .until_s = (int64_t)(uint32_t)at[TIMES],
	    .kind = at[KIND] ? LOGIN_BY_SESSION : LOGIN_BY_JWT,
	    .seen_ms = (int64_t)cell_ms(word) };
	memcpy(seen->id.bytes, &at[ID], UUID_LEN);
	memcpy(seen->user.bytes, &at[USER], UUID_LEN);
	cell_ip_text(seen->ip, &at[IP]);
	memcpy(seen->agent, &at[AGENT], LOGIN_AGENT_LEN);
	return true;
}

static void
write_cell(struct cell *cell, const struct login_seen *seen)
{
	uint64_t at[WORDS] = { [GEN] = seen->gen, [CLIENT] = seen->client,
	    [TIMES] = (uint64_t)seen->began_s << 32 | (uint32_t)seen->until_s,
	    [KIND] = seen->kind == LOGIN_BY_SESSION };

	memcpy(&at[ID], seen->id.bytes, UUID_LEN);
	memcpy(&at[USER], seen->user.bytes, UUID_LEN);
	cell_put_ip(&at[IP], seen->ip);
	memcpy(&at[AGENT], seen->agent, strnlen(seen->agent, LOGIN_AGENT_LEN));
	atomic_store_explicit(&cell->word, 0, memory_order_relaxed);
	for (int i = 0; i < WORDS; i++)
		atomic_store_explicit(&cell->at[i], at[i], memory_order_relaxed);
	atomic_store_explicit(&cell->word, cell_stamp(at, WORDS, (uint64_t)seen->seen_ms),
	    memory_order_release);
}

/*
 * Ids of logins of JWTs begin with what tells clients apart, so that a client finds its
 * own; those of sessions begin with a time, and end at random.
 */
static struct cell *
set_of(const struct logins *logins, const struct uuid *id, enum login_kind kind)
{
	uint64_t words[2];
	size_t set;

	memcpy(words, id->bytes, sizeof words);
	set = kind == LOGIN_BY_JWT ? (size_t)id->bytes[0] << 8 | id->bytes[1] :
	    (size_t)cell_mix(1, words[1]);
	return logins->table->cells + WAYS * (set % SETS);
}

static struct cell *
find_cell(const struct logins *logins, const struct uuid *id, enum login_kind kind)
{
	struct cell *set = set_of(logins, id, kind);
	uint64_t words[2];

	memcpy(words, id->bytes, sizeof words);
	for (int i = 0; i < WAYS; i++) {
		if (has_words(&set[i], ID, words) && load(&set[i].word))
			return &set[i];
	}
	return NULL;
}

/* The one that was seen longest ago: the user's, if there are OWN_WAYS of those. */
static struct cell *
cell_for(const struct logins *logins, const struct login_seen *seen)
{
	struct cell *set = set_of(logins, &seen->id, seen->kind), *oldest = set, *own = NULL;
	uint64_t user[2];
	int count = 0;

	memcpy(user, seen->user.bytes, sizeof user);
	for (int i = 0; i < WAYS; i++) {
		if (ms_of(&set[i]) < ms_of(oldest))
			oldest = &set[i];
		if (!load(&set[i].word) || !has_words(&set[i], USER, user))
			continue;
		count++;
		if (!own || ms_of(&set[i]) < ms_of(own))
			own = &set[i];
	}
	return count < OWN_WAYS ? oldest : own;
}

/* --- logins ------------------------------------------------------------------------- */

void
logins_note(struct logins *logins, const struct login_seen *use)
{
	struct login_seen note = *use, old;
	struct cell *cell;

	if (!logins)
		return;
	cell = find_cell(logins, &use->id, use->kind);
	/* a clock that was set back is noted too */
	if (cell && llabs(use->seen_ms - ms_of(cell)) < LOGIN_STEP_MS &&
	    use->until_s <= (int64_t)(uint32_t)load(&cell->at[TIMES]))
		return;
	if (cell && read_cell(cell, &old) && uuid_equal(&old.user, &use->user)) {
		note.began_s = old.began_s;
		note.client = old.client ? old.client : use->client;
		if (old.gen == use->gen && old.until_s > note.until_s)
			note.until_s = old.until_s;
	}
	write_cell(cell ? cell : cell_for(logins, use), &note);
}

bool
logins_of_client(const struct logins *logins, const struct login_seen *like, int64_t now_s,
    struct login_seen *found)
{
	struct cell *set;
	struct login_seen seen;

	if (!logins)
		return false;
	set = set_of(logins, &like->id, LOGIN_BY_JWT);
	for (int i = 0; i < WAYS; i++) {
		if (load(&set[i].at[CLIENT]) != like->client || !read_cell(&set[i], &seen))
			continue;
		if (seen.kind == LOGIN_BY_JWT && seen.gen == like->gen && seen.until_s > now_s &&
		    uuid_equal(&seen.user, &like->user)) {
			*found = seen;
			return true;
		}
	}
	return false;
}

bool
logins_find(const struct logins *logins, const struct uuid *id, enum login_kind kind,
    struct login_seen *found)
{
	struct cell *cell = logins ? find_cell(logins, id, kind) : NULL;

	return cell && read_cell(cell, found);
}

int
logins_list(const struct logins *logins, struct arena *mem, const struct user *user,
    int64_t now_s, struct login_seen **out, size_t *count)
{
	struct login_seen *list = NULL, seen;
	size_t room = 0;
	uint64_t words[2];

	*count = 0;
	memcpy(words, user->id.bytes, sizeof words);
	for (size_t i = 0; logins && i < LOGINS_MAX; i++) {
		const struct cell *cell = &logins->table->cells[i];

		if (!has_words(cell, USER, words) || !read_cell(cell, &seen) ||
		    seen.kind != LOGIN_BY_JWT || seen.gen != user->gen || seen.until_s <= now_s)
			continue;
		if (*count == room) {
			struct login_seen *more = arena_alloc(mem, (room + 16) * 2 * sizeof *more);

			if (!more)
				return -ENOMEM;
			if (room)
				memcpy(more, list, room * sizeof *more);
			list = more;
			room = (room + 16) * 2;
		}
		list[(*count)++] = seen;
	}
	*out = list;
	return 0;
}

void
logins_drop(struct logins *logins, const struct uuid *id)
{
	struct cell *cell = logins ? find_cell(logins, id, LOGIN_BY_JWT) : NULL;

	if (cell)
		atomic_store_explicit(&cell->word, 0, memory_order_relaxed);
}
