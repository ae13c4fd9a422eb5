// SPDX-License-Identifier: ISC
/* tests/server/process_test.c - master and workers: what may hold, kill or stop them. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fastcgi.h>

#include "base/clock.h"
#include "server/listen.h"
#include "server_test.h"
#include "test.h"

static const struct call ask_pid = { .path = "/pid" };
static const struct call ask_slow = { .path = "/slow" };
static const struct call ask_crash = { .path = "/crash" };
static const struct call ask_large = { .path = "/large" };
static const struct call ask_guard = { .path = "/pid", .role = FCGI_AUTHORIZER };
static const struct call drip_body = { .path = "/pid", .length = "900", .body_len = 900 };

/* --- peers that would hold a worker ------------------------------------------- */

static const struct peer {
	const char *row;
	const struct call *call;
	size_t at_once;			/* bytes of the request */
	bool drips;			/* the rest byte by byte; else silence */
} peers[] = {
	{ "says nothing",                &ask_pid,   0,    false },
	{ "half a header",               &ask_pid,   4,    false },
	{ "half the parameters",         &ask_pid,   40,   false },
	{ "half the body",               &drip_body, 400,  false },
	{ "drips from the start",        &drip_body, 0,    true },
	{ "drips its body",              &drip_body, 200,  true },
	{ "reads no answer",             &ask_large, 9999, false },
	{ "talks on, all unread",        &ask_guard, 9999, true },
};

struct held {
	int fd;
	char *wire;
	size_t len, sent;
};

static void
peer_begin(struct held *h, const struct peer *peer, const char *path)
{
	h->fd = client_connect(path);
	h->wire = client_wire(peer->call, &h->len);
	h->sent = peer->at_once < h->len ? peer->at_once : h->len;
	EXPECT_INT(peer->row, send(h->fd, h->wire, h->sent, MSG_NOSIGNAL), (int64_t)h->sent);
}

static void
peer_drip(struct held *h, const struct peer *peer)
{
	char byte = h->sent < h->len ? h->wire[h->sent] : 'x';

	if (peer->drips && send(h->fd, &byte, 1, MSG_NOSIGNAL) == 1)
		h->sent++;
}

/* The daemon's end is closed, whether or not all that it sent has been read. */
static bool
peer_is_cut_off(const struct held *h)
{
	struct pollfd p = { .fd = h->fd };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP);
}

static size_t
peers_cut_off(const struct held held[])
{
	size_t count = 0;

	for (size_t i = 0; i < NELEM(peers); i++)
		count += peer_is_cut_off(&held[i]);
	return count;
}

/*
 * All workers are held; an honest request waits for the deadline.  A machine so busy
 * that the last peer pauses for 100 ms sees it cut off for its silence, without a line.
 */
static void
deadline(void)
{
	struct held held[NELEM(peers)];
	int64_t began_ms, until_ms;
	struct answer answer;
	struct daemon s;
	int honest;

	daemon_prepare(&s, "workers = 8\nrequest_deadline_s = 1");
	daemon_start(&s);
	began_ms = clock_steady_ms();
	until_ms = began_ms + PATIENCE_MS;
	for (size_t i = 0; i < NELEM(peers); i++)
		peer_begin(&held[i], &peers[i], s.socket);
	honest = client_connect(s.socket);
	client_send(honest, &ask_pid);
	while (peers_cut_off(held) < NELEM(peers) && clock_steady_ms() < until_ms) {
		for (size_t i = 0; i < NELEM(peers); i++)
			peer_drip(&held[i], &peers[i]);
		service_breathe();
	}
	client_read(honest, &answer);
	EXPECT_INT("served", answer.status, 200);
	EXPECT_TRUE("not before the deadline", clock_steady_ms() - began_ms >= 950);
	EXPECT_INT("cut off", peers_cut_off(held), NELEM(peers));
	EXPECT_TRUE("requests", daemon_logged(&s, "did not send a request in time", 6));
	EXPECT_TRUE("answers", daemon_logged(&s, "did not accept an answer in time", 1));
	for (size_t i = 0; i < NELEM(peers); i++) {
		close(held[i].fd);
		free(held[i].wire);
	}
	EXPECT_TRUE("all were there", daemon_logged(&s, " started", 8));
	EXPECT_INT("nobody died", daemon_log_count(&s, "worker "), 8);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* --- deaths -------------------------------------------------------------------- */

static void
killed_worker(void)
{
	struct daemon s;
	pid_t victim;

	daemon_prepare(&s, "");
	daemon_start(&s);
	victim = daemon_worker(&s);
	EXPECT_TRUE("a worker", service_signal(victim, SIGKILL));
	for (int i = 0; i < 20; i++)
		EXPECT_TRUE("others serve", daemon_worker(&s) > 0);
	EXPECT_TRUE("replaced", daemon_logged(&s, " started", 3));
	EXPECT_INT("logged once", daemon_log_count(&s, "was killed by signal 9"), 1);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static void
crash_loop(void)
{
	struct answer answer;
	struct daemon s;
	int64_t began_ms;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	began_ms = clock_steady_ms();
	for (int i = 0; i < 3; i++) {
		client_ask(s.socket, &ask_crash, &answer);
		EXPECT_INT("no answer", answer.status, 0);
	}
	EXPECT_TRUE("not given up", daemon_worker(&s) > 0);
	EXPECT_TRUE("slowed: 100, 200, 400 ms", clock_steady_ms() - began_ms >= 700);
	EXPECT_INT("each is logged", daemon_log_count(&s, "exited with status 9"), 3);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* Workers that cannot open the store refuse requests, and are tried again until they can. */
static void
broken_store(void)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	char broken[PATH_SIZE];
	struct answer answer;
	struct daemon s;
	pid_t worker;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);	/* it has opened the store */
	snprintf(broken, sizeof broken, "%s/broken", s.dir);
	EXPECT_INT("break", mknod(broken, S_IFREG | 0600, 0), 0);
	EXPECT_TRUE("a worker", service_signal(worker, SIGKILL));
	for (int i = 1; i <= 2; i++) {
		client_ask(s.socket, &ask_pid, &answer);
		EXPECT_INT("refused", answer.status, 503);
		EXPECT_TRUE("for now", answer.head && strstr(answer.head, "Retry-After: "));
		EXPECT_TRUE("an answer", answer.body && strstr(answer.body, "\"status\":503"));
		EXPECT_TRUE("code of its own", daemon_logged(&s, "exited with status 3", i));
	}
	EXPECT_INT("mend", unlink(broken), 0);
	worker = 0;
	for (int tries = 0; tries < 1000 && !worker; tries++) {
		worker = daemon_worker(&s);
		if (!worker)
			nanosleep(&moment, NULL);
	}
	EXPECT_TRUE("serves again", worker > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* --- endings ------------------------------------------------------------------- */

static void
drain(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGQUIT };
	struct answer answer;
	struct daemon s;
	int fd;

	for (size_t i = 0; i < NELEM(signals); i++) {
		daemon_prepare(&s, "");
		daemon_start(&s);
		fd = client_connect(s.socket);
		client_send(fd, &ask_slow);
		EXPECT_TRUE("running", daemon_logged(&s, "slow begins", 1));
		EXPECT_INT("ends", daemon_end(&s, signals[i]), 0);
		client_read(fd, &answer);
		EXPECT_INT("finished", answer.status, 200);
		EXPECT_TRUE("finished", answer.ended);
		EXPECT_INT("socket is gone", access(s.socket, F_OK), -1);
		EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
	}
}

/* A worker told to leave is replaced at once, its request finished. */
static void
worker_told_to_leave(void)
{
	struct answer answer;
	struct daemon s;
	pid_t worker;
	int fd;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);
	fd = client_connect(s.socket);
	client_send(fd, &ask_slow);
	EXPECT_TRUE("running", daemon_logged(&s, "slow begins", 1));
	EXPECT_TRUE("told", service_signal(worker, SIGQUIT));
	client_read(fd, &answer);
	EXPECT_INT("finished", answer.status, 200);
	EXPECT_TRUE("replaced", daemon_logged(&s, " started", 2));
	EXPECT_TRUE("another", daemon_worker(&s) != worker);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* Neither master nor worker exits on a signal that is not for it. */
static void
stray_signals(void)
{
	static const struct { const char *row; int signum; bool master_only; } rows[] = {
		{ "USR1", SIGUSR1, true },	/* tells a worker to leave */
		{ "USR2", SIGUSR2, false },
		{ "ALRM", SIGALRM, true },	/* its deadline */
		{ "VTALRM", SIGVTALRM, false },
		{ "PROF", SIGPROF, false },
		{ "IO", SIGIO, false },
		{ "PWR", SIGPWR, false },
		{ "STKFLT", SIGSTKFLT, false },
		{ "XFSZ", SIGXFSZ, false },
		{ "PIPE", SIGPIPE, false },
	};
	struct daemon s;
	pid_t worker;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_TRUE(rows[i].row, service_signal(s.pid, rows[i].signum));
		EXPECT_INT(rows[i].row, daemon_worker(&s), worker);
		if (rows[i].master_only)
			continue;
		EXPECT_TRUE(rows[i].row, service_signal(worker, rows[i].signum));
		EXPECT_INT(rows[i].row, daemon_worker(&s), worker);
	}
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* Has the other end read all that was sent? */
static bool
all_read(int fd)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	int waiting = 1;

	while (ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting && clock_steady_ms() < until_ms)
		service_breathe();
	return !waiting;
}

/* The signal must not break a read, or the request is lost. */
static void
worker_told_to_leave_early(void)
{
	struct answer answer;
	struct daemon s;
	size_t len;
	char *wire;
	int fd;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	wire = client_wire(&ask_pid, &len);
	fd = client_connect(s.socket);
	EXPECT_INT("half", write(fd, wire, 20), 20);
	EXPECT_TRUE("read", all_read(fd));
	EXPECT_TRUE("told", service_signal(s.pid, SIGTERM));
	EXPECT_TRUE("passed on", daemon_logged(&s, "stopping", 1));
	service_breathe();
	EXPECT_INT("half", write(fd, wire + 20, len - 20), (int64_t)len - 20);
	client_read(fd, &answer);
	EXPECT_INT("finished", answer.status, 200);
	EXPECT_INT("ends", service_wait(s.pid), 0);
	free(wire);
}

/* As the worker's new parent we learn how it exits. */
static void
killed_master(void)
{
	struct answer answer;
	struct daemon s;
	pid_t worker;
	int fd;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);
	fd = client_connect(s.socket);
	client_send(fd, &ask_slow);
	EXPECT_TRUE("running", daemon_logged(&s, "slow begins", 1));
	EXPECT_INT("killed", daemon_end(&s, SIGKILL), -SIGKILL);
	client_read(fd, &answer);
	EXPECT_INT("its request is finished", answer.status, 200);
	EXPECT_INT("the worker goes", service_wait(worker), 0);
	EXPECT_INT("nobody listens", client_connect(s.socket), -1);
	EXPECT_INT("a stale socket is left", access(s.socket, F_OK), 0);

	unlink(s.log);
	daemon_start(&s);
	EXPECT_TRUE("and replaced", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* Four requests under way at any time, while workers retire after ten. */
static void
retirement(void)
{
	struct answer answer;
	int fds[4] = { -1, -1, -1, -1 }, lost = 0;
	struct daemon s;

	daemon_prepare(&s, "worker_max_requests = 10");
	daemon_start(&s);
	for (int i = 0; i < 204; i++) {
		if (fds[i % 4] >= 0) {
			client_read(fds[i % 4], &answer);
			lost += answer.status != 200;
		}
		fds[i % 4] = i < 200 ? client_connect(s.socket) : -1;
		if (fds[i % 4] >= 0)
			client_send(fds[i % 4], &ask_pid);
	}
	EXPECT_INT("none lost", lost, 0);
	EXPECT_TRUE("retired", daemon_logged(&s, " started", 20));
	EXPECT_INT("no crash", daemon_log_count(&s, "ended with"), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* A socket that another process has put in its place is not removed. */
static void
name_taken(void)
{
	char lock[PATH_SIZE + 8];
	struct listener other;
	struct daemon s;

	daemon_prepare(&s, "");
	daemon_start(&s);
	snprintf(lock, sizeof lock, "%s.lock", s.socket);
	EXPECT_INT("lock", unlink(lock), 0);
	unlink(s.socket);
	EXPECT_VERDICT("other", listen_open(&other, s.socket, NULL), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("left alone", access(s.socket, F_OK), 0);
	listen_close(&other);
}

/* --- one worker, started by a web server ----------------------------------------- */

static void
inherited_socket(void)
{
	struct listener l;
	struct daemon s;
	struct answer answer;
	int fd;

	daemon_prepare(&s, "workers = 3");
	EXPECT_VERDICT("listen", listen_open(&l, s.socket, NULL), 0);
	daemon_start_inherited(&s, l.fd);
	EXPECT_INT("it is the worker itself", daemon_worker(&s), s.pid);
	fd = client_connect(s.socket);
	client_send(fd, &ask_slow);
	EXPECT_TRUE("running", daemon_logged(&s, "slow begins", 1));
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	client_read(fd, &answer);
	EXPECT_INT("finished", answer.status, 200);
	EXPECT_INT("the socket is not its own", access(s.socket, F_OK), 0);
	listen_close(&l);
}

static CU_TestInfo tests[] = {
	{ "deadline", deadline },
	{ "killed worker", killed_worker },
	{ "crash loop", crash_loop },
	{ "broken store", broken_store },
	{ "drain", drain },
	{ "worker told to leave", worker_told_to_leave },
	{ "stray signals", stray_signals },
	{ "worker told to leave early", worker_told_to_leave_early },
	{ "killed master", killed_master },
	{ "retirement", retirement },
	{ "name taken", name_taken },
	{ "inherited socket", inherited_socket },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/crew: processes", tests);
