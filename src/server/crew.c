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
#include "base/log.h"
#include "server/worker.h"

/* A worker that fell after less than LONG_LIFE_MS waits before it is replaced. */
#define LONG_LIFE_MS	10000
#define DELAY_FIRST_MS	100
#define DELAY_LAST_MS	5000

int
crew_open(struct crew *crew, const struct conf *conf, const struct handover *from)
{
	crew->conf = conf;
	crew->listen_fd = from->socket.fd;
	crew->leavers = from->leavers;
	crew->leaver_count = from->leaver_count;
	crew->seat_count = (size_t)conf->workers;
	crew->seats = calloc(crew->seat_count, sizeof *crew->seats);
	return crew->seats ? 0 : log_fault(-ENOMEM, "workers");
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
		log_error("%s %d ended with code %d", who, (int)pid, WEXITSTATUS(status));
}

/* --- seats ------------------------------------------------------------------- */

/* When an empty seat may be filled again. */
static void
seat_empty(struct seat *seat, bool fell, int64_t now_ms)
{
	if (!fell || now_ms - seat->started_ms >= LONG_LIFE_MS)
		seat->delay_ms = 0;
	else if (!seat->delay_ms)
		seat->delay_ms = DELAY_FIRST_MS;
	else if (seat->delay_ms <= DELAY_LAST_MS / 2)
		seat->delay_ms *= 2;
	else
		seat->delay_ms = DELAY_LAST_MS;
	seat->due_ms = now_ms + seat->delay_ms;
	seat->pid = 0;
}

static void
seat_fill(const struct crew *crew, struct seat *seat, int64_t now_ms)
{
	pid_t master = getpid(), pid;

	seat->started_ms = now_ms;
	pid = fork();
	if (pid == 0)
		_exit(worker_run(crew->listen_fd, crew->conf, master));
	if (pid < 0) {
		log_fault(-errno, "fork");
		seat_empty(seat, true, now_ms);
		return;
	}
	seat->pid = pid;
	log_debug("worker %d started", (int)pid);
}

static int64_t
fill_seats(struct crew *crew, int64_t now_ms)
{
	int64_t next_ms = CREW_FOREVER;

	for (size_t i = 0; i < crew->seat_count; i++) {
		if (!crew->seats[i].pid && crew->seats[i].due_ms <= now_ms)
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

int64_t
crew_tend(struct crew *crew)
{
	int64_t now_ms = clock_steady_ms();
	int64_t fill_ms = fill_seats(crew, now_ms), kill_ms = kill_overdue(crew, now_ms);

	return fill_ms < kill_ms ? fill_ms : kill_ms;
}

void
crew_ended(struct crew *crew, pid_t pid, int status)
{
	struct seat *seat = seat_of(crew, pid);

	crew_log_death("worker", pid, status);
	if (seat)
		seat_empty(seat, status != 0, clock_steady_ms());
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
	seat->served = true;
	for (size_t i = 0; i < crew->seat_count; i++)
		ready += crew->seats[i].served;
	if (ready == crew->seat_count)
		tell_leavers(crew, clock_steady_ms());
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
