// SPDX-License-Identifier: ISC
/* base/setback.c - a clock that was set back: what had ended by it has ended for good. */
#include "base/setback.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/shared.h"

/* Another layout needs another file name. */
#define FILE_NAME	"setbacks.2"

/* The bytes of the file that are locked: by all that have it open, and to change it. */
#define OPEN_LOCK	0
#define CHANGE_LOCK	1

/* What reading both clocks may err by, and more. */
#define SLACK_MS	250

/* A clock that is put right by less is in order. */
#define TOLD_MS		1000

/* How far ahead of ours the clock of the machine that issued may be. */
#define SKEW_MS		300000

/* The same for what lives no longer than that: it is refused for a moment rather than revived. */
#define SHORT_SKEW_MS	1000

/* A jump forward by less skips no credential's whole life. */
#define LEAP_MS		60000

#define SETBACKS	4
#define TRIES		50

struct setback {
	_Atomic int64_t ahead_ms, back_ms;
};

/* Those that count, the farthest ahead first; so a later one is less far. */
struct table {
	atomic_uint count;
	struct setback at[SETBACKS];
};

/* Readers need no lock: one table is read while the other is written. */
struct board {
	_Atomic int64_t offset_ms;	/* the wall clock less the steady one; 0: not known */
	atomic_uint turn;		/* the table is tables[turn % 2] */
	struct table tables[2];
	_Atomic uint64_t mark;		/* last, so that a file that is cut off has lost it */
};

#define MARK	UINT64_C(0x5e7bac5)

struct setbacks {
	struct shared file;
	struct board *board;
	struct board kept;		/* as it was last; without a mark if it is not known */
};

/* --- the file --------------------------------------------------------------------- */

/* The first that opens it begins a new run; then all hold the lock together. */
static int
join_run(struct setbacks *setbacks)
{
	const int fd = setbacks->file.fd;
	int r = file_lock(fd, F_WRLCK, OPEN_LOCK, 1);

	if (!r) {
		memset(setbacks->board, 0, sizeof *setbacks->board);
		atomic_store(&setbacks->board->mark, MARK);
	}
	if (r == -EAGAIN || !r)
		r = file_lock_wait(fd, F_RDLCK, OPEN_LOCK, 1);
	return r ? log_fault(r, "joining those that watch the clock") : 0;
}

static int
map_file(struct setbacks **out, const char *path)
{
	GUARD(setbacks_close) struct setbacks *setbacks = calloc(1, sizeof *setbacks);
	int r;

	if (!setbacks)
		return -ENOMEM;
	setbacks->file = SHARED_NONE;
	r = shared_open(&setbacks->file, path, sizeof *setbacks->board, sizeof *setbacks->board);
	if (r)
		return r;
	setbacks->board = setbacks->file.at;
	*out = setbacks;
	setbacks = NULL;
	return 0;
}

int
setbacks_open(struct setbacks **out, const char *run_dir)
{
	GUARD(setbacks_close) struct setbacks *setbacks = NULL;
	char path[PATH_MAX];
	int r;

	r = path_in(path, run_dir, FILE_NAME);
	if (!r)
		r = map_file(&setbacks, path);
	if (!r)
		r = join_run(setbacks);
	if (r)
		return r;
	*out = setbacks;
	setbacks = NULL;
	return 0;
}

void
setbacks_open_beside(struct setbacks **out, const char *run_dir)
{
	char path[PATH_MAX];

	if (path_in(path, run_dir, FILE_NAME) != 0 || access(path, R_OK | W_OK) != 0 ||
	    map_file(out, path) != 0)
		return;
	/* of a run that is over */
	if (file_lock_is_free((*out)->file.fd, OPEN_LOCK, 1))
		setbacks_close(out);
}

void
setbacks_close(struct setbacks **setbacks)
{
	if (!*setbacks)
		return;
	shared_close(&(*setbacks)->file);
	free(*setbacks);
	*setbacks = NULL;
}

/* --- looking at the clock ----------------------------------------------------------- */

static void
put(struct table *table, int64_t ahead_ms, int64_t back_ms)
{
	unsigned at = atomic_load(&table->count);

	/* the one before ends all that this one does */
	if (at && atomic_load(&table->at[at - 1].back_ms) >= back_ms)
		return;
	/* no room: what was issued between the last two ends with the farther of them */
	if (at == SETBACKS)
		at--;
	else
		atomic_store(&table->at[at].ahead_ms, ahead_ms);
	atomic_store(&table->at[at].back_ms, back_ms);
	atomic_store(&table->count, at + 1);
}

/*
 * The setbacks that count after the clock went from was_ms to now_ms.  One that is less
 * far than a later one adds nothing to it.  After a leap forward, what was issued between
 * the setback and now may be of before the setback: it ends with the rest.
 */
static void
make_table(const struct table *from, int64_t was_ms, int64_t now_ms, struct table *to)
{
	const int64_t since_ms = now_ms - now_ms % 1000;	/* JWTs have whole seconds */
	const int64_t least_ms = was_ms > now_ms ? was_ms : now_ms;
	const bool leaps = now_ms - was_ms > LEAP_MS;
	const unsigned count = atomic_load(&from->count);

	memset(to, 0, sizeof *to);
	for (unsigned i = 0; i < count && i < SETBACKS; i++) {
		const int64_t ahead_ms = atomic_load(&from->at[i].ahead_ms);
		const int64_t back_ms = atomic_load(&from->at[i].back_ms);

		if (ahead_ms > least_ms)
			put(to, ahead_ms, leaps || back_ms > since_ms ? since_ms : back_ms);
	}
	if (was_ms > now_ms)
		put(to, was_ms, since_ms);
}

static void
say(int64_t was_ms, int64_t now_ms)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(iso, was_ms);
	log_error("the clock was set back by %lld s: what ended by it until %s stays ended "
	    "while this service runs", (long long)((was_ms - now_ms) / 1000), iso);
}

/* Holding CHANGE_LOCK.  The offset comes last: who knows it knows the setback. */
static void
note(struct board *board, int64_t now_ms, int64_t steady_ms)
{
	const int64_t known_ms = atomic_load(&board->offset_ms);
	const int64_t offset_ms = now_ms - steady_ms, was_ms = known_ms + steady_ms;
	const unsigned turn = atomic_load(&board->turn);

	/* another process was faster */
	if (known_ms && llabs(offset_ms - known_ms) <= SLACK_MS)
		return;
	if (known_ms) {
		make_table(&board->tables[turn % 2], was_ms, now_ms,
		    &board->tables[(turn + 1) % 2]);
		atomic_store(&board->turn, turn + 1);
		if (was_ms - now_ms >= TOLD_MS)
			say(was_ms, now_ms);
	}
	atomic_store(&board->offset_ms, offset_ms ? offset_ms : 1);
}

/* A process that was stopped while it holds the lock must not hold up the others. */
static int
lock_change(const struct setbacks *setbacks)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int r = file_lock(setbacks->file.fd, F_WRLCK, CHANGE_LOCK, 1);

	for (int i = 0; r == -EAGAIN && i < TRIES; i++) {
		nanosleep(&pause, NULL);
		r = file_lock(setbacks->file.fd, F_WRLCK, CHANGE_LOCK, 1);
	}
	return r;
}

/* --- what was lost ------------------------------------------------------------------- */

static bool
is_whole(const struct board *board)
{
	return atomic_load_explicit(&board->mark, memory_order_acquire) == MARK;
}

/* Another table is written only after the turn has changed. */
static void
keep(struct setbacks *setbacks)
{
	unsigned turn;

	do {
		turn = atomic_load(&setbacks->board->turn);
		memcpy(&setbacks->kept, setbacks->board, sizeof setbacks->kept);
	} while (atomic_load(&setbacks->board->turn) != turn);
}

static void
put_back(struct setbacks *setbacks)
{
	struct board *board = setbacks->board;

	if (lock_change(setbacks) != 0)
		return;
	if (!is_whole(board)) {
		memcpy(board, &setbacks->kept, offsetof(struct board, mark));
		atomic_store(&board->mark, MARK);
	}
	file_lock(setbacks->file.fd, F_UNLCK, CHANGE_LOCK, 1);
}

void
setbacks_keep(struct setbacks *setbacks)
{
	struct board *board;

	if (!setbacks)
		return;
	board = setbacks->board;
	if (!is_whole(board) && is_whole(&setbacks->kept))
		put_back(setbacks);
	if (is_whole(board) && !(is_whole(&setbacks->kept) &&
	    atomic_load(&board->turn) == atomic_load(&setbacks->kept.turn) &&
	    atomic_load(&board->offset_ms) == atomic_load(&setbacks->kept.offset_ms)))
		keep(setbacks);
}

int
setbacks_renew(struct setbacks *setbacks, const char *run_dir)
{
	GUARD(setbacks_close) struct setbacks *again = NULL;
	int r;

	if (!setbacks)
		return 0;
	r = setbacks_open(&again, run_dir);
	if (r)
		return r;
	shared_close(&setbacks->file);
	setbacks->file = again->file;
	setbacks->board = again->board;
	again->file = SHARED_NONE;
	setbacks_keep(setbacks);
	return 0;
}

/* --- for each request ------------------------------------------------------------------ */

int64_t
setbacks_now(struct setbacks *setbacks, int64_t wall_ms, int64_t steady_ms)
{
	int64_t known_ms;

	if (!setbacks)
		return wall_ms;
	setbacks_keep(setbacks);
	known_ms = atomic_load_explicit(&setbacks->board->offset_ms, memory_order_acquire);
	if (known_ms && llabs(wall_ms - steady_ms - known_ms) <= SLACK_MS)
		return wall_ms;
	if (lock_change(setbacks) == 0) {
		note(setbacks->board, wall_ms, steady_ms);
		file_lock(setbacks->file.fd, F_UNLCK, CHANGE_LOCK, 1);
		setbacks_keep(setbacks);
		return wall_ms;
	}
	/* not written down: then by the clock as it was before */
	return known_ms && known_ms + steady_ms > wall_ms ? known_ms + steady_ms : wall_ms;
}

/* --- what has ended ------------------------------------------------------------------ */

static bool
table_ends(const struct table *table, int64_t issued_ms, int64_t ends_ms)
{
	const unsigned count = atomic_load(&table->count);

	for (unsigned i = 0; i < count && i < SETBACKS; i++) {
		if (ends_ms <= atomic_load(&table->at[i].ahead_ms) &&
		    issued_ms < atomic_load(&table->at[i].back_ms))
			return true;
	}
	return false;
}

/* Was it issued by a clock that is ahead of ours, more than that of another machine may be? */
static bool
is_ahead(int64_t issued_ms, int64_t ends_ms, int64_t now_ms)
{
	return issued_ms > now_ms + (ends_ms - issued_ms <= SKEW_MS ? SHORT_SKEW_MS : SKEW_MS);
}

/* Is the end in the time that a setback took back? */
static bool
was_reached(const struct table *table, int64_t ends_ms)
{
	return atomic_load(&table->count) && ends_ms <= atomic_load(&table->at[0].ahead_ms);
}

bool
setbacks_ended(const struct setbacks *setbacks, int64_t issued_ms, int64_t ends_ms,
    int64_t now_ms)
{
	const struct board *board;
	const struct table *table;
	unsigned turn;
	bool ended;

	if (ends_ms <= now_ms || !setbacks)
		return ends_ms <= now_ms;
	board = is_whole(setbacks->board) ? setbacks->board : &setbacks->kept;
	do {
		turn = atomic_load(&board->turn);
		table = &board->tables[turn % 2];
		ended = was_reached(table, ends_ms) && (is_ahead(issued_ms, ends_ms, now_ms) ||
		    table_ends(table, issued_ms, ends_ms));
	} while (atomic_load(&board->turn) != turn);
	return ended;
}
