// SPDX-License-Identifier: ISC
/* tests/contract/hosts_test.c - which of several MariaDB servers is used. */
#include "contract.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "mariadb.h"
#include "store/sql/sql_link.h"

static void
hosts(void)
{
	static const struct {
		const char *in;
		int want;
		const char *name;
		unsigned port;
	} t[] = {
		{ "/run/mysqld/mysqld.sock",  0, "/run/mysqld/mysqld.sock", 0 },
		{ "db1",                      0, "db1",         3306 },
		{ "db1.example.org:3307",     0, "db1.example.org", 3307 },
		{ "192.0.2.1",                0, "192.0.2.1",   3306 },
		{ "192.0.2.1:1",              0, "192.0.2.1",   1 },
		{ "[2001:db8::1]:65535",      0, "2001:db8::1", 65535 },
		{ "[::1]",                    0, "::1",         3306 },
		{ "",                         V_MALFORMED, "", 0 },
		{ ":3306",                    V_MALFORMED, "", 0 },
		{ "[]:3306",                  V_MALFORMED, "", 0 },
		{ "[::1",                     V_MALFORMED, "", 0 },
		{ "[::1]3306",                V_MALFORMED, "", 0 },
		{ "::1",                      V_MALFORMED, "", 0 },
		{ "db1:",                     V_MALFORMED, "", 0 },
		{ "db1:0",                    V_MALFORMED, "", 0 },
		{ "db1:65536",                V_MALFORMED, "", 0 },
		{ "db1:3306x",                V_MALFORMED, "", 0 },
	};
	struct sql_host host;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].in, sql_host_parse(t[i].in, &host), t[i].want);
		if (t[i].want)
			continue;
		EXPECT_STRING(t[i].in, host.name, t[i].name);
		EXPECT_INT(t[i].in, host.port, t[i].port);
	}
}

/* The first server that answers is used. */
static void
next_host(void)
{
	const char *const names[] = { "/nowhere.sock", mariadb_socket() };
	GUARD(store_close) struct store *made = NULL;
	GUARD(store_close) struct store *st = NULL;
	struct uuid id = contract_uuid(1);
	struct store_where where;
	struct user user;

	where = mariadb_new();
	EXPECT_VERDICT("make", store_open(&made, &where, STORE_MAKE), 0);
	contract_add_user(made, 1);
	where.sql_hosts = names;
	where.sql_hosts_count = NELEM(names);
	EXPECT_VERDICT("open", store_open(&st, &where, STORE_USE), 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
}

static int
silent_socket(struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*name = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(name->sun_path, sizeof name->sun_path, "%s/silent", test_directory());
	EXPECT_INT("bind", bind(fd, (struct sockaddr *)name, sizeof *name), 0);
	EXPECT_INT("listen", listen(fd, 16), 0);
	return fd;
}

/* A nearer server is gone back to if it says something, and else not waited for. */
static void
nearer_host(void)
{
	struct sockaddr_un silent;
	const char *names[] = { silent.sun_path, mariadb_socket() };
	GUARD(store_close) struct store *made = NULL;
	GUARD(store_close) struct store *st = NULL;
	GUARD(fd_close) int fd = silent_socket(&silent);
	struct uuid id = contract_uuid(1);
	struct store_where where;
	struct user user;
	struct sql *db;
	unsigned long connection;

	where = mariadb_new();
	EXPECT_VERDICT("make", store_open(&made, &where, STORE_MAKE), 0);
	contract_add_user(made, 1);
	where.sql_hosts = names;
	where.sql_hosts_count = NELEM(names);
	where.sql_timeout_ms = 1000;
	EXPECT_VERDICT("open", store_open(&st, &where, STORE_USE), 0);
	db = (struct sql *)st;
	connection = mysql_thread_id(db->conn);
	db->hosts[0].skip_ms = db->hosts[0].avoid_ms = db->prefer_ms = 0;
	EXPECT_VERDICT("silent", store_user_get(st, &id, &user), 0);
	EXPECT_INT("stays", (int64_t)db->host, 1);
	EXPECT_INT("by the same connection", mysql_thread_id(db->conn), connection);
	snprintf(db->hosts[0].name, sizeof db->hosts[0].name, "%s", mariadb_socket());
	db->prefer_ms = 0;
	EXPECT_VERDICT("not silent", store_user_get(st, &id, &user), 0);
	EXPECT_INT("goes back", (int64_t)db->host, 0);
}

CU_TestInfo hosts_tests[] = {
	{ "hosts", hosts },
	{ "next host", next_host },
	{ "nearer host", nearer_host },
	CU_TEST_INFO_NULL,
};
