// SPDX-License-Identifier: ISC
/*
 * tests/mariadb.h - private MariaDB servers of a test program, which end with it.
 *
 * A suite that needs one calls mariadb_need, in its initialiser: the program says so and
 * fails if there is no server to start, since only a build without MariaDB can do without.
 */
#ifndef TESTS_MARIADB_H
#define TESTS_MARIADB_H

#include <mysql.h>

#include "store/store_where.h"

/* Starts the server, once in a program.  0, or 1 if that fails. */
int mariadb_need(void);

/* The path of its socket, and the process. */
const char *mariadb_socket(void);
pid_t mariadb_process(void);

/* Kills it, and starts it again; with at most so many options of mariadbd, and then NULL. */
#define MARIADB_OPTIONS 8
void mariadb_kill(void);
int mariadb_start(void);
int mariadb_start_with(const char *const *options);

/* Runs statements as its administrator; exits if they fail. */
void mariadb_run(const char *statements);

/* The number that a query has for its administrator; exits if it has none. */
long long mariadb_number(const char *query);

/* A new, empty database in it. */
struct store_where mariadb_new(void);

#endif
