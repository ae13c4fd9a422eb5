// SPDX-License-Identifier: ISC
/*
 * server/crew.h - the worker processes of a master: current workers in their seats,
 * and workers of an older configuration, which must leave.
 *
 * The number of seats to be filled follows demand (server/demand.h), which the
 * scoreboard shows.  Workers of an older configuration are told to leave only
 * once the minimum number of seats have had a ready worker, so that there is
 * never a gap.
 */
#ifndef SERVER_CREW_H
#define SERVER_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf/conf.h"
#include "server/demand.h"
#include "server/handover.h"
#include "server/stuck.h"

#define CREW_FOREVER	INT64_MAX
#define CREW_DRAIN_MS	10000

struct seat {
	bool wanted;			/* fill it if it is empty */
	pid_t pid;			/* 0: empty */
	bool served;			/* a worker in it has been ready */
	bool ready;			/* its worker is ready */
	int64_t started_ms;
	int64_t due_ms;			/* when to fill it, if empty */
	int64_t delay_ms;		/* the last delay; 0 if all is well */
};

struct crew {
	const struct conf *conf;
	int listen_fd, lock_fd;		/* the second is closed in workers */
	struct seat *seats;		/* workers_max */
	size_t seat_count;
	struct leaver *leavers;		/* of a handover, which outlives the crew */
	size_t leaver_count;
	struct demand demand;
	int64_t started_ms;		/* Unix time */
	uint64_t requests;		/* of all workers at the last look */
	int64_t calm_ms;		/* since when nothing happens; 0 if something does */
	struct stuck stuck;
	int64_t full_said_ms;		/* when the log last said that workers_max is reached */
};

/* Empty seats, as many to be filled as there are leavers or workers.  -ENOMEM. */
int crew_open(struct crew *crew, const struct conf *conf, const struct handover *from);
void crew_close(struct crew *crew);

/*
 * Fills the seats that are due, lets surplus workers go, kills leavers that
 * are overdue, and returns when to call it again.
 */
int64_t crew_tend(struct crew *crew);

/* Process pid, perhaps not one of ours, exited; or is ready to serve. */
void crew_ended(struct crew *crew, pid_t pid, int status);
void crew_ready(struct crew *crew, pid_t pid);

/* Sends all of them a signal; 0 only counts the live ones. */
size_t crew_signal(const struct crew *crew, int signum);

/* Are all workers of an older configuration told to leave?  Until then there are twice as many. */
bool crew_is_settled(const struct crew *crew);

/* All workers as leavers, into a list of crew_size() of them at most. */
size_t crew_size(const struct crew *crew);
void crew_list(const struct crew *crew, struct leaver *list);

/*
 * All workers become leavers, in a new list of *from, once those that take their place on
 * its socket are ready.  -ENOMEM, and nothing is changed.
 */
int crew_renew(struct crew *crew, struct handover *from);

/* Logs a line if the exit was abnormal. */
void crew_log_death(const char *who, pid_t pid, int status);

#endif
