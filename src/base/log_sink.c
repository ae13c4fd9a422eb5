// SPDX-License-Identifier: ISC
/* base/log_sink.c - where lines of the log go: never waits for a reader. */
#include "base/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#define LINE_SIZE (LOG_SINK_SIZE + 100)	/* a longest line of the log, and what syslog adds */

enum kind { KIND_FILE, KIND_STREAM, KIND_SOCKET, KIND_SYSLOG };

static struct {
	int fd;
	enum kind kind;
	bool is_journal;
	uint64_t dropped;		/* lines since the last one that was taken */
	uint64_t lost;			/* of all that were dropped, those not told yet */
} sink = { STDERR_FILENO, KIND_STREAM, false, 0, 0 };

/* Does the log end within a line?  Shared, because the next write may be another process's. */
static atomic_bool own_cut, *is_cut = &own_cut;

static void
drop(uint64_t lines)
{
	sink.dropped += lines;
	sink.lost += lines;
}

uint64_t
log_sink_lost(void)
{
	uint64_t lost = sink.lost;

	sink.lost = 0;
	return lost;
}

void
log_sink_start_over(void)
{
	sink.dropped = 0;
	sink.lost = 0;
}

/* --- syslog: not by syslog(3), which waits ------------------------------------------- */

static int
connect_syslog(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	text_copy(name.sun_path, sizeof name.sun_path, _PATH_LOG);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof name) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
send_syslog(const char *line, size_t len)
{
	return sink.fd >= 0 && send(sink.fd, line, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool
try_syslog(int priority, const char *text)
{
	char line[LINE_SIZE], stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	int len;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &tm);
	len = snprintf(line, sizeof line, "<%d>%s doorward[%d]: %s", LOG_AUTHPRIV | priority,
	    stamp, (int)getpid(), text);
	if (len >= (int)sizeof line)
		len = sizeof line - 1;
	if (send_syslog(line, (size_t)len))
		return true;
	if (errno == EAGAIN)
		return false;
	/* the daemon was started anew */
	if (sink.fd >= 0)
		close(sink.fd);
	sink.fd = connect_syslog();
	return send_syslog(line, (size_t)len);
}

void
log_sink_syslog(int priority, const char *text)
{
	char lost[96];

	if (sink.dropped) {
		snprintf(lost, sizeof lost, "%llu lines of the log were lost: syslog did not take"
		    " them", (unsigned long long)sink.dropped);
		if (try_syslog(LOG_ERR, lost))
			sink.dropped = 0;
	}
	if (sink.dropped || !try_syslog(priority, text))
		drop(1);
}

bool
log_sink_is_syslog(void)
{
	return sink.kind == KIND_SYSLOG;
}

/* --- everything else ---------------------------------------------------------------- */

/* A pipe that has room for anything has room for PIPE_BUF bytes. */
static bool
has_room(void)
{
	struct pollfd look = { .fd = sink.fd, .events = POLLOUT };

	return poll(&look, 1, 0) == 1 && !(look.revents & (POLLERR | POLLNVAL));
}

/* How many bytes were taken. */
static size_t
try_write(const char *bytes, size_t len)
{
	ssize_t taken;

	if (sink.kind == KIND_SOCKET)
		taken = send(sink.fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	else if (sink.kind == KIND_STREAM && !has_room())
		taken = 0;
	else
		taken = write(sink.fd, bytes, len);
	return taken > 0 ? (size_t)taken : 0;
}

static uint64_t
count_lines(const char *bytes, size_t len)
{
	uint64_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += bytes[i] == '\n';
	return count;
}

/* Ends a line that was cut, and writes the bytes; how many of them were taken. */
static size_t
write_apart(const char *bytes, size_t len)
{
	char apart[1 + LOG_SINK_SIZE];
	size_t taken;

	apart[0] = '\n';
	memcpy(apart + 1, bytes, len);
	taken = try_write(apart, 1 + len);
	if (!taken)
		atomic_store(is_cut, true);
	return taken ? taken - 1 : 0;
}

/* How many of the lines were not taken whole. */
static uint64_t
write_whole(const char *bytes, size_t len)
{
	const bool apart = atomic_load(is_cut) && atomic_exchange(is_cut, false);
	size_t taken = apart ? write_apart(bytes, len) : try_write(bytes, len);

	if (taken && taken < len && bytes[taken - 1] != '\n') {
		atomic_store(is_cut, true);
		/* a line that lacks nothing else gets its end before the next one */
		taken += bytes[taken] == '\n';
	}
	return count_lines(bytes + taken, len - taken);
}

static bool
say_lost(log_sink_loss *form_loss)
{
	char line[LOG_SINK_SIZE], loss[96];

	snprintf(loss, sizeof loss, "%llu lines of the log were lost: it did not take them",
	    (unsigned long long)sink.dropped);
	return write_whole(line, form_loss(line, loss)) == 0;
}

void
log_sink_write(const char *bytes, size_t len, log_sink_loss *form_loss)
{
	if (sink.dropped && say_lost(form_loss))
		sink.dropped = 0;
	drop(sink.dropped ? count_lines(bytes, len) : write_whole(bytes, len));
}

/* --- opening ---------------------------------------------------------------------------- */

static enum kind
kind_of(int fd)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return KIND_STREAM;
	return S_ISREG(file.st_mode) ? KIND_FILE : S_ISSOCK(file.st_mode) ? KIND_SOCKET :
	    KIND_STREAM;
}

/*
 * Without O_NONBLOCK opening a FIFO would wait for a reader.  We are its reader too, so
 * that it can be opened and written while there is no other.
 */
static int
open_path(const char *path)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, fd;
	struct stat file;

	if (stat(path, &file) == 0 && S_ISFIFO(file.st_mode))
		flags = O_RDWR | O_CLOEXEC | O_NONBLOCK;
	fd = open(path, flags, 0640);
	return fd < 0 ? -errno : fd;
}

/*
 * As an open file of our own, whose flags nobody else has.  It may not be permitted: then
 * another process can fill a pipe between our look and our write.
 */
static int
open_stderr(void)
{
	struct stat file;
	int fd = -1;

	if (fstat(STDERR_FILENO, &file) == 0 && S_ISFIFO(file.st_mode))
		fd = open("/proc/self/fd/2", O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? STDERR_FILENO : fd;
}

/* The journal names its socket, which another program may have replaced (systemd.exec(5)). */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat file;
	char name[64];

	if (!stream || fstat(STDERR_FILENO, &file) != 0)
		return false;
	snprintf(name, sizeof name, "%llu:%llu", (unsigned long long)file.st_dev,
	    (unsigned long long)file.st_ino);
	return strcmp(stream, name) == 0;
}

bool
log_sink_is_journal(void)
{
	return sink.is_journal;
}

/* Processes that are forked from now on share it. */
static void
share_cut(void)
{
	void *shared = MAP_FAILED;

	if (is_cut == &own_cut)
		shared = mmap(NULL, sizeof *is_cut, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared != MAP_FAILED)
		is_cut = shared;
}

static void
take(int fd, enum kind kind)
{
	share_cut();
	atomic_store(is_cut, false);
	if (sink.fd > STDERR_FILENO)
		close(sink.fd);
	sink.fd = fd;
	sink.kind = kind;
	sink.is_journal = false;
	sink.dropped = 0;
}

int
log_sink_open(const char *target)
{
	int fd;

	if (strcmp(target, "syslog") == 0) {
		take(connect_syslog(), KIND_SYSLOG);
		return 0;
	}
	if (strcmp(target, "stderr") == 0) {
		fd = open_stderr();
		take(fd, kind_of(fd));
		sink.is_journal = is_journal();
		return 0;
	}
	fd = open_path(target);
	if (fd < 0)
		return fd;
	take(fd, kind_of(fd));
	return 0;
}
