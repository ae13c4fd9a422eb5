// SPDX-License-Identifier: ISC
/*
 * server/start.h - starts a service from a configuration: which socket, which user,
 * master or single worker.
 *
 * The socket is the first of these that exists: the one of the program that this
 * process executed before, the path given, the one of systemd (LISTEN_FDS),
 * standard input (then this process is a single worker), the configured path.
 */
#ifndef SERVER_START_H
#define SERVER_START_H

#include "conf/conf.h"
#include "server/reload.h"

/* Serves until told to stop.  path may be NULL.  Returns the exit code. */
int start_service(struct conf *conf, const char *path, const struct program *program);

/*
 * Could a service be started with the configuration, which is in the file path?  Prints
 * errors to standard error; returns the exit code.
 */
int start_check(struct conf *conf, const char *path);

#endif
