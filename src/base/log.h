// SPDX-License-Identifier: ISC
/*
 * base/log.h - lines for the operator: time, host, process, text.
 *
 * One call is one line, written in one piece.  Control characters in a line
 * become '?', so nothing from outside can forge a second one.  Secrets are
 * the caller's duty: never pass any.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/*
 * target: "stderr", "syslog", or the path of a file to append to (made 0640).
 * Lines above level are dropped.  -errno if the file cannot be opened; the
 * former target then stays.
 */
int log_open(const char *target, enum log_level level);

/* From now on "name: text" on standard error, for a person who waits for it. */
void log_plain(const char *name);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs what failed, once, where it arose, and passes the negative errno r on. */
int log_fault(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
