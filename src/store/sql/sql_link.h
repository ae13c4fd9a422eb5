// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_link.h - an open store in MariaDB, and its connection.
 *
 * Within this folder the results below may occur; sql_try.c then tries again, on
 * this connection or another one.  Everything else follows base/verdict.h.
 */
#ifndef STORE_SQL_SQL_LINK_H
#define STORE_SQL_SQL_LINK_H

#include <limits.h>
#include <mysql.h>
#include <stdbool.h>

#include "base/private_file.h"
#include "store/backend.h"
#include "store/sql/sql_statement.h"
#include "store/store_where.h"

#define SQL_AGAIN	(-100001)	/* the server rolled back: another was first */
#define SQL_GONE	(-100002)	/* the connection is of no use; nothing was committed */
#define SQL_LOST	(-100003)	/* as SQL_GONE, in COMMIT: it may have been committed */
#define SQL_NONE	(-100004)	/* no server can be reached */

#define SQL_HOSTS_MAX	16
#define SQL_HOST_SIZE	256

/* "/run/mysqld/mysqld.sock", "db.example.org:3306", "192.0.2.1", "[2001:db8::1]:3306". */
struct sql_host {
	char name[SQL_HOST_SIZE];	/* or the path of a socket */
	unsigned port;			/* 0: a socket */
	int64_t avoid_ms;		/* until then others are tried before it, and ... */
	int64_t skip_ms;		/* until then it is not tried at all; steady clock */
};

struct sql {
	struct store base;		/* first, so that a struct store * is one of these */
	MYSQL *conn;			/* NULL: none */
	MYSQL_STMT *prepared[SQL_STATEMENTS];	/* on conn, each when it is first used */
	struct sql_host hosts[SQL_HOSTS_MAX];
	size_t host_count, host;	/* host: of conn */
	int64_t prefer_ms;		/* when hosts before that one are tried again */
	char database[65], user[129], ca_file[PATH_MAX], password[PRIVATE_LINE_MAX];
	unsigned timeout_s;
	struct { int64_t until_ms; uint64_t changes; } key_look;	/* of sql_key_changes */
	struct account ahead;		/* if base.account_ahead is AHEAD_READ */
	bool is_cluster;		/* conn is to one of several nodes */
	bool has_added;			/* a token, which was not there: see sql_submit */
	struct token rotated;		/* as it was before a rotation added that */
	bool is_raised;			/* "reader" in meta is not below READER_LIMITS */
	bool is_in_txn;			/* see sql_txn_begin */
	bool is_snapshot;		/* a transaction is open, for reads: see sql_snapshot */
	int64_t sweep_ms;		/* the next time to ask whether to sweep */
};

/*
 * A row in the table of sql_submit.c: does all of op within the transaction that has
 * begun on the connection.  It may be called again after that was rolled back.
 */
typedef int sql_apply(struct sql *db, const struct op *op, struct op_result *result);

/* Splits "NAME", "NAME:PORT", "[ADDRESS]:PORT" or an absolute path.  V_MALFORMED. */
int sql_host_parse(const char *text, struct sql_host *host);

/*
 * -EACCES and others of private_file_read_line; -EINVAL: a host or name cannot be right, or
 * there is no file of the password.
 */
int sql_link_new(struct sql **db, const struct store_where *where);
void sql_link_free(struct sql **db);

/* Connects unless it is connected.  SQL_NONE. */
int sql_link_use(struct sql *db);

/* Lets go a connection that failed; other servers are then tried first. */
void sql_link_drop(struct sql *db);

/* Runs text, which has no result.  As sql_fault. */
int sql_command(struct sql *db, const char *text);

/* What error of the server or library means; what cannot be tried again is logged. */
int sql_fault(const char *what, unsigned error, const char *message);

#endif
