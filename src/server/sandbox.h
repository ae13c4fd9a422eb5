// SPDX-License-Identifier: ISC
/*
 * server/sandbox.h - what a worker may still ask of the kernel, by seccomp(2).
 *
 * Let in are requests that came in, the store and files that are open already,
 * memory, threads and time.  Refused with EPERM is everything else: to execute
 * programs, fork, trace or signal other processes, open a file to write it,
 * make, remove, rename or chmod one, map memory as code.  Files can be read
 * and the network be reached only if conf has a provider to be asked; syslog
 * only if it is the log.  A call that is refused while signals are blocked ends
 * the worker by SIGSYS.
 *
 * seccomp sees numbers, not paths: files that the worker had open before, the
 * database above all, it can still write.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <sys/types.h>

#include "conf/conf.h"

/*
 * For good, for this process and its threads.  One signal may be sent, to process
 * to; 0 for none.  Nothing happens if conf says so,
 * or in a program built with sanitizers, which need more.  -errno, logged.
 */
int sandbox_enter(const struct conf *conf, pid_t to, int signum);

/* Logs which calls were refused since it was last asked, each once in a process. */
void sandbox_report(void);

#endif
