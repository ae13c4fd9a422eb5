// SPDX-License-Identifier: ISC
/*
 * server/master.h - the process that owns the socket and keeps workers alive.
 *
 * It never opens the store: a process that forks must not.
 */
#ifndef SERVER_MASTER_H
#define SERVER_MASTER_H

#include "conf/conf.h"

/*
 * Listens at path with conf->workers workers until SIGTERM, SIGINT or SIGQUIT;
 * the requests at hand are finished first.  Takes over the signals of the
 * process.  Returns the exit code: 0, or 1 with a line in the log if store,
 * keys or socket cannot be used.
 */
int master_run(const struct conf *conf, const char *path);

#endif
