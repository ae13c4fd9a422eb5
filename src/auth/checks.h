// SPDX-License-Identifier: ISC
/*
 * auth/checks.h - limits password hashing: logins wait for their turn.
 *
 * Over all processes at most max_password_checks hash at a time, in the order in
 * which the logins arrived (base/scoreboard.h), each in a thread of the lowest
 * priority.  Neither a login that waits nor one that is hashed holds its
 * worker: the call is put aside with V_WAITING, and continues when
 * checks_is_due.  Identical checks do not run at the same time, since the second
 * login may find the result of the first remembered.
 *
 * The limits are slots that the kernel releases when a process exits, even on
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

/* The most logins that wait in one process. */
#define CHECKS_WAITING_MAX 256

struct checks;

enum check_state {
	CHECK_NEW,
	CHECK_WAITING,
	CHECK_TURN,			/* it holds a slot and may begin */
	CHECK_RUNNING,
	CHECK_DONE
};

/* One hash that is requested; zeroed at first.  It must not move until it is done. */
struct check {
	/* given */
	void (*work)(void *);		/* runs in a thread */
	void *arg;
	uint64_t likeness;		/* a keyed digest of what is checked */

	/* its own */
	_Atomic enum check_state state;
	struct check *next;		/* in the queue of this process */
	uint64_t ticket;
	int64_t since_ms;		/* of clock_steady_ms: arrival, then start */
	struct slot slot;
	int64_t took_ms;		/* once it is done */
	struct checks *checks;
	pthread_t thread;
};

/* Opens the slots in run_dir, after fork; conf is borrowed.  -errno, logged. */
int checks_open(struct checks **checks, const struct conf *conf);
void checks_close(struct checks **checks);

/*
 * Asks for a turn.  0: it has one, and must continue with checks_begin or
 * checks_leave.  V_WAITING: ask again when it is due.  V_UNAVAILABLE: it waited
 * for password_wait_ms, or too many are waiting; it has left the queue.  If
 * checks is NULL, there is no limit.
 */
int checks_turn(struct checks *checks, struct check *check);

/*
 * Runs the work.  V_WAITING: in a thread, and done when check_is_done.  0: it
 * was run here, because checks is NULL.  -errno: it was not run, and the turn is
 * given up.
 */
int checks_begin(struct checks *checks, struct check *check);

/* Has the work been run?  If so, joins the thread: results may be read. */
bool check_is_done(struct check *check);

/* Gives up the place or turn of a check that is not running. */
void checks_leave(struct checks *checks, struct check *check);

/*
 * Finds the waiting check that may have its turn, and tells other processes that this
 * one is alive.  Call it before asking checks_is_due about all of them.
 */
void checks_look(struct checks *checks);

/* Is it done, may it have its turn, or has its time run out?  True for NULL: none waits. */
bool checks_is_due(const struct checks *checks, const struct check *check);

/*
 * Gives up what waits, before its memory goes, and sets it to NULL; nothing for NULL.
 * checks_abandon does so unless its work is being run: then it is V_WAITING, and must be
 * finished.  checks_end waits for that.
 */
int checks_abandon(struct checks *checks, struct check **check);
void checks_end(struct checks *checks, struct check **check);

/* An eventfd that is written when a thread ends; -1 where checks is NULL. */
int checks_due_fd(const struct checks *checks);

/* Time until waiting checks must be looked at again; INT_MAX if none waits. */
int checks_due_ms(const struct checks *checks);

/* Sleeps until a check may be due, for callers with nothing else to do. */
void checks_await(struct checks *checks);

/* Roughly how long a check that arrived now would wait. */
int64_t checks_backlog_ms(const struct checks *checks);

/*
 * Did a check get so little of a core that logins would be put off?  lowered: it had
 * the lowest priority; if not, it got its share and only others as busy show in it.
 */
bool checks_was_starved(bool lowered, int64_t took_ms, int64_t on_core_ms);

/* How often work was run. */
uint64_t checks_count(const struct checks *checks);

#endif
