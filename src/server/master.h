// SPDX-License-Identifier: ISC
/*
 * server/master.h - the process that owns the socket and keeps workers alive.
 *
 * It never opens the store: a process that forks must not.
 */
#ifndef SERVER_MASTER_H
#define SERVER_MASTER_H

#include "conf/conf.h"
#include "server/handover.h"
#include "server/reload.h"

/*
 * Serves on the socket of from with conf->workers workers until SIGTERM, SIGINT
 * or SIGQUIT; current requests are finished first.  Workers that it takes over leave
 * when its own are ready.  On SIGHUP it executes the program again.  Takes over
 * the signals of the process and the socket.  Returns the exit
 * code: 0, or 1 with a line in the log.
 */
int master_run(const struct conf *conf, struct handover *from, const struct program *program);

#endif
