// SPDX-License-Identifier: ISC
/* base/log.c - lines for the operator, to a file, stderr or syslog. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048

static struct {
	int fd;				/* -1 for syslog */
	enum log_level level;
	const char *plain;		/* what its lines begin with; NULL: time and host */
} sink = { STDERR_FILENO, LOG_LEVEL_INFO, NULL };

int
log_open(const char *target, enum log_level level)
{
	int fd = STDERR_FILENO;

	if (strcmp(target, "syslog") == 0) {
		openlog("doorward", LOG_PID, LOG_AUTHPRIV);
		fd = -1;
	} else if (strcmp(target, "stderr") != 0) {
		fd = open(target, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
		if (fd < 0)
			return -errno;
	}
	if (sink.fd > STDERR_FILENO)
		close(sink.fd);
	sink.fd = fd;
	sink.level = level;
	sink.plain = NULL;
	return 0;
}

void
log_plain(const char *name)
{
	log_open("stderr", LOG_LEVEL_ERROR);
	sink.plain = name;
}

static void
clean(char *line)
{
	for (; *line; line++) {
		if ((unsigned char)*line < 0x20 || *line == 0x7f)
			*line = '?';
	}
}

/* "2026-11-22T04:50:17Z host doorward[123]: text", the form fail2ban reads. */
static void
write_line(const char *text)
{
	static char host[65];
	char stamp[32], line[LINE_SIZE + 160];
	time_t now = time(NULL);
	struct tm tm;
	int len;

	if (!host[0] && gethostname(host, sizeof host - 1) != 0)
		strcpy(host, "-");
	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &tm);
	len = snprintf(line, sizeof line, "%s %s doorward[%d]: %s\n", stamp, host,
	    (int)getpid(), text);
	/* a log that cannot be written has nowhere to say so */
	if (write(sink.fd, line, (size_t)len) < 0)
		return;
}

static void __attribute__((format(printf, 2, 0)))
emit(enum log_level level, const char *format, va_list args)
{
	static const int priorities[] = {
		[LOG_LEVEL_ERROR] = LOG_ERR,
		[LOG_LEVEL_INFO] = LOG_INFO,
		[LOG_LEVEL_DEBUG] = LOG_DEBUG,
	};
	char text[LINE_SIZE];

	if (level > sink.level)
		return;
	vsnprintf(text, sizeof text, format, args);
	clean(text);
	if (sink.plain)
		fprintf(stderr, "%s: %s\n", sink.plain, text);
	else if (sink.fd < 0)
		syslog(priorities[level], "%s", text);
	else
		write_line(text);
}

#define EMIT(level, format) do {		\
	va_list args;				\
						\
	va_start(args, format);			\
	emit(level, format, args);		\
	va_end(args);				\
} while (0)

void
log_error(const char *format, ...)
{
	EMIT(LOG_LEVEL_ERROR, format);
}

void
log_info(const char *format, ...)
{
	EMIT(LOG_LEVEL_INFO, format);
}

void
log_debug(const char *format, ...)
{
	EMIT(LOG_LEVEL_DEBUG, format);
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
