// SPDX-License-Identifier: ISC
/* store/sql/sql_link.c - the connection to one of several servers. */
#include "store/sql/sql_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/sql/sql_probe.h"

#define PORT		3306
#define AVOID_MS	10000		/* a server that failed comes last for so long */
#define SKIP_MS		250		/* one out of reach is left alone so long ... */
#define SKIP_TIMES	2		/* ... and longer, if it took long to find out */
#define PREFER_MS	30000		/* how often servers before the one in use are tried */

/* --- errors --------------------------------------------------------------------- */

static const struct {
	unsigned error;
	int result;
} meanings[] = {
	/* another transaction was first */
	{ ER_LOCK_DEADLOCK,          SQL_AGAIN },	/* or another node's, in a cluster */
	{ ER_LOCK_WAIT_TIMEOUT,      SQL_AGAIN },
	{ ER_DUP_ENTRY,              SQL_AGAIN },	/* each is looked for before it is made */
	{ ER_CHECKREAD,              SQL_AGAIN },
	{ ER_QUERY_INTERRUPTED,      SQL_AGAIN },
	{ ER_TABLE_DEF_CHANGED,      SQL_AGAIN },
	{ ER_NEED_REPREPARE,         SQL_GONE },
	/* another server may be able to */
	{ CR_SERVER_GONE_ERROR,      SQL_GONE },
	{ CR_SERVER_LOST,            SQL_GONE },
	{ CR_SERVER_LOST_EXTENDED,   SQL_GONE },
	{ CR_CONNECTION_ERROR,       SQL_GONE },
	{ CR_CONN_HOST_ERROR,        SQL_GONE },
	{ CR_UNKNOWN_HOST,           SQL_GONE },
	{ CR_STMT_CLOSED,            SQL_GONE },
	{ CR_COMMANDS_OUT_OF_SYNC,   SQL_GONE },
	{ CR_IPSOCK_ERROR,           SQL_GONE },
	{ CR_SERVER_HANDSHAKE_ERR,   SQL_GONE },
	{ CR_MALFORMED_PACKET,       SQL_GONE },
	{ CR_ERR_NET_READ,           SQL_GONE },
	{ CR_ERR_NET_WRITE,          SQL_GONE },
	{ CR_SSL_CONNECTION_ERROR,   SQL_GONE },	/* no TLS, or no certificate for it */
	{ ER_UNKNOWN_COM_ERROR,      SQL_GONE },	/* not, or no longer, part of the cluster */
	{ ER_SERVER_SHUTDOWN,        SQL_GONE },
	{ ER_CONNECTION_KILLED,      SQL_GONE },
	{ ER_NEW_ABORTING_CONNECTION, SQL_GONE },
	{ ER_CON_COUNT_ERROR,        SQL_GONE },
	{ ER_TOO_MANY_USER_CONNECTIONS, SQL_GONE },
	{ ER_OPTION_PREVENTS_STATEMENT, SQL_GONE },	/* read only */
	{ ER_READ_ONLY_MODE,         SQL_GONE },
	{ ER_ERROR_DURING_COMMIT,    SQL_GONE },
	{ ER_UNKNOWN_STMT_HANDLER,   SQL_GONE },
	/* no server can */
	{ ER_RECORD_FILE_FULL,       -ENOSPC },
	{ ER_DISK_FULL,              -ENOSPC },
	{ ER_NO_SUCH_TABLE,          -ENOENT },
	{ ER_BAD_DB_ERROR,           -ENOENT },
	{ ER_ACCESS_DENIED_ERROR,    -EACCES },
	{ ER_DBACCESS_DENIED_ERROR,  -EACCES },
	{ ER_TABLEACCESS_DENIED_ERROR, -EACCES },
	{ ER_BAD_FIELD_ERROR,        -EPROTO },
	{ ER_NOT_KEYFILE,            -EBADMSG },
	{ ER_CRASHED_ON_USAGE,       -EBADMSG },
	{ ER_INDEX_CORRUPT,          -EBADMSG },
	{ CR_OUT_OF_MEMORY,          -ENOMEM },
};

int
sql_fault(const char *what, unsigned error, const char *message)
{
	int r = -EIO;

	for (size_t i = 0; i < NELEM(meanings); i++) {
		if (meanings[i].error == error)
			r = meanings[i].result;
	}
	/* who asks for tables that are not there says so */
	if (r <= SQL_AGAIN || error == ER_NO_SUCH_TABLE) {
		log_debug("store: %s: %s (%u)", what, message, error);
		return r;
	}
	return log_fault(r, "store: %s: %s (%u)", what, message, error);
}

/* --- servers --------------------------------------------------------------------- */

int
sql_host_parse(const char *text, struct sql_host *host)
{
	const char *end = *text == '[' ? strchr(text, ']') : text + strcspn(text, ":");
	const char *name = *text == '[' ? text + 1 : text;
	struct sql_host found = { .port = PORT };
	int64_t port;

	if (*text == '/') {
		if (text_copy(found.name, sizeof found.name, text))
			return V_MALFORMED;
		found.port = 0;
		*host = found;
		return 0;
	}
	if (!end || end == name || (size_t)(end - name) >= sizeof found.name)
		return V_MALFORMED;
	memcpy(found.name, name, (size_t)(end - name));
	end += *end == ']';
	if (*end) {
		if (*end != ':' || text_integer(end + 1, strlen(end + 1), &port) || port < 1 ||
		    port > 65535)
			return V_MALFORMED;
		found.port = (unsigned)port;
	}
	*host = found;
	return 0;
}

static int
take_hosts(struct sql *db, const struct store_where *where)
{
	if (!where->sql_hosts_count || where->sql_hosts_count > SQL_HOSTS_MAX)
		return log_fault(-EINVAL, "store: sql_hosts must name 1 to %d servers",
		    SQL_HOSTS_MAX);
	for (size_t i = 0; i < where->sql_hosts_count; i++) {
		if (sql_host_parse(where->sql_hosts[i], &db->hosts[i]))
			return log_fault(-EINVAL, "store: sql_hosts: \"%s\"",
			    where->sql_hosts[i]);
	}
	db->host_count = where->sql_hosts_count;
	return 0;
}

static int
take_password(struct sql *db, const char *path)
{
	GUARD(arena_free) struct arena mem = { 0 };
	const char *line;
	int r;

	if (!*path)
		return 0;
	r = private_file_read_line(path, &mem, &line);
	/* -ENOENT would say that there is no store */
	if (r == -ENOENT)
		return -EINVAL;
	return r ? r : text_copy(db->password, sizeof db->password, line);
}

int
sql_link_new(struct sql **out, const struct store_where *where)
{
	GUARD(sql_link_free) struct sql *db = calloc(1, sizeof *db);
	int r;

	if (!db)
		return -ENOMEM;
	r = take_hosts(db, where);
	if (!r)
		r = take_password(db, where->sql_password_file);
	if (r)
		return r;
	if (text_copy(db->database, sizeof db->database, where->sql_database) ||
	    text_copy(db->user, sizeof db->user, where->sql_user) ||
	    text_copy(db->ca_file, sizeof db->ca_file, where->sql_ca_file))
		return log_fault(-EINVAL, "store: sql_database, sql_user or sql_ca_file");
	/* the library counts in seconds */
	db->timeout_s = (unsigned)((where->sql_timeout_ms + 999) / 1000);
	*out = db;
	db = NULL;
	return 0;
}

static void
disconnect(struct sql *db)
{
	for (size_t i = 0; i < SQL_STATEMENTS; i++) {
		if (db->prepared[i])
			mysql_stmt_close(db->prepared[i]);
		db->prepared[i] = NULL;
	}
	if (db->conn)
		mysql_close(db->conn);
	db->conn = NULL;
}

void
sql_link_free(struct sql **db)
{
	if (!*db)
		return;
	disconnect(*db);
	secret_wipe(*db, sizeof **db);
	free(*db);
	*db = NULL;
}

void
sql_link_drop(struct sql *db)
{
	if (!db->conn)
		return;
	disconnect(db);
	db->hosts[db->host].avoid_ms = clock_steady_ms() + AVOID_MS;
}

int
sql_command(struct sql *db, const char *text)
{
	if (mysql_real_query(db->conn, text, strlen(text)) == 0)
		return 0;
	return sql_fault(text, mysql_errno(db->conn), mysql_error(db->conn));
}

/* --- connecting --------------------------------------------------------------------- */

static void
conn_drop(MYSQL **conn)
{
	if (*conn)
		mysql_close(*conn);
}

static void
set_options(const struct sql *db, const struct sql_host *host, MYSQL *conn)
{
	const unsigned tcp = MYSQL_PROTOCOL_TCP, none = 0;
	const my_bool is_tls = host->port && *db->ca_file;

	mysql_options(conn, MYSQL_OPT_CONNECT_TIMEOUT, &db->timeout_s);
	mysql_options(conn, MYSQL_OPT_READ_TIMEOUT, &db->timeout_s);
	mysql_options(conn, MYSQL_OPT_WRITE_TIMEOUT, &db->timeout_s);
	mysql_options(conn, MYSQL_OPT_LOCAL_INFILE, &none);
	mysql_options(conn, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/* "localhost" would be a socket */
	if (host->port)
		mysql_options(conn, MYSQL_OPT_PROTOCOL, &tcp);
	if (is_tls)
		mysql_options(conn, MYSQL_OPT_SSL_CA, db->ca_file);
	/* newer libraries have other defaults */
	mysql_options(conn, MYSQL_OPT_SSL_ENFORCE, &is_tls);
	mysql_options(conn, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &is_tls);
}

/*
 * A row that was read is locked or changed before anything is decided by it, and each
 * read sees what was committed before it, so READ COMMITTED is enough, and locks no gaps.
 * In a cluster reads and transactions first wait until this node has what any node
 * acknowledged before (bit 1 of wsrep_sync_wait); a single server does not wait.
 */
static const char session[] = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,"
    "NO_ENGINE_SUBSTITUTION', tx_isolation = 'READ-COMMITTED', autocommit = 1,"
    " wsrep_sync_wait = 1, innodb_lock_wait_timeout = %u";

/* Is it one of a cluster?  If so: a node that is joining, or cut off, accepts connections. */
static const char ready[] = "SELECT @@wsrep_on, (SELECT `variable_value` = 'ON' "
    "FROM `information_schema`.`global_status` WHERE `variable_name` = 'wsrep_ready')";

static void
rows_drop(MYSQL_RES **rows)
{
	mysql_free_result(*rows);
}

static int
check_ready(struct sql *db)
{
	GUARD(rows_drop) MYSQL_RES *rows = NULL;
	MYSQL_ROW row;
	int r;

	r = sql_command(db, ready);
	if (r)
		return r;
	rows = mysql_store_result(db->conn);
	row = rows ? mysql_fetch_row(rows) : NULL;
	if (!row || !row[0])
		return SQL_GONE;
	db->is_cluster = *row[0] == '1';
	return !db->is_cluster || (row[1] && *row[1] == '1') ? 0 : SQL_GONE;
}

static int
prepare_session(struct sql *db)
{
	char text[sizeof session + 16];
	int r;

	/* before this side gives up */
	snprintf(text, sizeof text, session, db->timeout_s > 1 ? db->timeout_s - 1 : 1);
	r = sql_command(db, text);
	return r ? r : check_ready(db);
}

/* SQL_GONE: it may be able to another time; that is logged the first time. */
static int
connect_to(struct sql *db, struct sql_host *host)
{
	GUARD(conn_drop) MYSQL *conn = mysql_init(NULL);
	const bool is_news = !host->skip_ms;
	int r;

	if (!conn)
		return -ENOMEM;
	set_options(db, host, conn);
	if (!mysql_real_connect(conn, host->port ? host->name : NULL, db->user, db->password,
	    db->database, host->port, host->port ? NULL : host->name, CLIENT_FOUND_ROWS)) {
		r = sql_fault(host->name, mysql_errno(conn), mysql_error(conn));
		if (r == SQL_GONE && is_news)
			log_error("store: %s: %s", host->name, mysql_error(conn));
		return r == -EIO || r == SQL_AGAIN ? SQL_GONE : r;
	}
	db->conn = conn;
	conn = NULL;
	db->host = (size_t)(host - db->hosts);
	r = prepare_session(db);
	if (!r)
		return 0;
	if (is_news)
		log_error("store: %s: %s", host->name, mysql_errno(db->conn) ?
		    mysql_error(db->conn) : "it is not, or not yet, part of its cluster");
	disconnect(db);
	return SQL_GONE;
}

/* A server that does not answer takes the whole timeout, so it is asked the less often. */
static int
try_host(struct sql *db, struct sql_host *host)
{
	const int64_t start_ms = clock_steady_ms();
	int64_t end_ms;
	int r;

	if (start_ms < host->skip_ms)
		return SQL_GONE;
	r = connect_to(db, host);
	end_ms = clock_steady_ms();
	host->skip_ms = r ? end_ms + SKIP_MS + SKIP_TIMES * (end_ms - start_ms) : 0;
	host->avoid_ms = r ? end_ms + AVOID_MS : 0;
	db->prefer_ms = end_ms + PREFER_MS;
	return r;
}

/* SQL_NONE, unless each says that it will never do: then the first reason. */
static int
connect_any(struct sql *db)
{
	const int64_t now_ms = clock_steady_ms();
	bool is_avoided[SQL_HOSTS_MAX];
	int first = 0, r;

	for (size_t i = 0; i < db->host_count; i++)
		is_avoided[i] = now_ms < db->hosts[i].avoid_ms;
	for (int avoided = 0; avoided < 2; avoided++) {
		for (size_t i = 0; i < db->host_count; i++) {
			if (is_avoided[i] != avoided)
				continue;
			r = try_host(db, &db->hosts[i]);
			if (!r)
				return 0;
			if (!first || r == SQL_GONE)
				first = r;
		}
	}
	return first == SQL_GONE ? SQL_NONE : first;
}

/*
 * The first of sql_hosts is the nearest: back to it when it is back.  One that is silent would
 * be waited for, by a request that another one can answer.
 */
static void
prefer(struct sql *db)
{
	const int64_t now_ms = clock_steady_ms();

	if (now_ms < db->prefer_ms)
		return;
	db->prefer_ms = now_ms + PREFER_MS;
	for (size_t i = 0; i < db->host; i++) {
		const struct sql_host *host = &db->hosts[i];

		if (now_ms < host->skip_ms || !sql_host_speaks(host->name, host->port))
			continue;
		disconnect(db);
		return;
	}
}

int
sql_link_use(struct sql *db)
{
	if (db->is_snapshot)
		return db->conn ? 0 : SQL_GONE;
	if (db->conn && db->host)
		prefer(db);
	return db->conn ? 0 : connect_any(db);
}
