// SPDX-License-Identifier: ISC
/*
 * server/start.h - from a configuration to a service: which socket, as whom,
 * master or single worker.
 *
 * The first that there is of these is the socket: what a former program of
 * this process left, the path given, what systemd left (LISTEN_FDS), standard
 * input (then this process is the only worker), the path of the configuration.
 */
#ifndef SERVER_START_H
#define SERVER_START_H

#include "conf/conf.h"
#include "server/reload.h"

/* Serves until told to stop.  path may be NULL.  Returns the exit code. */
int start_service(struct conf *conf, const char *path, const struct program *program);

/* Could a service be started?  The exit code; what is wrong is on standard error. */
int start_check(const struct conf *conf);

#endif
