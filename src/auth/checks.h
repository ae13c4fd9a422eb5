// SPDX-License-Identifier: ISC
/*
 * auth/checks.h - password hashing within bounds: logins wait for their turn.
 *
 * Over all processes at most max_password_checks hash at once, in the order in
 * which the logins came (base/scoreboard.h), each in a thread of the lowest
 * priority.  Neither a login that waits nor one that is hashed holds its
 * worker: the call is put aside with V_WAITING, and goes on when
 * checks_is_due.  What is alike is not hashed twice at the same time, for the
 * second login may find the first one's answer remembered.
 *
 * The bounds are slots that the kernel lets go with a process, even on
 * kill -9 (base/slots.h).
 */
#ifndef AUTH_CHECKS_H
#define AUTH_CHECKS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slots.h"
#include "conf/conf.h"

/* So many logins wait in one process at the most. */
#define CHECKS_WAITING_MAX 256

struct checks;

enum check_state {
	CHECK_NEW,
	CHECK_WAITING,
	CHECK_TURN,			/* it holds a slot, and may begin */
	CHECK_RUNNING,
	CHECK_DONE
};

/* One hash that is asked for; zeroed at first.  It must stay where it is until it is done. */
struct check {
	/* given */
	void (*work)(void *);		/* runs in a thread */
	void *arg;
	uint64_t likeness;		/* a keyed digest of what is checked */

	/* its own */
	_Atomic enum check_state state;
	struct check *next;		/* of those that wait in this process */
	uint64_t ticket;
	int64_t since_ms;		/* of clock_steady_ms: when it came, then when it began */
	struct slot slot;
	struct checks *checks;
	pthread_t thread;
};

/* Opens the slots in run_dir, after fork; conf is borrowed.  -errno, logged. */
int checks_open(struct checks **checks, const struct conf *conf);
void checks_close(struct checks **checks);

/*
 * Asks for a turn.  0: it has one, and must go on with checks_begin or
 * checks_leave.  V_WAITING: ask again when it is due.  V_UNAVAILABLE: it waited
 * for password_wait_ms, or too many wait already; it has left the queue.
 * Where checks is NULL there is room for everybody.
 */
int checks_turn(struct checks *checks, struct check *check);

/*
 * Runs the work.  V_WAITING: in a thread, and done when check_is_done.  0: where
 * checks is NULL, right here.  -errno: it was not run, and the turn is given up.
 */
int checks_begin(struct checks *checks, struct check *check);

/* Was the work run?  True ends the thread: results may be read. */
bool check_is_done(struct check *check);

/* Gives up place or turn of a check that is not running. */
void checks_leave(struct checks *checks, struct check *check);

/* Is there something to do for it: is it done, may it have its turn, is its time over? */
bool checks_is_due(const struct checks *checks, const struct check *check);

/* An eventfd that is written when a thread ends; -1 where checks is NULL. */
int checks_due_fd(const struct checks *checks);

/* How long until the next look at those that wait for their turn; INT_MAX: none does. */
int checks_due_ms(const struct checks *checks);

/* Sleeps until something may be due, for callers that have nothing else to do. */
void checks_await(const struct checks *checks);

/* About how long until one that comes now would be hashed. */
int64_t checks_backlog_ms(const struct checks *checks);

/* How often work was run. */
uint64_t checks_count(const struct checks *checks);

#endif
