// SPDX-License-Identifier: ISC
/*
 * base/log_sink.h - where lines of the log go: never waits for a reader.
 *
 * A regular file is simply written.  A pipe, FIFO, socket or terminal whose reader
 * stalls, or is not there, takes nothing at some point: then lines are dropped, and
 * counted, and the first line that is taken again comes after one that says how many
 * were lost.  So do lines that a full disk did not take.  A line of which it took a part
 * is lost too; the next one, whoever writes it, begins behind a newline.
 */
#ifndef BASE_LOG_SINK_H
#define BASE_LOG_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As log_open; the former sink remains if it fails.  -errno. */
int log_sink_open(const char *target);

/* PIPE_BUF: what a pipe takes from many writers without mixing it. */
#define LOG_SINK_SIZE 4096

/* Makes a line of the log that says how many lines were lost; its length. */
typedef size_t log_sink_loss(char line[LOG_SINK_SIZE], const char *loss);

/* Whole lines, of which there may be several; at most LOG_SINK_SIZE bytes. */
void log_sink_write(const char *bytes, size_t len, log_sink_loss *form_loss);

/* How many lines were dropped since this was asked last. */
uint64_t log_sink_lost(void);

/* For a process that was forked: its parent tells of the lines that it lost. */
void log_sink_start_over(void);

/* Is it the journal, by way of standard error? */
bool log_sink_is_journal(void);

/* Is it syslog, which takes the next instead: a text and its priority? */
bool log_sink_is_syslog(void);
void log_sink_syslog(int priority, const char *text);

#endif
