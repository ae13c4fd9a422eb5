// SPDX-License-Identifier: ISC
/* auth/checks.c - limits password hashing. */
#include "auth/checks.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/scoreboard.h"
#include "base/thread.h"
#include "base/verdict.h"

#define LOWEST_PRIORITY	19
#define SLICE_NS	100000		/* the shortest that Linux grants */

/* A check of less tells nothing about the machine. */
#define STARVED_MIN_MS	20

/* The cost of a hash until one has been timed; and the longest time between two checks. */
#define FIRST_GUESS_MS	50
#define LOOK_MAX_MS	50

struct checks {
	const struct conf *conf;
	struct slots slots;
	long slot_count;		/* how many may hash at a time, in all processes */
	int done_fd;			/* an eventfd */
	struct check *first;		/* of those waiting here, in the order of their tickets */
	const struct check *next;	/* the one that may have its turn, as of the last look */
	uint32_t waiting;
	atomic_uint running;
	_Atomic int64_t cost_ms;	/* of one hash, roughly */
	uint64_t count;
};

static long
slots_wanted(const struct conf *conf)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (conf->max_password_checks)
		return (long)conf->max_password_checks;
	return cores > 2 ? cores - 1 : 1;
}

int
checks_open(struct checks **out, const struct conf *conf)
{
	GUARD(checks_close) struct checks *checks = NULL;
	char path[PATH_MAX];
	int r;

	r = path_in(path, conf->run_dir, "password-slots");
	if (r)
		return r;
	checks = calloc(1, sizeof *checks);
	if (!checks)
		return -ENOMEM;
	checks->conf = conf;
	checks->slot_count = slots_wanted(conf);
	checks->cost_ms = FIRST_GUESS_MS;
	checks->slots.fd = -1;
	checks->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (checks->done_fd < 0)
		return log_fault(-errno, "eventfd");
	r = slots_open(&checks->slots, path);
	if (r)
		return r;
	*out = checks;
	checks = NULL;
	return 0;
}

void
checks_close(struct checks **checks)
{
	if (!*checks)
		return;
	slots_close(&(*checks)->slots);
	if ((*checks)->done_fd >= 0)
		close((*checks)->done_fd);
	free(*checks);
	*checks = NULL;
}

/* --- the queue ---------------------------------------------------------------- */

static bool
is_late(const struct checks *checks, const struct check *check)
{
	return clock_steady_ms() - check->since_ms >= checks->conf->password_wait_ms;
}

/* Is the same check running, here or in another process? */
static bool
is_like_one_running(const struct checks *checks, const struct check *check)
{
	for (long at = 0; at < checks->slot_count; at++) {
		if (check->likeness && scoreboard_hashing((size_t)at) == check->likeness &&
		    !slot_is_free(&checks->slots, at))
			return true;
	}
	return false;
}

/*
 * The first one here that only waits for a slot; NULL if there is none.  Of a row of
 * identical ones only the first is looked at: a look costs a system call.
 */
static const struct check *
first_ready(const struct checks *checks)
{
	const struct check *check = checks->first, *busy = NULL;

	while (check && ((busy && busy->likeness == check->likeness) ||
	    is_like_one_running(checks, check))) {
		busy = check;
		check = check->next;
	}
	return check;
}

static bool
has_free_slot(const struct checks *checks)
{
	for (long at = 0; at < checks->slot_count; at++) {
		if (slot_is_free(&checks->slots, at))
			return true;
	}
	return false;
}

/* ready: what first_ready says; one that waits for an identical one holds up no other process. */
static void
tell_scoreboard(const struct checks *checks, const struct check *ready)
{
	scoreboard_hold(checks->waiting, atomic_load(&checks->running),
	    ready ? ready->ticket : 0, checks->first ? checks->first->since_ms : 0);
}

/*
 * The first in the queue of all processes is served first, unless its worker
 * cannot take its turn, or it waits for an identical one.
 */
static bool
is_next(const struct checks *checks, const struct check *check)
{
	return check == first_ready(checks) && scoreboard_before(check->ticket) == 0;
}

/* Finds the one whose turn it is: once for all that wait, since it takes system calls. */
static void
look(struct checks *checks)
{
	const struct check *ready = first_ready(checks);

	tell_scoreboard(checks, ready);
	checks->next = ready && has_free_slot(checks) && scoreboard_before(ready->ticket) == 0 ?
	    ready : NULL;
}

void
checks_look(struct checks *checks)
{
	if (checks && checks->first)
		look(checks);
}

static int
join_queue(struct checks *checks, struct check *check)
{
	struct check **last = &checks->first;

	if (checks->waiting >= CHECKS_WAITING_MAX)
		return V_UNAVAILABLE;
	check->ticket = scoreboard_ticket();
	check->since_ms = clock_steady_ms();
	check->next = NULL;
	while (*last)
		last = &(*last)->next;
	*last = check;
	checks->waiting++;
	atomic_store(&check->state, CHECK_WAITING);
	tell_scoreboard(checks, first_ready(checks));
	return 0;
}

static void
leave_queue(struct checks *checks, const struct check *check)
{
	struct check **at = &checks->first;

	while (*at != check)
		at = &(*at)->next;
	*at = check->next;
	checks->waiting--;
	look(checks);
}

static void
note_turn(const struct check *check)
{
	static struct counter waits = { .name = "check_wait_us", .kind = COUNTER_TIMES };

	scoreboard_hash((size_t)check->slot.at, check->likeness);
	counter_measure(&waits, (uint64_t)(clock_steady_ms() - check->since_ms) * 1000);
}

int
checks_turn(struct checks *checks, struct check *check)
{
	static struct counter refused = { .name = "checks_refused" };
	int r = 0;

	if (!checks)
		return 0;
	check->checks = checks;
	if (atomic_load(&check->state) == CHECK_NEW)
		r = join_queue(checks, check);
	if (r) {
		counter_add(&refused, 1);
		return r;
	}
	r = is_next(checks, check) ? slot_take(&checks->slots, checks->slot_count, &check->slot) :
	    V_UNAVAILABLE;
	if (r == V_UNAVAILABLE && !is_late(checks, check))
		return V_WAITING;
	leave_queue(checks, check);
	atomic_store(&check->state, r ? CHECK_NEW : CHECK_TURN);
	if (r)
		counter_add(&refused, 1);
	else
		note_turn(check);
	return r;
}

void
checks_leave(struct checks *checks, struct check *check)
{
	if (!checks)
		return;
	if (atomic_load(&check->state) == CHECK_WAITING) {
		leave_queue(checks, check);
	} else if (atomic_load(&check->state) == CHECK_TURN) {
		slot_leave(&check->slot);
		checks_look(checks);
	}
	atomic_store(&check->state, CHECK_NEW);
}

/* --- the work --------------------------------------------------------------------- */

/* Each hash has the weight of a quarter, since a disturbed one says little. */
static void
note_cost(struct checks *checks, int64_t ms)
{
	int64_t before = atomic_load(&checks->cost_ms);

	atomic_store(&checks->cost_ms, before + (ms - before) / 4);
}

/*
 * On a machine whose cores are busy the lowest priority gets about a hundredth of one:
 * logins would be put off.  They have their share then, until a check that has it is
 * hardly disturbed.
 */
bool
checks_was_starved(bool lowered, int64_t took_ms, int64_t on_core_ms)
{
	return took_ms >= STARVED_MIN_MS &&
	    2 * took_ms > (lowered ? 8 : 3) * on_core_ms;
}

/* What sched_setattr(2) takes; older C libraries do not declare it. */
struct schedule {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

#define KEEP_POLICY 0x08

/*
 * Lowers the thread that calls, which exits and so need not restore it.  Priority
 * alone is not enough since Linux 6.6: a request that arrives on the same core waits
 * until the hash has used up its slice, about 3 ms.  Slices can be shorter since
 * Linux 6.12.  SCHED_IDLE would do as well, but has even less weight.
 */
static void
lower_thread(void)
{
	const struct schedule low = { .size = sizeof low, .flags = KEEP_POLICY,
	    .nice = LOWEST_PRIORITY, .runtime_ns = SLICE_NS };

	/* a real-time policy has neither; the hash is the same without */
	if (syscall(SYS_sched_setattr, 0, &low, 0) != 0)
		log_debug("sched_setattr: %s", strerror(errno));
}

static void *
run_apart(void *arg)
{
	struct check *check = arg;
	struct checks *checks = check->checks;
	const bool lowered = !scoreboard_is_starved();
	const uint64_t one = 1;

	if (lowered)
		lower_thread();
	check->work(check->arg);
	check->took_ms = clock_steady_ms() - check->since_ms;
	note_cost(checks, check->took_ms);
	scoreboard_starve(checks_was_starved(lowered, check->took_ms, clock_thread_ms()));
	slot_leave(&check->slot);
	atomic_fetch_sub(&checks->running, 1);
	atomic_store(&check->state, CHECK_DONE);
	/* full means readable: nothing is lost */
	if (write(checks->done_fd, &one, sizeof one) < 0 && errno != EAGAIN)
		log_fault(-errno, "eventfd");
	return NULL;
}

int
checks_begin(struct checks *checks, struct check *check)
{
	int r;

	if (!checks) {
		check->work(check->arg);
		atomic_store(&check->state, CHECK_DONE);
		return 0;
	}
	check->since_ms = clock_steady_ms();
	atomic_store(&check->state, CHECK_RUNNING);
	atomic_fetch_add(&checks->running, 1);
	r = thread_start(&check->thread, "hash a password", run_apart, check);
	if (r) {
		atomic_fetch_sub(&checks->running, 1);
		atomic_store(&check->state, CHECK_TURN);
		checks_leave(checks, check);
		return r;
	}
	checks->count++;
	tell_scoreboard(checks, first_ready(checks));
	return V_WAITING;
}

bool
check_is_done(struct check *check)
{
	static struct counter times = { .name = "check_us", .kind = COUNTER_TIMES };

	if (atomic_load(&check->state) != CHECK_DONE)
		return false;
	if (check->checks) {
		pthread_join(check->thread, NULL);
		tell_scoreboard(check->checks, first_ready(check->checks));
		counter_measure(&times, (uint64_t)check->took_ms * 1000);
		check->checks = NULL;
	}
	return true;
}

uint64_t
checks_count(const struct checks *checks)
{
	return checks ? checks->count : 0;
}

/* --- when to look again -------------------------------------------------------- */

bool
checks_is_due(const struct checks *checks, const struct check *check)
{
	if (!check)
		return true;
	switch (atomic_load(&check->state)) {
	case CHECK_WAITING:
		return is_late(checks, check) || check == checks->next;
	case CHECK_RUNNING:
		return false;
	default:
		return true;
	}
}

int
checks_due_fd(const struct checks *checks)
{
	return checks ? checks->done_fd : -1;
}

/* Sooner if the first one is nearer to its turn. */
int
checks_due_ms(const struct checks *checks)
{
	int64_t before, look_ms;

	if (!checks || !checks->first)
		return INT_MAX;
	before = (int64_t)scoreboard_before(checks->first->ticket);
	look_ms = before * atomic_load(&checks->cost_ms) / 2 / checks->slot_count;
	if (look_ms > LOOK_MAX_MS)
		look_ms = LOOK_MAX_MS;
	return look_ms > 1 ? (int)look_ms : 1;
}

void
checks_await(struct checks *checks)
{
	struct pollfd done = { .fd = checks_due_fd(checks), .events = POLLIN };
	int limit_ms = checks_due_ms(checks);
	uint64_t count;

	if (poll(&done, 1, limit_ms == INT_MAX ? LOOK_MAX_MS : limit_ms) > 0 &&
	    read(done.fd, &count, sizeof count) < 0)
		log_fault(-errno, "eventfd");
	checks_look(checks);
}

int
checks_abandon(struct checks *checks, struct check **check)
{
	if (!*check)
		return 0;
	if ((*check)->state == CHECK_RUNNING || (*check)->state == CHECK_DONE)
		return V_WAITING;
	checks_leave(checks, *check);
	*check = NULL;
	return 0;
}

void
checks_end(struct checks *checks, struct check **check)
{
	while (checks_abandon(checks, check) == V_WAITING) {
		if (check_is_done(*check))
			*check = NULL;
		else
			checks_await(checks);
	}
}

int64_t
checks_backlog_ms(const struct checks *checks)
{
	if (!checks)
		return 0;
	return (int64_t)(scoreboard_waiting() + 1) * atomic_load(&checks->cost_ms) /
	    checks->slot_count;
}
