// SPDX-License-Identifier: ISC
/*
 * base/log.h - lines for the operator: time, host, process, text.
 *
 * Each call writes one line in one piece, alone or with others.  Control characters
 * in it become '?', so that nothing from outside can forge a second line.  Callers
 * must never pass secrets.  No call waits for whoever reads the log (base/log_sink.h).
 *
 * Where standard error is the journal, each line begins with its priority, which the
 * journal takes off (sd-daemon(3)); as text, the rest is what the journal does not have.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/log_line.h"

/*
 * target: "stderr", "syslog", or the path of a file to append to (created with mode 0640).
 * Lines above level are dropped.  -errno if the file cannot be opened; the
 * former target then remains.
 */
int log_open(const char *target, enum log_level level);

/* The form of all lines from now on; text at first. */
void log_set_format(enum log_format format);

/* Switches to plain "name: text" lines on standard error, for interactive use. */
void log_plain(const char *name);

/* Faults are cold: the compiler keeps what leads to them apart from what runs each time. */
void log_error(const char *format, ...) __attribute__((cold, format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of fields, as log_info. */
void log_info_fields(const char *what, struct log_fields fields);

/*
 * As log_info, for a line that may be lost with the process.  After log_gather such
 * lines are written by log_flush, when this process exits, before another line, or when
 * there are many.  -errno, logged.  A child of fork gathers nothing.
 */
void log_later(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_later_fields(const char *what, struct log_fields fields);
int log_gather(void);
void log_flush(void);
bool log_has_gathered(void);	/* lines that are not written yet */

/* The process id in the lines, which needs no system call. */
pid_t log_pid(void);

/* Logs once, where it arose, what failed; returns r, a negative errno. */
int log_fault(int r, const char *format, ...) __attribute__((cold, format(printf, 2, 3)));

#endif
