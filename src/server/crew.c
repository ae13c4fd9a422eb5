// SPDX-License-Identifier: ISC
/* server/crew.c - the worker processes of a master. */
#include "server/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/log_sink.h"
#include "base/scoreboard.h"
#include "server/worker.h"

/* A worker that fell after less than LONG_LIFE_MS waits before it is replaced. */
#define LONG_LIFE_MS	10000
#define DELAY_FIRST_MS	100
#define DELAY_LAST_MS	5000

/* While anything happens, the master looks this often whether more are needed. */
#define LOOK_MS		20
#define CALM_MS		1000

#define FULL_SAY_MS	60000

static struct counter starts = { .name = "worker_starts" };
static struct counter lost = { .name = "log_lost master" };
static struct counter failures = { .name = "worker_failures" };

static size_t
alive_of(const struct handover *from)
{
	size_t count = 0;

	for (size_t i = 0; i < from->leaver_count; i++)
		count += from->leavers[i].pid && !from->leavers[i].kill_ms;
	return count;
}

static size_t
most_workers(const struct conf *conf)
{
	return (size_t)(conf->workers_max > conf->workers ? conf->workers_max : conf->workers);
}

static void
want_more(struct crew *crew, size_t count)
{
	for (size_t i = 0; i < crew->seat_count && count; i++) {
		if (crew->seats[i].wanted || crew->seats[i].pid)
			continue;
		crew->seats[i] = (struct seat){ .wanted = true };
		count--;
	}
}

int
crew_open(struct crew *crew, const struct conf *conf, const struct handover *from)
{
	*crew = (struct crew){ .conf = conf, .listen_fd = from->socket.fd,
	    .lock_fd = from->socket.lock_fd,
	    .leavers = from->leavers, .leaver_count = from->leaver_count,
	    .seat_count = most_workers(conf), .started_ms = clock_now_ms(),
	    .stuck.beat_ms = conf->request_deadline_s * 1000,
	    .demand = { .base = (size_t)conf->workers, .max = most_workers(conf),
	    .spare = (size_t)conf->workers_spare, .idle_ms = conf->worker_idle_s * 1000 } };
	crew->seats = calloc(crew->seat_count, sizeof *crew->seats);
	if (!crew->seats)
		return log_fault(-ENOMEM, "workers");
	demand_begin(&crew->demand, alive_of(from), clock_steady_ms());
	want_more(crew, crew->demand.want);	/* or the first census would find a shortage */
	scoreboard_wake();		/* the former program may have slept */
	return 0;
}

void
crew_close(struct crew *crew)
{
	free(crew->seats);
	crew->seats = NULL;
	crew->seat_count = 0;
}

void
crew_log_death(const char *who, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s %d was killed by signal %d, %s", who, (int)pid, WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		log_error("%s %d exited with status %d", who, (int)pid, WEXITSTATUS(status));
}

/* --- seats ------------------------------------------------------------------- */

/*
 * When an empty seat may be filled again.  A worker that leaves because of damage that it
 * met answered first, and the next one may never meet it: whatever its age, others must not
 * wait for it.  One without a service has refused requests for a while.
 */
static void
seat_empty(struct seat *seat, int how, int64_t now_ms)
{
	const bool fell = how != WORKER_DONE && how != WORKER_LEFT && how != WORKER_NO_AUTH;

	if (!fell || now_ms - seat->started_ms >= LONG_LIFE_MS)
		seat->delay_ms = 0;
	else if (!seat->delay_ms)
		seat->delay_ms = DELAY_FIRST_MS;
	else if (seat->delay_ms <= DELAY_LAST_MS / 2)
		seat->delay_ms *= 2;
	else
		seat->delay_ms = DELAY_LAST_MS;
	seat->due_ms = now_ms + seat->delay_ms;
	if (how != WORKER_DONE && seat->due_ms < seat->started_ms + DELAY_FIRST_MS)
		seat->due_ms = seat->started_ms + DELAY_FIRST_MS;
	seat->pid = 0;
	seat->ready = false;
}

static void
seat_fill(const struct crew *crew, struct seat *seat, int64_t now_ms)
{
	pid_t master = getpid(), pid;

	seat->started_ms = now_ms;
	pid = fork();
	if (pid == 0) {
		if (crew->lock_fd >= 0)
			close(crew->lock_fd);
		_exit(worker_run(crew->listen_fd, crew->conf, master));
	}
	if (pid < 0) {
		log_fault(-errno, "fork");
		seat_empty(seat, WORKER_FAULT, now_ms);
		return;
	}
	seat->pid = pid;
	counter_add(&starts, 1);
	log_debug("worker %d started", (int)pid);
}

static int64_t
fill_seats(struct crew *crew, int64_t now_ms)
{
	int64_t next_ms = CREW_FOREVER;

	for (size_t i = 0; i < crew->seat_count; i++) {
		if (crew->seats[i].pid || !crew->seats[i].wanted)
			continue;
		if (crew->seats[i].due_ms <= now_ms)
			seat_fill(crew, &crew->seats[i], now_ms);
		if (!crew->seats[i].pid && crew->seats[i].due_ms < next_ms)
			next_ms = crew->seats[i].due_ms;
	}
	return next_ms;
}

static struct seat *
seat_of(const struct crew *crew, pid_t pid)
{
	for (size_t i = 0; i < crew->seat_count; i++) {
		if (crew->seats[i].pid == pid)
			return &crew->seats[i];
	}
	return NULL;
}

/* --- demand ------------------------------------------------------------------- */

/* What the worker in a seat does; one without a cell, false, is taken to be idle. */
static bool
seat_look(const struct seat *seat, struct scoreboard_cell *cell)
{
	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (scoreboard_peek(at, cell) && cell->pid == seat->pid)
			return true;
	}
	*cell = (struct scoreboard_cell){ .pid = seat->pid, .state = STATE_IDLE,
	    .since_ms = seat->started_ms };
	return false;
}

static void
count_seat(const struct seat *seat, int64_t now_ms, struct census *census, uint64_t *requests)
{
	struct scoreboard_cell cell;

	if (!seat->pid) {
		census->failing += seat->delay_ms != 0;
		census->coming += seat->delay_ms == 0;
		return;
	}
	seat_look(seat, &cell);
	*requests += cell.requests;
	if (!seat->ready)
		cell.state = STATE_STARTING;
	census_add(census, &cell, now_ms);
}

/* Nothing happens while no request comes and all workers that are there are free. */
static void
note_calm(struct crew *crew, const struct census *census, uint64_t requests, size_t wanted,
    int64_t now_ms)
{
	bool calm = requests == crew->requests && census->free == wanted;

	crew->requests = requests;
	if (!calm)
		crew->calm_ms = 0;
	else if (!crew->calm_ms)
		crew->calm_ms = now_ms;
}

static void
take_census(struct crew *crew, struct census *census, int64_t now_ms)
{
	uint64_t requests = 0;
	size_t wanted = 0;

	*census = (struct census){ 0 };
	for (size_t i = 0; i < crew->seat_count; i++) {
		if (!crew->seats[i].wanted)
			continue;
		wanted++;
		count_seat(&crew->seats[i], now_ms, census, &requests);
	}
	note_calm(crew, census, requests, wanted, now_ms);
}

/* The worker that is idle for longest; NULL if none is. */
static struct seat *
longest_idle(const struct crew *crew)
{
	struct seat *longest = NULL;
	struct scoreboard_cell cell;
	int64_t since_ms = INT64_MAX;

	for (size_t i = 0; i < crew->seat_count; i++) {
		if (!crew->seats[i].wanted || !crew->seats[i].ready)
			continue;
		seat_look(&crew->seats[i], &cell);
		if (cell_is_idle(&cell) && cell.since_ms < since_ms) {
			longest = &crew->seats[i];
			since_ms = cell.since_ms;
		}
	}
	return longest;
}

static void
want_fewer(struct crew *crew, size_t count)
{
	struct seat *seat;

	while (count-- && (seat = longest_idle(crew))) {
		seat->wanted = false;
		kill(seat->pid, SIGTERM);
		log_debug("worker %d is not needed", (int)seat->pid);
	}
}

static size_t
count_wanted(const struct crew *crew)
{
	size_t count = 0;

	for (size_t i = 0; i < crew->seat_count; i++)
		count += crew->seats[i].wanted;
	return count;
}

/* Once a minute at most. */
static void
say_full(struct crew *crew, const struct census *census, int64_t now_ms)
{
	const struct demand *d = &crew->demand;

	if (d->max == d->base || d->want < d->max || census->free || census->coming ||
	    (crew->full_said_ms && now_ms - crew->full_said_ms < FULL_SAY_MS))
		return;
	crew->full_said_ms = now_ms;
	log_info("all %zu workers are busy, and workers_max permits no more", d->max);
}

/* Wants as many seats as demand asks for; returns when to call it again. */
static int64_t
follow_demand(struct crew *crew, int64_t now_ms)
{
	struct census census;
	size_t want, have = count_wanted(crew);

	take_census(crew, &census, now_ms);
	want = demand_update(&crew->demand, &census, now_ms);
	if (want > have)
		want_more(crew, want - have);
	else
		want_fewer(crew, have - want);
	say_full(crew, &census, now_ms);
	scoreboard_set_pool(&(struct scoreboard_pool){ .master = getpid(),
	    .want = (uint32_t)want, .base = (uint32_t)crew->demand.base,
	    .max = (uint32_t)crew->demand.max, .started_ms = crew->started_ms });
	counter_add(&lost, log_sink_lost());
	if (!crew->calm_ms || now_ms - crew->calm_ms < CALM_MS)
		return now_ms + LOOK_MS;
	scoreboard_sleep();
	return demand_due(&crew->demand);
}

static void
end_stuck(struct crew *crew, int64_t now_ms)
{
	struct scoreboard_cell cell;

	if (!stuck_begin(&crew->stuck, now_ms))
		return;
	for (size_t i = 0; i < crew->seat_count; i++) {
		if (crew->seats[i].pid && seat_look(&crew->seats[i], &cell))
			stuck_look(&crew->stuck, &cell);
	}
	stuck_end(&crew->stuck);
}

/* --- leavers ----------------------------------------------------------------- */

static void
tell_leavers(struct crew *crew, int64_t now_ms)
{
	struct leaver *l = crew->leavers;

	for (size_t i = 0; i < crew->leaver_count; i++, l++) {
		if (!l->pid || l->kill_ms)
			continue;
		kill(l->pid, SIGTERM);
		l->kill_ms = now_ms + CREW_DRAIN_MS;
	}
}

static int64_t
kill_overdue(struct crew *crew, int64_t now_ms)
{
	int64_t next_ms = CREW_FOREVER;
	struct leaver *l = crew->leavers;

	for (size_t i = 0; i < crew->leaver_count; i++, l++) {
		if (!l->pid || !l->kill_ms)
			continue;
		if (l->kill_ms <= now_ms) {
			log_error("worker %d did not finish in %d ms and is killed", (int)l->pid,
			    CREW_DRAIN_MS);
			kill(l->pid, SIGKILL);
			l->kill_ms = CREW_FOREVER;
		}
		if (l->kill_ms < next_ms)
			next_ms = l->kill_ms;
	}
	return next_ms;
}

/* --- all of them --------------------------------------------------------------- */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
crew_tend(struct crew *crew)
{
	int64_t now_ms = clock_steady_ms(), look_ms = follow_demand(crew, now_ms);

	end_stuck(crew, now_ms);
	look_ms = earlier(look_ms, now_ms + crew->stuck.beat_ms);
	return earlier(look_ms, earlier(fill_seats(crew, now_ms), kill_overdue(crew, now_ms)));
}

void
crew_ended(struct crew *crew, pid_t pid, int status)
{
	struct seat *seat = seat_of(crew, pid);

	crew_log_death("worker", pid, status);
	scoreboard_ended(pid);
	counter_add(&failures, status != 0);
	if (seat)
		seat_empty(seat, WIFEXITED(status) ? WEXITSTATUS(status) : WORKER_FAULT,
		    clock_steady_ms());
	for (size_t i = 0; i < crew->leaver_count; i++) {
		if (crew->leavers[i].pid == pid)
			crew->leavers[i].pid = 0;
	}
}

void
crew_ready(struct crew *crew, pid_t pid)
{
	struct seat *seat = seat_of(crew, pid);
	size_t ready = 0;

	if (!pid || !seat)
		return;
	seat->served = seat->ready = true;
	for (size_t i = 0; i < crew->seat_count; i++)
		ready += crew->seats[i].served;
	if (ready >= crew->demand.base)
		tell_leavers(crew, clock_steady_ms());
}

bool
crew_is_settled(const struct crew *crew)
{
	for (size_t i = 0; i < crew->leaver_count; i++) {
		if (crew->leavers[i].pid && !crew->leavers[i].kill_ms)
			return false;
	}
	return true;
}

size_t
crew_size(const struct crew *crew)
{
	return crew->seat_count + crew->leaver_count;
}

void
crew_list(const struct crew *crew, struct leaver *list)
{
	size_t n = 0;

	for (size_t i = 0; i < crew->seat_count; i++)
		list[n++].pid = crew->seats[i].pid;
	for (size_t i = 0; i < crew->leaver_count; i++)
		list[n++] = crew->leavers[i];
}

int
crew_renew(struct crew *crew, struct handover *from)
{
	struct leaver *list = calloc(crew_size(crew), sizeof *list);
	size_t count = 0;

	if (!list)
		return log_fault(-ENOMEM, "workers");
	crew_list(crew, list);
	for (size_t i = 0; i < crew_size(crew); i++) {
		if (list[i].pid)
			list[count++] = list[i];
	}
	free(from->leavers);
	crew->leavers = from->leavers = list;
	crew->leaver_count = from->leaver_count = count;
	for (size_t i = 0; i < crew->seat_count; i++)
		crew->seats[i] = (struct seat){ .wanted = crew->seats[i].wanted };
	crew->listen_fd = from->socket.fd;
	crew->lock_fd = from->socket.lock_fd;
	return 0;
}

static size_t
tell(pid_t pid, int signum)
{
	if (pid && signum)
		kill(pid, signum);
	return pid != 0;
}

size_t
crew_signal(const struct crew *crew, int signum)
{
	size_t alive = 0;

	for (size_t i = 0; i < crew->seat_count; i++)
		alive += tell(crew->seats[i].pid, signum);
	for (size_t i = 0; i < crew->leaver_count; i++)
		alive += tell(crew->leavers[i].pid, signum);
	return alive;
}
