// SPDX-License-Identifier: ISC
/* base/scoreboard.c - what each worker is doing, visible to every process. */
#include "base/scoreboard.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file_lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/shared.h"
#include "base/slots.h"
#include "base/verdict.h"

/* Another layout is another file, so that old and new workers can live side by side. */
#define FILE_NAME "scoreboard.3"

/* A cache line for each, so that workers do not wait for each other's writes. */
struct cell {
	alignas(64) atomic_int pid;
	atomic_uint state;
	_Atomic int64_t since_ms;
	_Atomic uint64_t requests;
	_Atomic uint64_t first;		/* ticket of the first login that waits; 0: none */
	_Atomic int64_t oldest_ms;
	atomic_uint waiting, hashing, asking;
	atomic_uint lock;		/* enum scoreboard_lock */
	_Atomic int64_t looked_ms;	/* when it looked last after its logins, or just so */
};

struct board {
	alignas(64) _Atomic uint64_t tickets;
	alignas(64) atomic_uint high;
	alignas(64) atomic_bool asleep;	/* the master; read with every request, seldom written */
	atomic_bool starved;		/* likewise: the last hash */
	alignas(64) struct scoreboard_pool pool;	/* one process writes it, people read it */
	alignas(64) _Atomic uint64_t hashing[SLOTS_MAX];
	struct cell cells[SCOREBOARD_CELLS];
};

_Static_assert(sizeof(struct cell) == 64, "a cell is a cache line");
_Static_assert(sizeof(struct scoreboard_pool) <= 64, "what follows keeps its place");

/* A worker that has not looked for so long is stopped, dead or held up. */
#define ABSENT_MS 250

static struct shared file = { .fd = -1 };
static struct board *board;		/* NULL: none is open */
static struct cell *own;		/* NULL: this process is no worker */
static int own_pid;
static char path[PATH_MAX];

static int
opened(int r)
{
	board = r ? NULL : file.at;
	return r;
}

static int
open_file(void)
{
	return opened(shared_open(&file, path, sizeof(struct board), sizeof(struct board)));
}

int
scoreboard_open(const char *run_dir)
{
	int r;

	if (board)
		return 0;
	r = path_in(path, run_dir, FILE_NAME);
	return r ? r : open_file();
}

int
scoreboard_find(const char *run_dir)
{
	int r;

	r = path_in(path, run_dir, FILE_NAME);
	if (!r && access(path, F_OK) != 0 && errno == ENOENT)
		return V_NOT_FOUND;
	return r ? r : open_file();
}

void
scoreboard_close(void)
{
	scoreboard_leave();
	shared_close(&file);
	board = NULL;
}

/* --- holding a cell --------------------------------------------------------- */

static void
clear(struct cell *cell)
{
	atomic_store(&cell->first, 0);
	atomic_store(&cell->oldest_ms, 0);
	atomic_store(&cell->waiting, 0);
	atomic_store(&cell->hashing, 0);
	atomic_store(&cell->asking, 0);
	atomic_store(&cell->lock, LOCK_NONE);
	atomic_store(&cell->requests, 0);
	atomic_store(&cell->state, STATE_FREE);
	atomic_store(&cell->pid, 0);
}

static void
raise_high(unsigned to)
{
	unsigned high = atomic_load(&board->high);

	while (high < to && !atomic_compare_exchange_weak(&board->high, &high, to))
		;
}

/* Whose the cell is, which all others read. */
static void
say_own(void)
{
	atomic_store(&own->pid, own_pid);
	raise_high((unsigned)(own - board->cells) + 1);
}

static void
claim(size_t at)
{
	own = &board->cells[at];
	own_pid = (int)getpid();
	clear(own);
	say_own();
	scoreboard_enter(STATE_STARTING);
}

/* A lock of the open file that fork gave us would be our parent's as well. */
int
scoreboard_join(void)
{
	int r;

	if (!*path)
		return 0;
	own = NULL;
	r = opened(shared_reopen(&file, path, sizeof(struct board), sizeof(struct board)));
	if (!r)
		r = file_lock_first(file.fd, SCOREBOARD_CELLS);
	if (r < 0)
		return log_fault(r, "a place on the scoreboard");
	claim((size_t)r);
	return 0;
}

void
scoreboard_leave(void)
{
	if (!own)
		return;
	clear(own);
	file_lock(file.fd, F_UNLCK, own - board->cells, 1);
	own = NULL;
}

/* --- writing it ---------------------------------------------------------------- */

void
scoreboard_enter(enum scoreboard_state state)
{
	if (!own)
		return;
	atomic_store_explicit(&own->since_ms, clock_steady_ms(), memory_order_relaxed);
	atomic_store_explicit(&own->state, state, memory_order_release);
	if (state != STATE_READING)
		return;
	atomic_fetch_add_explicit(&own->requests, 1, memory_order_relaxed);
	/* the file was cut off */
	if (atomic_load_explicit(&own->pid, memory_order_relaxed) != own_pid)
		say_own();
}

void
scoreboard_beat(void)
{
	if (own)
		atomic_store_explicit(&own->looked_ms, clock_steady_ms(), memory_order_relaxed);
}

void
scoreboard_lock(enum scoreboard_lock lock)
{
	if (own)
		atomic_store_explicit(&own->lock, lock, memory_order_relaxed);
}

void
scoreboard_ask(uint32_t requests)
{
	if (own)
		atomic_store_explicit(&own->asking, requests, memory_order_relaxed);
}

/* --- reading it --------------------------------------------------------------- */

size_t
scoreboard_high(void)
{
	return board ? atomic_load(&board->high) : 0;
}

bool
scoreboard_peek(size_t at, struct scoreboard_cell *cell)
{
	struct cell *from = &board->cells[at];

	cell->state = atomic_load_explicit(&from->state, memory_order_acquire);
	cell->pid = (pid_t)atomic_load(&from->pid);
	cell->since_ms = atomic_load(&from->since_ms);
	cell->requests = atomic_load(&from->requests);
	cell->waiting = atomic_load(&from->waiting);
	cell->hashing = atomic_load(&from->hashing);
	cell->oldest_ms = atomic_load(&from->oldest_ms);
	cell->asking = atomic_load(&from->asking);
	cell->lock = atomic_load(&from->lock);
	cell->alive_ms = atomic_load(&from->looked_ms);
	if (cell->alive_ms < cell->since_ms)
		cell->alive_ms = cell->since_ms;
	return cell->pid && cell->state != STATE_FREE;
}

/* Free if no process holds the byte. */
static bool
is_held(size_t at)
{
	return &board->cells[at] == own || !file_lock_is_free(file.fd, (off_t)at, 1);
}

/* Takes the lock to do so, lest a new holder be cleared. */
static void
free_cell(size_t at)
{
	if (file_lock(file.fd, F_WRLCK, (off_t)at, 1) != 0)
		return;
	clear(&board->cells[at]);
	file_lock(file.fd, F_UNLCK, (off_t)at, 1);
}

bool
scoreboard_read(size_t at, struct scoreboard_cell *cell)
{
	if (!scoreboard_peek(at, cell))
		return false;
	if (is_held(at))
		return true;
	free_cell(at);
	return false;
}

void
scoreboard_ended(pid_t pid)
{
	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (atomic_load(&board->cells[at].pid) == (int)pid)
			free_cell(at);
	}
}

bool
cell_is_idle(const struct scoreboard_cell *cell)
{
	return cell->state == STATE_IDLE && !cell->waiting && !cell->hashing && !cell->asking;
}

bool
scoreboard_has_idle(void)
{
	struct scoreboard_cell cell;

	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (&board->cells[at] != own && scoreboard_peek(at, &cell) &&
		    cell_is_idle(&cell))
			return true;
	}
	return false;
}

bool
scoreboard_has_started(void)
{
	struct scoreboard_cell cell;

	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (&board->cells[at] != own && scoreboard_read(at, &cell) &&
		    cell.state != STATE_STARTING)
			return true;
	}
	return false;
}

/* A worker that keeps requests is not free, though it could take more. */
static bool
keeps_none(const struct cell *cell)
{
	return !atomic_load(&cell->waiting) && !atomic_load(&cell->hashing) &&
	    !atomic_load(&cell->asking);
}

bool
scoreboard_has_room(void)
{
	struct scoreboard_cell cell;
	size_t workers = 0;

	if (!own || board->pool.master != getppid() || keeps_none(own) || scoreboard_has_idle())
		return true;
	for (size_t at = 0; at < scoreboard_high(); at++)
		workers += scoreboard_peek(at, &cell);
	return workers < board->pool.max;
}

bool
scoreboard_is_stalled(enum scoreboard_state state, int64_t before_ms)
{
	struct scoreboard_cell cell;
	size_t all = 0, in = 0;
	bool old = false;

	for (size_t at = 0; own && at < scoreboard_high(); at++) {
		if (!scoreboard_peek(at, &cell))
			continue;
		all++;
		if (cell.state != state)
			continue;
		in++;
		old = old || cell.since_ms <= before_ms;
	}
	return old && in * 2 >= all;
}

bool
scoreboard_is_crowded(enum scoreboard_state state)
{
	struct scoreboard_cell cell;
	size_t all = 0, in = 0;

	for (size_t at = 0; own && at < scoreboard_high(); at++) {
		if (!scoreboard_peek(at, &cell))
			continue;
		all++;
		in += cell.state == state;
	}
	return in * 2 > all;
}

/* --- the queue of logins -------------------------------------------------------- */

uint64_t
scoreboard_ticket(void)
{
	return board ? atomic_fetch_add(&board->tickets, 1) + 1 : 1;
}

void
scoreboard_hold(uint32_t waiting, uint32_t hashing, uint64_t first, int64_t since_ms)
{
	if (!own)
		return;
	atomic_store(&own->waiting, waiting);
	atomic_store(&own->hashing, hashing);
	atomic_store(&own->oldest_ms, since_ms);
	atomic_store(&own->looked_ms, clock_steady_ms());
	atomic_store(&own->first, first);
}

/*
 * A worker that waits for a provider or for a slow peer cannot take its turn:
 * it is passed over until it can.  So is one that was stopped or killed, which
 * its silence tells without a system call.
 */
static bool
can_take_turn(const struct cell *cell, int64_t now_ms)
{
	unsigned state = atomic_load(&cell->state);

	return (state == STATE_IDLE || state == STATE_SERVING) &&
	    now_ms - atomic_load(&cell->looked_ms) <= ABSENT_MS;
}

size_t
scoreboard_before(uint64_t ticket)
{
	int64_t now_ms = clock_steady_ms();
	uint64_t first;
	size_t count = 0;

	for (size_t at = 0; at < scoreboard_high(); at++) {
		first = atomic_load(&board->cells[at].first);
		count += first && first < ticket && can_take_turn(&board->cells[at], now_ms);
	}
	return count;
}

void
scoreboard_starve(bool starved)
{
	if (board)
		atomic_store_explicit(&board->starved, starved, memory_order_relaxed);
}

bool
scoreboard_is_starved(void)
{
	return board && atomic_load_explicit(&board->starved, memory_order_relaxed);
}

void
scoreboard_hash(size_t slot, uint64_t digest)
{
	if (board && slot < SLOTS_MAX)
		atomic_store(&board->hashing[slot], digest);
}

uint64_t
scoreboard_hashing(size_t slot)
{
	return board && slot < SLOTS_MAX ? atomic_load(&board->hashing[slot]) : 0;
}

uint64_t
scoreboard_waiting(void)
{
	uint64_t sum = 0;

	for (size_t at = 0; at < scoreboard_high(); at++)
		sum += atomic_load(&board->cells[at].waiting);
	return sum;
}

/* --- the master ------------------------------------------------------------------- */

void
scoreboard_set_pool(const struct scoreboard_pool *pool)
{
	if (board)
		board->pool = *pool;
}

bool
scoreboard_pool(struct scoreboard_pool *pool)
{
	if (board)
		*pool = board->pool;
	return board;
}

/* --- the master's sleep ----------------------------------------------------------- */

void
scoreboard_sleep(void)
{
	if (board)
		atomic_store(&board->asleep, true);
}

bool
scoreboard_wake(void)
{
	/* a look first: the line stays in every worker's cache */
	return board && atomic_load_explicit(&board->asleep, memory_order_relaxed) &&
	    atomic_exchange(&board->asleep, false);
}
