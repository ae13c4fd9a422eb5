// SPDX-License-Identifier: ISC
/* server/worker.c - accept, serve, wipe, again. */
#include "server/worker.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/serve.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/leave.h"
#include "base/log.h"
#include "base/log_sink.h"
#include "base/scoreboard.h"
#include "base/shared_lost.h"
#include "server/deadline.h"
#include "server/fcgi.h"
#include "server/sandbox.h"
#include "server/stray.h"
#include "server/waiting.h"

#define FULL_WAIT_MS	100
#define ASK_MS		20
#define LEFT_MS		10
#define GATHER_MS	20		/* without a request, before lines are written */
#define SLEEPS_FIRST	8
#define REFUSE_MS	2000
#define LEFT_MAX_MS	100

/* The default for a worker that a master replaces. */
#define REQUESTS_MAX	100000

static const int leave_signals[] = { SIGTERM, SIGQUIT, SIGINT, SIGUSR1 };

static volatile sig_atomic_t leaving;

static void
note_leave(int signum)
{
	(void)signum;
	leaving = 1;
}

static int
on_signal(int signum, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	return sigaction(signum, &action, NULL) == 0 ? 0 : log_fault(-errno, "sigaction");
}

/* The signals to leave come through only inside ppoll. */
static int
block_signals(void)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < NELEM(leave_signals); i++)
		sigaddset(&blocked, leave_signals[i]);
	return sigprocmask(SIG_SETMASK, &blocked, NULL) == 0 ? 0 : log_fault(-errno, "sigprocmask");
}

/* After fcgi_init, which sets handlers of libfcgi's own. */
static int
handle_signals(void)
{
	int r = stray_ignore();

	/* SIGHUP: a terminal is closed, or it was meant for the master */
	if (!r)
		r = on_signal(SIGHUP, SIG_IGN);
	for (size_t i = 0; !r && i < NELEM(leave_signals); i++)
		r = on_signal(leave_signals[i], note_leave);
	return r ? r : deadline_init();
}

/* A killed master takes its workers along, the request at hand excepted. */
static int
follow(pid_t master)
{
	if (!master)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0)
		return log_fault(-errno, "prctl");
	/* it may have died before prctl */
	if (getppid() != master)
		leaving = 1;
	return 0;
}

struct worker {
	const struct conf *conf;
	const struct service *service;
	pid_t master;			/* 0: none */
	int listen_fd;
	struct waiting waiting;		/* connections whose logins wait */
	bool owes_look;			/* whether a connection is there */
	int sleeps_first;		/* before the next accept4, because none came of late */
	int64_t left_ms;		/* about how long connections were left to others */
	int64_t served;
	int64_t asked_ms;		/* when signals were asked for last */
};

/* Where status finds it; seldom, because it is hardly ever more than none. */
static void
tell_lost(void)
{
	static struct counter counter = { .name = "log_lost worker" };
	const uint64_t lost = log_sink_lost();

	if (lost)
		counter_add(&counter, lost);
}

/*
 * Under full load there is always a connection, and no sleep that would let a
 * signal through: so ask for pending ones as well, now and then.
 */
static bool
must_leave(struct worker *w)
{
	int64_t now_ms = clock_steady_ms();
	sigset_t pending;

	if (leaving || now_ms - w->asked_ms < ASK_MS)
		return leaving;
	w->asked_ms = now_ms;
	tell_lost();
	if (sigpending(&pending) != 0)
		return leaving;
	for (size_t i = 0; i < NELEM(leave_signals); i++) {
		if (sigismember(&pending, leave_signals[i]))
			leaving = 1;
	}
	return leaving;
}

/*
 * Signals came through meanwhile.  Requests that follow each other closely share one
 * write of their lines, which costs as much as reading a request.
 */
static void
worker_sleep(struct worker *w, int most_ms)
{
	bool woke = false;

	if (most_ms > GATHER_MS && log_has_gathered())
		woke = waiting_sleep(&w->waiting, w->service, GATHER_MS);
	if (!woke) {
		log_flush();
		tell_lost();
		waiting_sleep(&w->waiting, w->service, most_ms);
	}
	w->asked_ms = clock_steady_ms();
}

/* With the door open a connection may wake this worker alone, which then owes it a look. */
static void
await_connection(struct worker *w)
{
	bool is_open = waiting_open_door(&w->waiting) == 0;

	scoreboard_beat();
	worker_sleep(w, is_open ? (int)(w->conf->request_deadline_s * 1000) : LEFT_MS);
	w->owes_look = true;
}

/*
 * A request that takes long, such as one that arrives slowly, would hold up those that
 * this worker keeps.  While another has nothing to do, connections are left to that one:
 * not for long at a time, for it may be busy, or dead, by then.
 */
static bool
leave_to_others(struct worker *w)
{
	if (w->owes_look || !w->waiting.count || !scoreboard_has_idle())
		return false;
	waiting_close_door(&w->waiting);
	worker_sleep(w, LEFT_MS);
	w->left_ms += LEFT_MS;
	w->owes_look = w->left_ms >= LEFT_MAX_MS;
	return true;
}

/*
 * Under full load accept4 always finds a connection, and asking anything else first
 * would be in vain.  Otherwise it hardly ever finds one before a sleep, and is left out
 * until enough sleeps have shown whether that changes.
 */
static bool
sleep_first(struct worker *w)
{
	if (w->owes_look || !w->sleeps_first)
		return false;
	w->sleeps_first--;
	await_connection(w);
	return true;
}

/* 0 if accept4 may be tried again. */
static int
accept_failed(struct worker *w, int error, bool had_slept)
{
	switch (error) {
	case EAGAIN:			/* no connection, or another worker took it */
		if (!had_slept)
			w->sleeps_first = SLEEPS_FIRST;
		await_connection(w);
		return 0;
	case EINTR:
	case ECONNABORTED:
		return 0;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		log_fault(-error, "accept");
		worker_sleep(w, FULL_WAIT_MS);
		return 0;
	default:
		return log_fault(-error, "accept");
	}
}

/* A master that sleeps looks again whether there are workers enough. */
static void
wake_master(const struct worker *w)
{
	if (w->master && scoreboard_wake())
		kill(w->master, WORKER_WAKE);
}

/* By the first request the process that started us has either exited or stays. */
static void
say_alone(const struct worker *w)
{
	if (!w->master && w->conf->worker_max_requests && getppid() == 1)
		log_info("this worker exits after worker_max_requests requests, and nothing "
		    "here will start another");
}

static int
serve_one(struct worker *w, int fd)
{
	int r;

	wake_master(w);			/* first: this request may take long */
	r = waiting_serve(&w->waiting, w->service, fd);
	sandbox_report();
	if (!w->served++)
		say_alone(w);
	return r;
}

static int
serve_next(struct worker *w)
{
	bool had_slept;
	int fd;

	if (leave_to_others(w) || sleep_first(w))
		return 0;
	fd = accept4(w->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	had_slept = w->owes_look;
	w->owes_look = false;
	w->left_ms = 0;
	return fd < 0 ? accept_failed(w, errno, had_slept) : serve_one(w, fd);
}

/*
 * A connection that comes at the same moment as the signal to leave may have woken
 * this worker alone: the others sleep on, so it must be served here.
 */
static void
serve_last(struct worker *w)
{
	int fd = accept4(w->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		serve_one(w, fd);
}

/* The number of requests after which this worker exits; 0: never. */
static int64_t
requests_max(const struct worker *w)
{
	if (w->conf->worker_max_requests)
		return w->conf->worker_max_requests;
	return w->master ? REQUESTS_MAX : 0;
}

/* What this process does not share any more, the next one does. */
static void
look_for_losses(void)
{
	const char *lost = shared_lost();

	counters_look();
	if (lost)
		leave_ask("%s was cut off or cannot be read", lost);
}

/* If nobody would replace it, a worker with the former master key goes on as long as it can. */
static bool
is_retired(const struct worker *w)
{
	if (service_is_outdated(w->service) && (w->master || getppid() != 1))
		return true;
	return requests_max(w) && w->served >= requests_max(w);
}

/* Answers the requests whose logins wait before the worker exits. */
static int
serve_all(struct worker *w)
{
	int r = 0;

	scoreboard_enter(STATE_IDLE);
	while (!r && !must_leave(w) && !is_retired(w) && !leave_is_asked()) {
		r = serve_next(w);
		waiting_resume(&w->waiting, w->service);
		service_record(w->service, false);
		scoreboard_enter(STATE_IDLE);
		look_for_losses();
	}
	waiting_close_door(&w->waiting);
	if (leaving)
		serve_last(w);
	while (w->waiting.count) {
		worker_sleep(w, INT_MAX);
		waiting_resume(&w->waiting, w->service);
	}
	if (leaving)
		service_record(w->service, true);
	return r;
}

/* --- without a service ----------------------------------------------------------------- */

/* Until there is a connection for this worker, or a signal to leave. */
static void
await_refusal(int listen_fd)
{
	struct pollfd door = { .fd = listen_fd, .events = POLLIN };
	const struct timespec limit = { .tv_nsec = FULL_WAIT_MS * 1000000L };
	sigset_t none;

	sigemptyset(&none);
	/* others may come up meanwhile, or be gone */
	if (scoreboard_has_started())
		ppoll(NULL, 0, &limit, &none);
	else
		ppoll(&door, 1, &limit, &none);
}

/*
 * The database cannot be opened, say, and requests would hang.  They are refused, unless
 * there are workers that have it open, and the next worker tries again.
 */
static void
refuse_all(const struct conf *conf, int listen_fd)
{
	const int64_t until_ms = clock_steady_ms() + REFUSE_MS;
	GUARD(fcgi_free) struct exchange *x = fcgi_new();
	int fd;

	/* what it does here is no sign of one that has started */
	scoreboard_leave();
	while (x && !leaving && clock_steady_ms() < until_ms) {
		fd = scoreboard_has_started() ? -1 :
		    accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			fcgi_refuse(conf, x, fd);
		else
			await_refusal(listen_fd);
	}
}

static void
worker_drop(struct worker *w)
{
	waiting_close(&w->waiting);
	scoreboard_leave();
	counters_close();
	log_flush();
}

int
worker_run(int listen_fd, const struct conf *conf, pid_t master)
{
	GUARD(service_close) struct service *service = NULL;
	GUARD(worker_drop) struct worker w = { .conf = conf, .master = master,
	    .listen_fd = listen_fd, .waiting = WAITING_NONE };

	if (block_signals() || fcgi_init() || handle_signals() || follow(master) || log_gather())
		return WORKER_FAULT;
	/* a full disk does not keep us from serving; it is in the log */
	if (scoreboard_open(conf->run_dir) == 0)
		scoreboard_join();
	if (counters_open(conf->run_dir) == 0)
		counters_join();
	if (service_open(&service, conf)) {
		/* without a master, whoever started us is told at once */
		if (master && sandbox_enter(conf, master, WORKER_WAKE) == 0)
			refuse_all(conf, listen_fd);
		return WORKER_NO_AUTH;
	}
	service_share(service);
	w.service = service;
	if (waiting_open(&w.waiting, listen_fd, service_due_fd(service)))
		return WORKER_FAULT;
	if (master && kill(master, WORKER_READY) != 0)
		log_fault(-errno, "telling the master");
	if (sandbox_enter(conf, master, WORKER_WAKE))
		return WORKER_FAULT;
	/* a fault: the master waits ever longer before it replaces those that leave at once */
	if (serve_all(&w))
		return WORKER_FAULT;
	return leave_is_asked() ? WORKER_LEFT : WORKER_DONE;
}
