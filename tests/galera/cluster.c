// SPDX-License-Identifier: ISC
/* tests/galera/cluster.c - starts a cluster of three MariaDB servers for tests. */
#include "galera/cluster.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <mysql.h>
#include <netinet/in.h>

#include "contract/contract.h"
#include "galera/net.h"
#include "store/sql/sql_statement.h"
#include "test.h"

#define PORTS		30
#define WHOLE_MS	60000
#define STEP_MS		50
#define TIMEOUT_MS	3000

static struct {
	char dir[64], sockets[NODES][96], database[16];
	pid_t owner;
	bool has_nets;
} cluster;

/* Runs database-node for one node, in its network, or for all. */
static int
run_node(const char *action, const char *node)
{
	const char *top = getenv("srcdir");
	char script[4096];
	int status;
	pid_t pid;

	snprintf(script, sizeof script, "%s/deploy/database-node", top ? top : ".");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (cluster.has_nets && strcmp(node, "all") != 0)
			net_enter((unsigned)atoi(node));
		execl(script, script, cluster.dir, action, node, (char *)NULL);
		perror(script);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void
end(void)
{
	if (getpid() != cluster.owner)
		return;
	run_node("kill", "all");
	if (!getenv("KEEP"))
		test_remove(cluster.dir);
}

static bool
is_free(unsigned port)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is = bind(fd, (struct sockaddr *)&name, sizeof name) == 0;

	close(fd);
	return is;
}

/* Of so many ports in a row, from the process id on. */
static unsigned
free_ports(void)
{
	unsigned first = 20000 + (unsigned)getpid() % 300 * PORTS;

	for (unsigned i = 0; i < PORTS; i++) {
		if (is_free(first + i))
			continue;
		first = first + PORTS > 29000 ? 20000 : first + PORTS;
		i = 0;
	}
	return first;
}

static int
make_directory(void)
{
	char path[96];
	FILE *file;

	strcpy(cluster.dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/doorward-gal-XXXXXX" :
	    "/tmp/doorward-gal-XXXXXX");
	if (!mkdtemp(cluster.dir))
		return 1;
	for (unsigned n = 0; n < NODES; n++)
		snprintf(cluster.sockets[n], sizeof cluster.sockets[n], "%s/%u/mariadb.sock",
		    cluster.dir, n + 1);
	snprintf(path, sizeof path, "%s/ports", cluster.dir);
	file = fopen(path, "w");
	if (!file)
		return 1;
	cluster.has_nets = net_make() == 0;
	fprintf(file, "%u%s\n", free_ports(), cluster.has_nets ? " " NET_PREFIX : "");
	fclose(file);
	cluster.owner = getpid();
	atexit(end);
	return 0;
}

/* Node 1 begins, and the others join. */
static int
start_nodes(void)
{
	static const char *const nodes[NODES] = { "1", "2", "3" };
	int r = 0;

	if (!cluster.has_nets)
		return run_node("start", "all");
	for (unsigned i = 0; i < NODES && !r; i++)
		r = run_node("start", nodes[i]);
	return r;
}

int
cluster_need(void)
{
	if (cluster.owner)
		return 0;
	if (make_directory() || start_nodes() || !cluster_is_whole()) {
		fprintf(stderr, "no cluster in %s\n", cluster.dir);
		return 1;
	}
	return 0;
}

void
cluster_cut(unsigned n, bool cut)
{
	if (cluster.has_nets)
		net_cut(n, cut);
}

void
cluster_do(const char *action, unsigned n)
{
	char node[16];

	snprintf(node, sizeof node, "%u", n);
	EXPECT_INT(action, run_node(action, node), 0);
}

void
cluster_start_two(unsigned n, unsigned other)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		cluster_do("start", n);
		_exit(0);
	}
	cluster_do("start", other);
	waitpid(pid, &status, 0);
}

void
cluster_signal(unsigned n, int signum)
{
	char path[96];
	int pid = 0;
	FILE *file;

	snprintf(path, sizeof path, "%s/%u/server.pid", cluster.dir, n);
	file = fopen(path, "r");
	if (file && fscanf(file, "%d", &pid) == 1)
		kill(pid, signum);
	EXPECT_TRUE(path, pid > 0);
	if (file)
		fclose(file);
}

static void
conn_drop(MYSQL **conn)
{
	if (*conn)
		mysql_close(*conn);
}

/* Has node n been told of so many nodes? */
static bool
knows_all(unsigned n)
{
	static const char query[] = "SELECT 1 FROM `information_schema`.`global_status` AS `a` "
	    "JOIN `information_schema`.`global_status` AS `b` ON `a`.`variable_name` = "
	    "'wsrep_cluster_size' AND `a`.`variable_value` = 3 AND `b`.`variable_name` = "
	    "'wsrep_local_state' AND `b`.`variable_value` = 4";
	GUARD(conn_drop) MYSQL *conn = mysql_init(NULL);
	const unsigned timeout_s = 2;
	MYSQL_RES *rows;
	bool knows;

	mysql_options(conn, MYSQL_OPT_READ_TIMEOUT, &timeout_s);
	mysql_options(conn, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
	if (!mysql_real_connect(conn, NULL, "root", "", NULL, 0, cluster.sockets[n - 1], 0) ||
	    mysql_query(conn, query) != 0)
		return false;
	rows = mysql_store_result(conn);
	knows = rows && mysql_num_rows(rows) == 1;
	mysql_free_result(rows);
	return knows;
}

bool
cluster_is_whole(void)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	for (int ms = 0; ms < WHOLE_MS; ms += STEP_MS) {
		if (knows_all(1) && knows_all(2) && knows_all(3))
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

/* Runs statements, with that database as the current one if there is one. */
static void
run_statements(const char *statements)
{
	GUARD(conn_drop) MYSQL *conn = mysql_init(NULL);
	int r = 1;

	if (mysql_real_connect(conn, NULL, "root", "", *cluster.database ? cluster.database : NULL,
	    0, cluster.sockets[0], CLIENT_MULTI_STATEMENTS))
		r = mysql_query(conn, statements);
	while (!r) {
		mysql_free_result(mysql_store_result(conn));
		r = mysql_next_result(conn);
	}
	if (r > 0) {
		fprintf(stderr, "%s: %s\n", statements, mysql_error(conn));
		exit(99);
	}
}

struct store_where
cluster_where(unsigned n)
{
	static const char *hosts[2 * NODES - 1];

	for (unsigned i = 0; i < NELEM(hosts); i++)
		hosts[i] = cluster.sockets[i % NODES];
	return (struct store_where){ .kind = "mariadb", .sql_hosts = &hosts[n - 1],
	    .sql_hosts_count = 1, .sql_database = cluster.database, .sql_user = "root",
	    .sql_password_file = "", .sql_ca_file = "", .sql_timeout_ms = TIMEOUT_MS };
}

static int
open_store(struct store **st, unsigned n, bool others, enum store_how how)
{
	struct store_where where = cluster_where(n);

	if (others)
		where.sql_hosts_count = NODES;
	return store_open(st, &where, how);
}

/* Tables take long to make in a cluster, so they are emptied. */
static void
empty_tables(void)
{
	GUARD(arena_free) struct arena mem = { 0 };
	const char *string;
	struct text text;

	text_init(&text, &mem);
	text_puts(&text, "DELETE FROM `meta` WHERE `row` = 'store'; "
	    "UPDATE `meta` SET `key_changes` = 0, `created_on` = 0; ");
	for (enum sql_table i = SQL_META + 1; i < SQL_TABLES; i++)
		text_printf(&text, "DELETE FROM `%s`; ", sql_tables[i].name);
	EXPECT_INT("text", text_done(&text, &string, NULL), 0);
	run_statements(string);
}

/* A node lets in nobody whose database it has not made yet. */
static void
await_database(unsigned n)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	GUARD(store_close) struct store *st = NULL;
	int r = -1;

	for (int ms = 0; ms < WHOLE_MS && r; ms += STEP_MS) {
		r = open_store(&st, n, false, STORE_USE);
		if (r)
			nanosleep(&step, NULL);
	}
	EXPECT_VERDICT("made", r, 0);
}

void
cluster_new_database(void)
{
	GUARD(store_close) struct store *st = NULL;

	if (*cluster.database) {
		empty_tables();
		return;
	}
	run_statements("CREATE DATABASE `test`");
	strcpy(cluster.database, "test");
	EXPECT_VERDICT("make", open_store(&st, 1, false, STORE_MAKE), 0);
	for (unsigned n = 1; n <= NODES; n++)
		await_database(n);
}

void
cluster_make_store(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct uuid instance = contract_uuid(9000);

	EXPECT_TRUE("whole", cluster_is_whole());
	cluster_new_database();
	st = cluster_open(1, false);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
}

struct store *
cluster_open(unsigned n, bool others)
{
	struct store *st = NULL;

	if (open_store(&st, n, others, STORE_USE)) {
		fprintf(stderr, "no store at node %u\n", n);
		exit(98);
	}
	return st;
}
