// SPDX-License-Identifier: ISC
/* server/master.c - the process that owns the socket and keeps workers alive. */
#include "server/master.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "base/setback.h"
#include "base/shared_lost.h"
#include "server/crew.h"
#include "server/notify.h"
#include "server/stray.h"
#include "server/worker.h"

/* How often the master looks whether its socket is still under its name. */
#define SOCKET_LOOK_MS 1000

/* After it could not be replaced, because another process has the name, say. */
#define SOCKET_RETRY_MS 10000

/* How long a reload waits for the workers of the one before it. */
#define SETTLE_MS 5000

struct master {
	struct crew crew;
	struct reload reload;
	struct handover *from;		/* has the socket */
	int64_t look_ms;		/* when to look after it next */
	bool said_lost;
	bool reload_wanted;		/* once the crew is settled */
	int64_t started_ms;
	sigset_t signals;
	bool stopping;
	struct setbacks *setbacks;	/* kept while no worker lives */
};

static int
block_signals(struct master *m)
{
	const int rows[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD, WORKER_READY,
	    WORKER_WAKE };
	int r = stray_ignore();

	if (r)
		return r;
	/* inherited as ignored, it would reap children before we see them */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
		return log_fault(-errno, "signal");
	sigemptyset(&m->signals);
	for (size_t i = 0; i < NELEM(rows); i++)
		sigaddset(&m->signals, rows[i]);
	if (sigprocmask(SIG_BLOCK, &m->signals, NULL) != 0)
		return log_fault(-errno, "sigprocmask");
	return 0;
}

/* --- the socket ------------------------------------------------------------------- */

/* Clients of the old socket are served by the workers that leave. */
static void
replace_socket(struct master *m)
{
	struct listener *l = &m->from->socket, before = *l;

	if (!m->said_lost)
		log_error("%s was removed or replaced", l->name.sun_path);
	m->said_lost = true;
	if (listen_again(l))
		return;
	if (crew_renew(&m->crew, m->from)) {
		close(l->fd);
		before.lock_fd = l->lock_fd;
		*l = before;		/* to be tried again */
		return;
	}
	close(before.fd);
	m->said_lost = false;
	log_info("listening again at %s", l->name.sun_path);
}

/* Returns when to look again. */
static int64_t
look_after_socket(struct master *m)
{
	int64_t now_ms = clock_steady_ms();

	if (!m->from->socket.ino)
		return CREW_FOREVER;
	if (now_ms < m->look_ms)
		return m->look_ms;
	if (!listen_is_there(&m->from->socket))
		replace_socket(m);
	m->look_ms = now_ms + (m->said_lost ? SOCKET_RETRY_MS : SOCKET_LOOK_MS);
	return m->look_ms;
}

/* --- shared memory ------------------------------------------------------------------ */

/* What was cut off is whole again once it is open; workers that lost it leave by themselves. */
static void
look_after_shared(struct master *m)
{
	const char *run_dir = m->crew.conf->run_dir, *lost = shared_lost();

	setbacks_keep(m->setbacks);
	counters_look();
	if (!lost)
		return;
	log_error("%s was cut off or cannot be read; it is opened again", lost);
	setbacks_renew(m->setbacks, run_dir);
	scoreboard_close();
	scoreboard_open(run_dir);
	counters_close();
	if (counters_open(run_dir) == 0)
		counters_join();
}

/* --- reload -------------------------------------------------------------------- */

/* Returns only if the program cannot be executed; then nothing changes. */
static void
become_successor(struct master *m)
{
	GUARD(handover_drop) struct handover h = { .socket = m->from->socket };

	h.leaver_count = crew_size(&m->crew);
	h.leavers = calloc(h.leaver_count, sizeof *h.leavers);
	if (!h.leavers) {
		log_fault(-ENOMEM, "handing over");
		return;
	}
	crew_list(&m->crew, h.leavers);
	reload_exec(&m->reload, &h);
}

/* One at a time: before the workers of the last one are ready it would only add more. */
static void
reload(struct master *m)
{
	m->reload_wanted = !crew_is_settled(&m->crew) &&
	    clock_steady_ms() - m->started_ms < SETTLE_MS;
	if (m->reload_wanted)
		return;
	notify("RELOADING=1");
	reload_begin(&m->reload, &m->signals);
	if (!m->reload.pid)
		notify("READY=1");
}

static void
tested(struct master *m, bool good)
{
	if (m->stopping)
		return;
	if (reload_must_repeat(&m->reload)) {
		reload_begin(&m->reload, &m->signals);
		return;
	}
	if (good)
		become_successor(m);
	notify("READY=1");
}

/* --- signals ------------------------------------------------------------------- */

/* Collects all children that exited. */
static void
reap(struct master *m)
{
	bool good;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (reload_ended(&m->reload, pid, status, &good))
			tested(m, good);
		else
			crew_ended(&m->crew, pid, status);
	}
}

/* Waits for one signal and acts on it, at most until that time. */
static void
await_signal(struct master *m, int64_t until_ms)
{
	int64_t left_ms = until_ms - clock_steady_ms();
	struct timespec limit;
	siginfo_t info;
	int signum;

	if (left_ms < 0)
		left_ms = 0;
	limit.tv_sec = left_ms / 1000;
	limit.tv_nsec = left_ms % 1000 * 1000000L;
	signum = sigtimedwait(&m->signals, &info, until_ms == CREW_FOREVER ? NULL : &limit);
	if (signum == WORKER_READY)
		crew_ready(&m->crew, info.si_pid);
	else if (signum == SIGCHLD)
		reap(m);
	else if (signum == SIGHUP && !m->stopping)
		reload(m);
	else if (signum == SIGTERM || signum == SIGINT || signum == SIGQUIT)
		m->stopping = true;
}

/* Removes the name first, so that new connections fail at once. */
static void
stop(struct master *m)
{
	int64_t until_ms = clock_steady_ms() + CREW_DRAIN_MS;
	size_t alive;

	notify("STOPPING=1");
	reload_cancel(&m->reload);
	listen_close(&m->from->socket);
	alive = crew_signal(&m->crew, SIGTERM);
	log_info("stopping, %zu workers finish their requests", alive);
	while (crew_signal(&m->crew, 0) && clock_steady_ms() < until_ms)
		await_signal(m, until_ms);
	alive = crew_signal(&m->crew, SIGKILL);
	if (alive)
		log_error("%zu workers did not finish in %d ms and are killed", alive,
		    CREW_DRAIN_MS);
	while (crew_signal(&m->crew, 0))
		await_signal(m, CREW_FOREVER);
	log_info("stopped");
}

/* Until when there is nothing to do but handle signals. */
static int64_t
tend(struct master *m)
{
	int64_t next_ms = look_after_socket(m), crew_ms = crew_tend(&m->crew);
	int64_t reload_ms;

	look_after_shared(m);
	if (m->reload_wanted)
		reload(m);
	reload_ms = m->reload_wanted ? m->started_ms + SETTLE_MS : reload_tend(&m->reload);
	if (crew_ms < next_ms)
		next_ms = crew_ms;
	return reload_ms < next_ms ? reload_ms : next_ms;
}

static void
master_end(struct master *m)
{
	listen_close(&m->from->socket);
	crew_close(&m->crew);
	setbacks_close(&m->setbacks);
	scoreboard_close();
	counters_close();
}

int
master_run(const struct conf *conf, struct handover *from, const struct program *program)
{
	GUARD(master_end) struct master m = { .from = from,
	    .started_ms = clock_steady_ms(), .reload.program = *program };

	/* without a scoreboard the crew does not change; the log has the reason */
	scoreboard_open(conf->run_dir);
	if (counters_open(conf->run_dir) == 0)
		counters_join();
	setbacks_open(&m.setbacks, conf->run_dir);
	if (block_signals(&m) || crew_open(&m.crew, conf, from))
		return EXIT_FAILURE;
	if (from->leaver_count)
		log_info("reloaded, with %zu workers in place of %zu", m.crew.demand.want,
		    from->leaver_count);
	else
		log_info("ready at %s with %zu workers", from->socket.name.sun_path,
		    m.crew.demand.want);
	notify("READY=1");
	reap(&m);		/* children that exited before SIGCHLD was handled */
	while (!m.stopping)
		await_signal(&m, tend(&m));
	stop(&m);
	return EXIT_SUCCESS;
}
