// SPDX-License-Identifier: ISC
/* tests/mariadb.c - starts private MariaDB servers for tests, and databases in them. */
#include "mariadb.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "test.h"

#define WAIT_MS		20000
#define STEP_MS		20

static struct {
	char dir[64], socket[96];
	pid_t pid, owner;
} server;

static void
end(void)
{
	if (getpid() != server.owner)
		return;
	mariadb_kill();
	if (!getenv("KEEP"))
		test_remove(server.dir);
}

/* In memory, where a disk would be waited for. */
static int
make_directory(void)
{
	strcpy(server.dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/doorward-db-XXXXXX" :
	    "/tmp/doorward-db-XXXXXX");
	if (!mkdtemp(server.dir)) {
		perror(server.dir);
		return 1;
	}
	snprintf(server.socket, sizeof server.socket, "%s/mariadb.sock", server.dir);
	server.owner = getpid();
	atexit(end);
	return 0;
}

static void
run_server(const char *const *options)
{
	const char *top = getenv("srcdir");
	const char *argv[3 + MARIADB_OPTIONS] = { 0 };
	char script[4096];

	snprintf(script, sizeof script, "%s/tests/mariadbd.sh", top ? top : ".");
	argv[0] = script;
	argv[1] = server.dir;
	for (size_t i = 0; options && options[i] && i < MARIADB_OPTIONS; i++)
		argv[2 + i] = options[i];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execv(script, (char *const *)(uintptr_t)argv);
	perror(script);
	_exit(127);
}

static void
conn_drop(MYSQL **conn)
{
	if (*conn)
		mysql_close(*conn);
}

static MYSQL *
connect_as_root(void)
{
	MYSQL *conn = mysql_init(NULL);

	if (mysql_real_connect(conn, NULL, "root", "", NULL, 0, server.socket,
	    CLIENT_MULTI_STATEMENTS))
		return conn;
	mysql_close(conn);
	return NULL;
}

/* Until it answers, or ends. */
static int
wait_for_server(void)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	for (int ms = 0; ms < WAIT_MS; ms += STEP_MS) {
		GUARD(conn_drop) MYSQL *conn = connect_as_root();

		if (conn)
			return 0;
		if (waitpid(server.pid, NULL, WNOHANG) == server.pid)
			break;
		nanosleep(&step, NULL);
	}
	fprintf(stderr, "no MariaDB server in %s; see error.log there\n", server.dir);
	return 1;
}

int
mariadb_start_with(const char *const *options)
{
	fflush(NULL);
	server.pid = fork();
	if (server.pid == 0)
		run_server(options);
	return wait_for_server();
}

int
mariadb_start(void)
{
	return mariadb_start_with(NULL);
}

int
mariadb_need(void)
{
	if (server.dir[0])
		return 0;
	if (make_directory())
		return 1;
	return mariadb_start();
}

const char *
mariadb_socket(void)
{
	return server.socket;
}

pid_t
mariadb_process(void)
{
	return server.pid;
}

void
mariadb_kill(void)
{
	if (server.pid <= 0)
		return;
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
	server.pid = 0;
}

void
mariadb_run(const char *statements)
{
	GUARD(conn_drop) MYSQL *conn = connect_as_root();
	int r;

	r = conn ? mysql_query(conn, statements) : 1;
	while (!r) {
		mysql_free_result(mysql_store_result(conn));
		r = mysql_next_result(conn);
	}
	if (r > 0) {
		fprintf(stderr, "%s: %s\n", statements, conn ? mysql_error(conn) : "no server");
		exit(99);
	}
}

static void
rows_drop(MYSQL_RES **rows)
{
	mysql_free_result(*rows);
}

/* By one connection, which lasts as long as the server: what it counts stays the same. */
long long
mariadb_number(const char *query)
{
	GUARD(rows_drop) MYSQL_RES *rows = NULL;
	MYSQL_ROW row = NULL;
	static MYSQL *conn;

	if (conn && mysql_ping(conn) != 0) {
		mysql_close(conn);
		conn = NULL;
	}
	if (!conn)
		conn = connect_as_root();
	if (conn && mysql_query(conn, query) == 0)
		rows = mysql_store_result(conn);
	if (rows)
		row = mysql_fetch_row(rows);
	if (!row || !row[0]) {
		fprintf(stderr, "%s: %s\n", query, conn ? mysql_error(conn) : "no server");
		exit(99);
	}
	return atoll(row[0]);
}

struct store_where
mariadb_new(void)
{
	static const char *const hosts[] = { server.socket };
	static char names[512][16];
	static unsigned count;
	char *name = names[count++ % NELEM(names)];
	char text[64];

	snprintf(name, sizeof names[0], "d%u", count);
	snprintf(text, sizeof text, "CREATE DATABASE `%s`", name);
	mariadb_run(text);
	return (struct store_where){ .kind = "mariadb", .sql_hosts = hosts,
	    .sql_hosts_count = 1, .sql_database = name, .sql_user = "root",
	    .sql_password_file = "", .sql_ca_file = "", .sql_timeout_ms = 3000 };
}
