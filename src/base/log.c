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

#include "base/log_sink.h"

#define LINE_SIZE 2048
#define LINE_MAX_LEN (LINE_SIZE + 160)

/* PIPE_BUF: what a pipe takes from many writers without mixing it. */
#define GATHERED_SIZE 4096
_Static_assert(LINE_MAX_LEN <= GATHERED_SIZE, "a line fits");

static struct {
	enum log_level level;
	const char *plain;		/* what its lines begin with; NULL: time and host */
} form = { LOG_LEVEL_INFO, NULL };

/* Lines that need not be written at once. */
static struct {
	pthread_mutex_t lock;		/* of all that is below */
	bool is_on;
	char bytes[GATHERED_SIZE];
	size_t len;
	time_t second;			/* of the last line */
	pid_t pid;			/* 0: ask for it */
} gathered = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
write_gathered(void)
{
	if (gathered.len)
		log_sink_write(gathered.bytes, gathered.len);
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

/* The parent writes the lines that it has gathered. */
static void
start_over(void)
{
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
log_plain(const char *name)
{
	log_open("stderr", LOG_LEVEL_ERROR);
	form.plain = name;
}

static void
clean(char *line)
{
	for (; *line; line++) {
		if ((unsigned char)*line < 0x20 || *line == 0x7f)
			*line = '?';
	}
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

/* "2026-11-22T04:50:17Z host doorward[123]: text", the form fail2ban reads. */
static size_t
form_line(char line[LINE_MAX_LEN], time_t now, const char *text)
{
	static char host[65], stamp[32];
	struct tm tm;

	if (!host[0] && gethostname(host, sizeof host - 1) != 0)
		strcpy(host, "-");
	if (!stamp[0] || now != gathered.second) {
		gmtime_r(&now, &tm);
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	return (size_t)snprintf(line, LINE_MAX_LEN, "%s %s doorward[%d]: %s\n", stamp, host,
	    (int)log_pid(), text);
}

/* Behind those before it, and together with them if it must be written at once. */
static void
write_line(const char *text, bool at_once)
{
	time_t now = time(NULL);
	char line[LINE_MAX_LEN];
	size_t len;

	pthread_mutex_lock(&gathered.lock);
	len = form_line(line, now, text);
	if (len > sizeof gathered.bytes - gathered.len || now != gathered.second)
		write_gathered();
	memcpy(gathered.bytes + gathered.len, line, len);
	gathered.len += len;
	gathered.second = now;
	if (at_once || !gathered.is_on)
		write_gathered();
	pthread_mutex_unlock(&gathered.lock);
}

static void
write_syslog(int priority, const char *text)
{
	pthread_mutex_lock(&gathered.lock);
	log_sink_syslog(priority, text);
	pthread_mutex_unlock(&gathered.lock);
}

static void __attribute__((format(printf, 3, 0)))
emit(enum log_level level, bool at_once, const char *format, va_list args)
{
	static const int priorities[] = {
		[LOG_LEVEL_ERROR] = LOG_ERR,
		[LOG_LEVEL_INFO] = LOG_INFO,
		[LOG_LEVEL_DEBUG] = LOG_DEBUG,
	};
	char text[LINE_SIZE];

	if (level > form.level)
		return;
	vsnprintf(text, sizeof text, format, args);
	clean(text);
	if (form.plain)
		fprintf(stderr, "%s: %s\n", form.plain, text);
	else if (log_sink_is_syslog())
		write_syslog(priorities[level], text);
	else
		write_line(text, at_once);
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
	char what[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	log_error("%s: %s", what, strerror(-r));
	return r;
}
