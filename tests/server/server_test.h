// SPDX-License-Identifier: ISC
/*
 * tests/server/server_test.h - a real master with real workers, and a small
 * FastCGI client to talk to them.
 *
 * The service is echod: doorward itself with echo_serve.c in place of the
 * domain.  Nothing here sleeps for a fixed time to let something happen:
 * waiting ends with what is waited for, or fails after PATIENCE_MS.
 */
#ifndef TESTS_SERVER_TEST_H
#define TESTS_SERVER_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PATH_SIZE	160
#define PATIENCE_MS	10000

/* What echo_serve.c answers: bytes of /large, time of /slow. */
#define LARGE_LEN	((size_t)3 * 1024 * 1024)
#define SLOW_MS		300

/* --- client.c ------------------------------------------------------------ */

struct call {
	const char *path, *method;	/* NULL: GET */
	const char *length;		/* CONTENT_LENGTH, NULL for none */
	const char *body;		/* NULL: body_len times an 'x' */
	size_t body_len;
	const char *name, *value;	/* one parameter more */
	int role;			/* 0: responder */
};

struct answer {
	int status;			/* 0: no Status line */
	bool ended;			/* properly, by an END_REQUEST record */
	const char *head, *body;	/* in a static place: one answer at a time */
	size_t body_len;
};

/* The bytes of a whole request, to be freed. */
char *client_wire(const struct call *call, size_t *len);

/* -1 if no process listens. */
int client_connect(const char *path);
void client_send(int fd, const struct call *call);

/* Reads until the end, and closes. */
void client_read(int fd, struct answer *answer);

/* All three. */
void client_ask(const char *path, const struct call *call, struct answer *answer);

/* --- daemon.c ----------------------------------------------------------- */

struct daemon {
	char dir[PATH_SIZE / 2];
	char config[PATH_SIZE], socket[PATH_SIZE], log[PATH_SIZE];
	const char *program;		/* another than echod as it was built; NULL */
	pid_t pid;
};

/* The path of echod. */
const char *daemon_program(void);

/* A copy of it; the path must need no quotes. */
void daemon_copy_program(const char *to);

/* A new directory with a configuration; options are further lines of it. */
void daemon_prepare(struct daemon *s, const char *options);

/* Writes the configuration again. */
void daemon_configure(const struct daemon *s, const char *options);

/* Starts it; start waits until its socket is there. */
void daemon_spawn(struct daemon *s);
void daemon_start(struct daemon *s);

/* Starts a single worker with the listening socket fd as standard input. */
void daemon_start_inherited(struct daemon *s, int fd);

/* Never 0 or less, which would mean others than one process. */
bool service_signal(pid_t pid, int signum);

/* Waits until a child exits: its exit code, or minus the signal. */
int service_wait(pid_t pid);

/* Has it exited?  Then nothing more can be waited for. */
bool service_exited(pid_t pid);

/* The same, and how: its exit code, or minus the signal. */
bool service_exited_with(pid_t pid, int *how);

/* Sends signum first. */
int daemon_end(struct daemon *s, int signum);

/* Waits until text is in the log so many times. */
bool daemon_logged(const struct daemon *s, const char *text, int times);

/* How often text is in the log by now. */
int daemon_log_count(const struct daemon *s, const char *text);

/* Asks for /pid. */
pid_t daemon_worker(const struct daemon *s);

/* A short pause inside a loop that waits for something. */
void service_breathe(void);

#endif
