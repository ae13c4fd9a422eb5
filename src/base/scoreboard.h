// SPDX-License-Identifier: ISC
/*
 * base/scoreboard.h - what each worker is doing, visible to every process.
 *
 * A file in run_dir, mapped by every process, with one cell for each worker,
 * whatever started it.  A worker writes only its own cell, without locks;
 * all processes read.  A cell belongs to the process that holds a lock on its
 * byte of the file, which the kernel releases even on kill -9: a cell without a
 * holder is free, whatever its bytes say.
 *
 * A process has at most one cell, so there is no handle.  If no scoreboard is
 * open, writing does nothing, and there are no cells.
 */
#ifndef BASE_SCOREBOARD_H
#define BASE_SCOREBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SCOREBOARD_CELLS 1200		/* two generations of 512 workers, and guests */

enum scoreboard_state {
	STATE_FREE,
	STATE_STARTING,
	STATE_IDLE,
	STATE_READING,			/* the request is being read */
	STATE_SERVING,
	STATE_STORING,			/* its write is to be on the disk */
	STATE_WRITING,			/* the answer is being written */
	STATES
};

/* What a worker has to do with a lock that one writer has at a time. */
enum scoreboard_lock {
	LOCK_NONE,
	LOCK_AWAITED,
	LOCK_HELD
};

/* The contents of a cell at one moment. */
struct scoreboard_cell {
	pid_t pid;
	enum scoreboard_state state;
	int64_t since_ms;		/* when it entered the state; clock_steady_ms */
	uint64_t requests;		/* of this worker */
	uint32_t waiting;		/* logins that it holds until they may be hashed */
	uint32_t hashing;		/* logins that are being hashed in its threads */
	int64_t oldest_ms;		/* since when its oldest waiting login waits; 0: none */
	uint32_t asking;		/* requests for which it asks a provider, in threads too */
	int64_t alive_ms;		/* when it gave a sign of life last */
	enum scoreboard_lock lock;
};

/* Opens it in run_dir, or creates it.  -errno, logged. */
int scoreboard_open(const char *run_dir);

/* Opens it for reading.  V_NOT_FOUND: there is none. */
int scoreboard_find(const char *run_dir);
void scoreboard_close(void);

/*
 * Takes a cell for this process, which is its worker from now on, and drops the
 * cell that it may have inherited with fork.  -errno, logged; -EAGAIN: all are taken.
 */
int scoreboard_join(void);

/* Gives the cell back. */
void scoreboard_leave(void);

/* Enters a state; STATE_READING counts a request. */
void scoreboard_enter(enum scoreboard_state state);

/* A worker that has nothing to do is alive nevertheless. */
void scoreboard_beat(void);

void scoreboard_lock(enum scoreboard_lock lock);

/* Sets for how many requests this worker asks a provider. */
void scoreboard_ask(uint32_t requests);

/* Has this worker nothing to do, and no request to keep?  Has any other? */
bool cell_is_idle(const struct scoreboard_cell *cell);
bool scoreboard_has_idle(void);

/* Is there any worker that has started, besides this one? */
bool scoreboard_has_started(void);

/*
 * Could another request be taken at once, if this worker had answered its own?  By it, by
 * another, or by one that its master may yet start.  True without a master.
 */
bool scoreboard_has_room(void);

/*
 * Is this process a worker, are half of all workers or more in that state, and one of them
 * since before_ms?  Then this one had better not enter it.
 */
bool scoreboard_is_stalled(enum scoreboard_state state, int64_t before_ms);

/* Is this process a worker, and are more than half of all workers in that state? */
bool scoreboard_is_crowded(enum scoreboard_state state);

/* Cells below this number have been in use. */
size_t scoreboard_high(void);

/*
 * Reads a cell without checking whether its holder is alive, for masters, which
 * know.  False: it is free.
 */
bool scoreboard_peek(size_t at, struct scoreboard_cell *cell);

/* As scoreboard_peek, but frees a cell whose holder has gone. */
bool scoreboard_read(size_t at, struct scoreboard_cell *cell);

/* The worker pid has exited: frees its cell. */
void scoreboard_ended(pid_t pid);

/* --- the queue of logins ------------------------------------------------- */

/* A place at the end of the queue, over all processes; never 0. */
uint64_t scoreboard_ticket(void);

/*
 * Sets what this worker holds: how many logins wait and are hashed, the first ticket
 * that could have its turn (0 for none), and since when the oldest login waits.  A
 * worker that holds a ticket must say so again within 200 ms, or it is passed over.
 */
void scoreboard_hold(uint32_t waiting, uint32_t hashing, uint64_t first, int64_t since_ms);

/* How many workers that can take their turn hold an earlier ticket. */
size_t scoreboard_before(uint64_t ticket);

/* A digest of what is hashed in a slot; only a hint, since a killed process leaves it. */
void scoreboard_hash(size_t slot, uint64_t digest);
uint64_t scoreboard_hashing(size_t slot);

/* How many logins wait in total. */
uint64_t scoreboard_waiting(void);

/* --- the master ---------------------------------------------------------- */

/* Did the last hash of any process get too little of a core? */
void scoreboard_starve(bool starved);
bool scoreboard_is_starved(void);

/* What a master reports about its workers. */
struct scoreboard_pool {
	pid_t master;			/* 0: there has been none */
	uint32_t want, base, max;	/* how many workers there should be, and its limits */
	int64_t started_ms;		/* Unix time */
};

void scoreboard_set_pool(const struct scoreboard_pool *pool);

/* False: no scoreboard is open. */
bool scoreboard_pool(struct scoreboard_pool *pool);

/* --- the master's sleep ----------------------------------------------------- */

/* The master sleeps until it is woken. */
void scoreboard_sleep(void);

/* True once after scoreboard_sleep: the caller must wake the master. */
bool scoreboard_wake(void);

#endif
