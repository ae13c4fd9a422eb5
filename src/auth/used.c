// SPDX-License-Identifier: ISC
/* auth/used.c - the last uses of bearer tokens, in memory that workers share. */
#include "auth/used.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "auth/cell.h"
#include "base/guard.h"
#include "base/shared.h"

/* A token can be in any cell of its set. */
#define WAYS 8
#define SETS (USED_MAX / WAYS)

/* Another layout needs another file name. */
#define FILE_NAME "used.1"

/* What one call records at most, so that requests need not wait for all of it. */
#define BATCHES_AT_A_TIME 8
#define NEXT_PART_MS 1000

struct cell {
	_Atomic uint64_t id[2], ip[2];	/* ip: IPv6, or IPv4 mapped into it; 0: none */
	_Atomic uint64_t word;		/* the stamp of these; 0: empty */
	_Atomic uint64_t recorded;	/* the milliseconds that the store has */
	uint64_t unused[2];
};

_Static_assert(sizeof(struct cell) == 64, "a line of the cache");

struct table {
	_Atomic int64_t next_ms;	/* until then nothing is recorded */
	uint64_t unused[7];
	struct cell cells[USED_MAX];
};

struct used {
	struct shared file;
	struct table *table;
};

/* A cell as it was read. */
struct seen {
	uint64_t id[2], ip[2], ms;
};

int
used_open(struct used **out, const char *run_dir)
{
	GUARD(used_close) struct used *used = calloc(1, sizeof *used);
	int r;

	if (!used)
		return -ENOMEM;
	r = shared_open_in(&used->file, run_dir, FILE_NAME, sizeof *used->table);
	if (r)
		return r;
	used->table = used->file.at;
	*out = used;
	used = NULL;
	return 0;
}

void
used_open_if_there(struct used **out, const char *run_dir)
{
	if (shared_is_in(run_dir, FILE_NAME))
		(void)used_open(out, run_dir);
}

void
used_close(struct used **used)
{
	if (!*used)
		return;
	shared_close(&(*used)->file);
	free(*used);
	*used = NULL;
}

static uint64_t
word_of(const struct seen *seen)
{
	const uint64_t words[] = { seen->id[0], seen->ip[0], seen->id[1], seen->ip[1] };

	return cell_stamp(words, NELEM(words), seen->ms);
}

static bool
read_cell(const struct cell *cell, struct seen *seen)
{
	uint64_t word = atomic_load_explicit(&cell->word, memory_order_acquire);

	for (int i = 0; i < 2; i++) {
		seen->id[i] = atomic_load_explicit(&cell->id[i], memory_order_relaxed);
		seen->ip[i] = atomic_load_explicit(&cell->ip[i], memory_order_relaxed);
	}
	seen->ms = cell_ms(word);
	return word && word == word_of(seen);
}

static void
write_cell(struct cell *cell, const struct seen *seen, bool is_new)
{
	if (is_new) {
		atomic_store_explicit(&cell->word, 0, memory_order_relaxed);
		atomic_store_explicit(&cell->recorded, 0, memory_order_relaxed);
	}
	for (int i = 0; i < 2; i++) {
		atomic_store_explicit(&cell->id[i], seen->id[i], memory_order_relaxed);
		atomic_store_explicit(&cell->ip[i], seen->ip[i], memory_order_relaxed);
	}
	atomic_store_explicit(&cell->word, word_of(seen), memory_order_release);
}

static struct cell *
set_of(struct table *table, const uint64_t id[2])
{
	/* the end of a uuid is random */
	return table->cells + WAYS * (cell_mix(1, id[1]) % SETS);
}

static bool
is_recorded(const struct cell *cell, const struct seen *seen)
{
	return seen->ms <= atomic_load_explicit(&cell->recorded, memory_order_relaxed);
}

/* The cell of a token, or the one to put it in: what the store has too goes first. */
static struct cell *
cell_for(struct table *table, const uint64_t id[2], struct seen *seen, bool *is_new)
{
	struct cell *set = set_of(table, id), *to = set;
	uint64_t worth, least = UINT64_MAX;

	*is_new = false;
	for (int i = 0; i < WAYS; i++) {
		bool valid = read_cell(&set[i], seen);

		if (valid && memcmp(seen->id, id, sizeof seen->id) == 0)
			return &set[i];
		worth = !valid ? 0 : is_recorded(&set[i], seen) ? seen->ms :
		    seen->ms | (uint64_t)1 << 62;
		if (worth < least) {
			least = worth;
			to = &set[i];
		}
	}
	*is_new = true;
	return to;
}

void
used_note(struct used *used, const struct uuid *token, const char *ip, int64_t now_ms)
{
	struct seen seen, note = { .ms = (uint64_t)now_ms };
	struct cell *cell;
	bool is_new;

	if (!used)
		return;
	memcpy(note.id, token->bytes, sizeof note.id);
	cell = cell_for(used->table, note.id, &seen, &is_new);
	/* a clock that was set back is noted too */
	if (!is_new && llabs(now_ms - (int64_t)seen.ms) < USED_STEP_MS)
		return;
	cell_put_ip(note.ip, ip);
	write_cell(cell, &note, is_new);
}

void
used_merge(const struct used *used, struct token *token)
{
	uint64_t id[2];
	struct seen seen;
	bool is_new;

	if (!used)
		return;
	memcpy(id, token->id.bytes, sizeof id);
	(void)cell_for(used->table, id, &seen, &is_new);
	if (is_new || (int64_t)seen.ms <= token->last_used_ms)
		return;
	token->last_used_ms = (int64_t)seen.ms;
	cell_ip_text(token->last_used_ip, seen.ip);
}

/* --- recording ------------------------------------------------------------------- */

struct batch {
	struct token_used uses[TOKENS_USED_MAX];
	struct cell *cells[TOKENS_USED_MAX];
	size_t count, number;
};

/* Fills the batch from cell *at on. */
static void
fill(struct table *table, struct batch *batch, size_t *at)
{
	struct seen seen;

	batch->count = 0;
	for (; *at < USED_MAX && batch->count < TOKENS_USED_MAX; ++*at) {
		struct token_used *use = &batch->uses[batch->count];
		struct cell *cell = &table->cells[*at];

		if (!read_cell(cell, &seen) || is_recorded(cell, &seen))
			continue;
		memcpy(use->token.bytes, seen.id, sizeof seen.id);
		use->used_ms = (int64_t)seen.ms;
		cell_ip_text(use->ip, seen.ip);
		batch->cells[batch->count++] = cell;
	}
}

static int
record_batch(struct batch *batch, struct store *store, int64_t now_ms)
{
	int r;

	r = store_tokens_used(store, batch->uses, batch->count, now_ms);
	/* one that another token has taken over meanwhile is recorded once more, at worst */
	for (size_t i = 0; !r && i < batch->count; i++)
		atomic_store_explicit(&batch->cells[i]->recorded,
		    (uint64_t)batch->uses[i].used_ms, memory_order_relaxed);
	batch->number++;
	return r;
}

/* Does this worker record now?  Of several, one does. */
static bool
take_turn(struct table *table, int64_t period_ms, int64_t now_ms)
{
	int64_t next_ms = atomic_load_explicit(&table->next_ms, memory_order_relaxed);

	/* later than that only if the clock was set back */
	if (now_ms < next_ms && next_ms - now_ms <= period_ms)
		return false;
	return atomic_compare_exchange_strong(&table->next_ms, &next_ms, now_ms + period_ms);
}

int
used_record(struct used *used, struct store *store, int64_t period_ms, bool at_once,
    int64_t now_ms)
{
	struct batch batch = { .count = 0 };
	size_t at = 0;
	int r = 0;

	if (!used || !(at_once || take_turn(used->table, period_ms, now_ms)))
		return 0;
	while (!r && at < USED_MAX) {
		if (!at_once && batch.number == BATCHES_AT_A_TIME) {
			atomic_store(&used->table->next_ms, now_ms + NEXT_PART_MS);
			return 0;
		}
		fill(used->table, &batch, &at);
		if (batch.count)
			r = record_batch(&batch, store, now_ms);
	}
	return r;
}
