// SPDX-License-Identifier: ISC
/*
 * server/sandbox.h - restricts the system calls of a worker, by seccomp(2).
 *
 * It may serve connections, use the store and files that are open already, and
 * use memory, threads and time.  Everything else is refused with EPERM: executing
 * programs, forking, tracing or signalling other processes, opening files for
 * writing, creating, removing, renaming or chmoding files, mapping memory as
 * code.  It can read files and reach the network only if conf has a provider or a database
 * server, and syslog only if that is the log.  Without a provider it can open just what is in
 * the directory of the key file, for reading, and only if the kernel has landlock(7): the
 * master key may be changed while it runs.  A call that is refused while signals are
 * blocked kills the worker with SIGSYS.
 *
 * seccomp sees numbers, not paths: the worker can still write files that it opened
 * before, such as the database.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <sys/types.h>

#include "conf/conf.h"

/*
 * For good, for this process and its threads.  One signal may be sent, to process
 * to; 0 for none.  Does nothing if conf disables it, or in a
 * program built with sanitizers, which need more.  -errno, logged.
 */
int sandbox_enter(const struct conf *conf, pid_t to, int signum);

/* Logs calls that were refused since it was last called, each once in a process. */
void sandbox_report(void);

#endif
