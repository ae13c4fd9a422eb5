// SPDX-License-Identifier: ISC
/* base/process.h - what the kernel says of another process (proc(5), /proc/PID/stat). */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* By a signal or a debugger.  False if there is no such process, or no /proc. */
bool process_is_stopped(pid_t pid);

/* Its parent has exited, so that it belongs to init, or to a manager that adopts such. */
bool process_is_orphan(pid_t pid);

#endif
