// SPDX-License-Identifier: ISC
/* base/log.c - lines for the operator, to a file, stderr or syslog. */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/fault_text.h"
#include "base/log_sink.h"

#define WHAT_SIZE 2048

/* PIPE_BUF: what a pipe takes from many writers without mixing it. */
#define GATHERED_SIZE 4096
#define PRIORITY_LEN (sizeof "<3>" - 1)
_Static_assert(PRIORITY_LEN + LOG_LINE_SIZE <= GATHERED_SIZE, "a line fits");

static struct {
	enum log_level level;
	enum log_format format;
	const char *plain;		/* what its lines begin with; NULL: time and host */
} form = { LOG_LEVEL_INFO, LOG_FORMAT_TEXT, NULL };

static const int priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_ERR,
	[LOG_LEVEL_INFO] = LOG_INFO,
	[LOG_LEVEL_DEBUG] = LOG_DEBUG,
};

static const struct log_fields no_fields = { NULL, 0 };

/* Lines that need not be written at once. */
static struct {
	pthread_mutex_t lock;		/* of all that is below */
	bool is_on;
	char bytes[GATHERED_SIZE];
	size_t len;
	time_t second;			/* of the last line */
	pid_t pid;			/* 0: ask for it */
} gathered = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t form_line(char line[GATHERED_SIZE], time_t now, enum log_level level,
    const char *what, struct log_fields fields);

/* What was lost is said in a line of the form of the others. */
static size_t
form_loss(char line[LOG_SINK_SIZE], const char *loss)
{
	return form_line(line, gathered.second, LOG_LEVEL_ERROR, loss, no_fields);
}

static void
write_gathered(void)
{
	if (gathered.len)
		log_sink_write(gathered.bytes, gathered.len, form_loss);
	gathered.len = 0;
}

void
log_flush(void)
{
	pthread_mutex_lock(&gathered.lock);
	write_gathered();
	pthread_mutex_unlock(&gathered.lock);
}

bool
log_has_gathered(void)
{
	bool has;

	pthread_mutex_lock(&gathered.lock);
	has = gathered.len > 0;
	pthread_mutex_unlock(&gathered.lock);
	return has;
}

/* The parent writes the lines that it has gathered, and tells of those that it lost. */
static void
start_over(void)
{
	log_sink_start_over();
	pthread_mutex_init(&gathered.lock, NULL);
	gathered.is_on = false;
	gathered.len = 0;
	gathered.pid = 0;
}

int
log_gather(void)
{
	int error = 0;

	if (!gathered.is_on)
		error = atexit(log_flush) == 0 ? 0 : ENOMEM;
	gathered.is_on = !error;
	return error ? log_fault(-error, "log") : 0;
}

int
log_open(const char *target, enum log_level level)
{
	int r;

	log_flush();
	r = log_sink_open(target);
	if (r)
		return r;
	form.level = level;
	form.plain = NULL;
	return 0;
}

void
log_set_format(enum log_format format)
{
	form.format = format;
}

void
log_plain(const char *name)
{
	log_open("stderr", LOG_LEVEL_ERROR);
	form.plain = name;
}

/* Asking the kernel each time would cost more than the rest of a line. */
pid_t
log_pid(void)
{
	static bool is_watched;		/* for a fork; its child inherits that */

	if (!is_watched)
		is_watched = pthread_atfork(NULL, NULL, start_over) == 0;
	if (!is_watched)
		return getpid();
	if (!gathered.pid)
		gathered.pid = getpid();
	return gathered.pid;
}

static size_t
put_priority(char line[PRIORITY_LEN + 1], enum log_level level)
{
	return log_sink_is_journal() ? (size_t)sprintf(line, "<%d>", priorities[level]) : 0;
}

/* All lines of a second have one stamp. */
static const char *
stamp_of(time_t now)
{
	static char stamp[32];
	static time_t second;
	struct tm tm;

	if (!stamp[0] || now != second) {
		gmtime_r(&now, &tm);
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	second = now;
	return stamp;
}

static size_t
form_line(char line[GATHERED_SIZE], time_t now, enum log_level level, const char *what,
    struct log_fields fields)
{
	static char host[65];
	struct log_head head = { stamp_of(now), host, log_pid(), level };
	size_t len = put_priority(line, level);

	if (!host[0] && gethostname(host, sizeof host - 1) != 0)
		strcpy(host, "-");
	/* the journal has time, host and process of its own */
	return len + log_line_make(form.format,
	    form.format == LOG_FORMAT_TEXT && log_sink_is_journal() ? NULL : &head, what, fields,
	    line + len);
}

/* Behind those before it, and together with them if it must be written at once. */
static void
write_line(enum log_level level, bool at_once, const char *what, struct log_fields fields)
{
	time_t now = time(NULL);
	char line[GATHERED_SIZE];
	size_t len;

	pthread_mutex_lock(&gathered.lock);
	len = form_line(line, now, level, what, fields);
	if (len > sizeof gathered.bytes - gathered.len || now != gathered.second)
		write_gathered();
	memcpy(gathered.bytes + gathered.len, line, len);
	gathered.len += len;
	gathered.second = now;
	if (at_once || !gathered.is_on)
		write_gathered();
	pthread_mutex_unlock(&gathered.lock);
}

/* A line without the head that another program gives it; its length. */
static size_t
form_bare(char line[LOG_LINE_SIZE], const char *what, struct log_fields fields)
{
	size_t len = log_line_make(LOG_FORMAT_TEXT, NULL, what, fields, line) - 1;

	line[len] = '\0';
	return len;
}

static void
write_syslog(enum log_level level, const char *what, struct log_fields fields)
{
	char line[GATHERED_SIZE];

	pthread_mutex_lock(&gathered.lock);
	if (form.format == LOG_FORMAT_JSON)
		line[form_line(line, time(NULL), level, what, fields) - 1] = '\0';
	else
		form_bare(line, what, fields);
	log_sink_syslog(priorities[level], line);
	pthread_mutex_unlock(&gathered.lock);
}

static void
write_plain(enum log_level level, const char *what, struct log_fields fields)
{
	char line[LOG_LINE_SIZE], priority[PRIORITY_LEN + 1] = "";

	form_bare(line, what, fields);
	put_priority(priority, level);
	fprintf(stderr, "%s%s: %s\n", priority, form.plain, line);
}

static void
emit_fields(enum log_level level, bool at_once, const char *what, struct log_fields fields)
{
	if (level > form.level)
		return;
	if (form.plain)
		write_plain(level, what, fields);
	else if (log_sink_is_syslog())
		write_syslog(level, what, fields);
	else
		write_line(level, at_once, what, fields);
}

static void __attribute__((format(printf, 3, 0)))
emit(enum log_level level, bool at_once, const char *format, va_list args)
{
	char what[WHAT_SIZE];

	if (level > form.level)
		return;
	vsnprintf(what, sizeof what, format, args);
	emit_fields(level, at_once, what, no_fields);
}

void
log_info_fields(const char *what, struct log_fields fields)
{
	emit_fields(LOG_LEVEL_INFO, true, what, fields);
}

void
log_later_fields(const char *what, struct log_fields fields)
{
	emit_fields(LOG_LEVEL_INFO, false, what, fields);
}

#define EMIT(level, at_once, format) do {	\
	va_list args;				\
						\
	va_start(args, format);			\
	emit(level, at_once, format, args);	\
	va_end(args);				\
} while (0)

void
log_error(const char *format, ...)
{
	EMIT(LOG_LEVEL_ERROR, true, format);
}

void
log_info(const char *format, ...)
{
	EMIT(LOG_LEVEL_INFO, true, format);
}

void
log_later(const char *format, ...)
{
	EMIT(LOG_LEVEL_INFO, false, format);
}

void
log_debug(const char *format, ...)
{
	EMIT(LOG_LEVEL_DEBUG, true, format);
}

int
log_fault(int r, const char *format, ...)
{
	char what[WHAT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	if (fault_is_ours(-r))
		log_error("%s", what);
	else
		log_error("%s: %s", what, strerror(-r));
	return r;
}
