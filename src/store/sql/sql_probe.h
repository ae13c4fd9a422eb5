// SPDX-License-Identifier: ISC
/* store/sql/sql_probe.h - does a server answer at all? */
#ifndef STORE_SQL_SQL_PROBE_H
#define STORE_SQL_SQL_PROBE_H

#include <stdbool.h>

/*
 * Connects and waits a moment for the first words, which are the server's; port 0: name is
 * the path of a socket.  Connect to it afterwards: a server counts those who leave without a
 * word.
 */
bool sql_host_speaks(const char *name, unsigned port);

#endif
