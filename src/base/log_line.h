// SPDX-License-Identifier: ISC
/*
 * base/log_line.h - a line of the log, as text or as JSON, made of the same fields.
 *
 * Text:  2026-11-22T04:50:17Z host doorward[123]: what name=value name=value
 * JSON:  {"time":"…","host":"…","pid":123,"level":"info","message":"what","name":"value"}
 *
 * A line is made in the memory that its caller gives.  It has no control characters and,
 * as JSON, no bytes that are not UTF-8, whatever comes from outside.
 */
#ifndef BASE_LOG_LINE_H
#define BASE_LOG_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* With its newline; and with a priority before it within PIPE_BUF. */
#define LOG_LINE_SIZE 4090

/* What a field contains, and how text shows it; JSON shows no value as null. */
enum log_kind {
	LOG_WORD,			/* a word of ours; "-" for none */
	LOG_FOREIGN,			/* from outside, percent-encoded; "-" for none */
	LOG_TAIL,			/* the same, as the last field; nothing for none */
	LOG_NUMBER,
};

struct log_field {
	const char *name;
	enum log_kind kind;
	const char *text;		/* NULL or "": none */
	int64_t number;
};

struct log_fields {
	const struct log_field *at;
	size_t count;
};

/* What all lines of a process begin with. */
struct log_head {
	const char *stamp;		/* RFC 3339 */
	const char *host;
	pid_t pid;
	enum log_level level;
};

/*
 * The line and its newline, without a NUL; its length.  What is too long is cut at its
 * end, and a field that does not fit is left out with all that follow.  head NULL, as
 * text: without it, for a log that has its own.
 */
size_t log_line_make(enum log_format format, const struct log_head *head, const char *what,
    struct log_fields fields, char line[LOG_LINE_SIZE]);

#endif
