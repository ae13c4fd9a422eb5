// SPDX-License-Identifier: ISC
/* base/log_sink.c: logs that stall, have no reader or no room hold nobody, and say so. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/log_sink.h"
#include "test.h"

/* More than any pipe or socket buffer takes. */
#define LINES 20000

/* A child that hangs is killed then. */
#define PATIENCE_S 30

#define READ_SIZE ((size_t)4 * 1024 * 1024)

/* What is there to be read, without waiting for more. */
static const char *
drain(int fd)
{
	char *text = arena_alloc(test_mem(), READ_SIZE);
	size_t len = 0;
	ssize_t n;

	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	while (len < READ_SIZE - 1 && (n = read(fd, text + len, READ_SIZE - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

static int
count_of(const char *text, const char *what)
{
	int count = 0;

	for (; (text = strstr(text, what)); text++)
		count++;
	return count;
}

/* The lines that were read, and those that are said to be lost. */
static int
count_all(const char *text)
{
	const char *lost = strstr(text, " lines of the log were lost");
	const char *at = lost;

	while (at && at > text && at[-1] >= '0' && at[-1] <= '9')
		at--;
	return count_of(text, "line number") + (lost ? atoi(at) : 0);
}

static void
write_lines(int count)
{
	for (int i = 0; i < count; i++)
		log_info("line number %d", i);
}

/* Writes more than the log takes, then, when told that there is room, one line more. */
static void
write_twice(const char *target, int done, int go)
{
	char byte = 0;

	alarm(PATIENCE_S);
	if (log_open(target, LOG_LEVEL_INFO))
		_exit(1);
	write_lines(LINES);
	if (write(done, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		_exit(2);
	write_lines(1);
	_exit(0);
}

/* Nothing reads from fd until the child has written all of its lines. */
static void
stall(const char *row, const char *target, int as_stderr, int fd)
{
	int done[2], go[2], status = -1;
	const char *text, *rest;
	pid_t pid;
	char byte;

	EXPECT_INT(row, pipe(done) | pipe(go), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (as_stderr >= 0)
			dup2(as_stderr, STDERR_FILENO);
		close(done[0]);
		write_twice(target, done[1], go[0]);
	}
	close(done[1]);
	EXPECT_INT(row, read(done[0], &byte, 1), 1);
	text = drain(fd);
	EXPECT_TRUE(row, count_of(text, "line number") > 0);
	EXPECT_TRUE(row, count_of(text, "line number") < LINES);
	EXPECT_INT("never in part", text[strlen(text) - 1], '\n');
	EXPECT_INT(row, write(go[1], "g", 1), 1);
	EXPECT_INT(row, waitpid(pid, &status, 0), pid);
	EXPECT_INT(row, status, 0);
	rest = drain(fd);
	EXPECT_INT("said once", count_of(rest, " lines of the log were lost"), 1);
	EXPECT_TRUE("with time and process", strstr(rest, "Z ") && strstr(rest, "doorward["));
	EXPECT_INT("none unsaid", count_of(text, "line number") + count_all(rest), LINES + 1);
	close(done[0]);
	close(go[0]);
	close(go[1]);
}

static void
stalled_pipe(void)
{
	int ends[2];

	EXPECT_INT("pipe", pipe(ends), 0);
	stall("pipe", "stderr", ends[1], ends[0]);
	EXPECT_INT("others may wait", fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
	close(ends[0]);
	close(ends[1]);
}

static void
stalled_socket(void)
{
	int ends[2];

	EXPECT_INT("socket", socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	stall("socket", "stderr", ends[1], ends[0]);
	close(ends[0]);
	close(ends[1]);
}

static const char *
make_fifo(void)
{
	const char *path = arena_printf(test_mem(), "%s/fifo", test_directory());

	EXPECT_INT(path, mkfifo(path, 0600), 0);
	return path;
}

static void
stalled_fifo(void)
{
	const char *path = make_fifo();
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	stall("FIFO", path, -1, fd);
	close(fd);
}

/* One that nobody reads is opened and written all the same, and its first lines remain. */
static void
no_reader(void)
{
	const char *path = make_fifo();
	int fd;

	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	write_lines(LINES);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	EXPECT_TRUE("the first", strstr(drain(fd), "line number 0\n"));
	write_lines(1);
	EXPECT_INT("said", count_of(drain(fd), " lines of the log were lost"), 1);
	close(fd);
	write_lines(LINES);		/* the reader has gone: no signal, no fault */
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
}

static void
full_disk(void)
{
	EXPECT_VERDICT("open", log_open("/dev/full", LOG_LEVEL_INFO), 0);
	log_sink_lost();
	write_lines(10);
	EXPECT_INT("counted", (int64_t)log_sink_lost(), 10);
	EXPECT_INT("told once", (int64_t)log_sink_lost(), 0);
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
}

/* The lines that a process lost are not told again by its children. */
static void
child_of_a_loser(void)
{
	int status = -1;
	pid_t pid;

	EXPECT_VERDICT("open", log_open("/dev/full", LOG_LEVEL_INFO), 0);
	write_lines(10);
	pid = fork();
	if (pid == 0)
		_exit((int)log_sink_lost());
	EXPECT_TRUE("a child", waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	EXPECT_INT("its own", WEXITSTATUS(status), 0);
	EXPECT_INT("the parent's", (int64_t)log_sink_lost(), 10);
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
}

/* How large files may become. */
static void
set_room(rlim_t bytes)
{
	struct rlimit room = { bytes, RLIM_INFINITY };

	if (setrlimit(RLIMIT_FSIZE, &room))
		_exit(2);
}

/* Writes a line once the other process has filled the log. */
static pid_t
fork_other(int filled[2])
{
	pid_t pid;
	char byte;

	if (pipe(filled))
		_exit(3);
	pid = fork();
	if (pid)
		return pid;
	close(filled[1]);
	if (read(filled[0], &byte, 1) != 0)
		_exit(4);
	log_info("line number %d of another process", 100);
	_exit(0);
}

/* Too many lines for a file, gathered; then, with room again, one each of two processes. */
static void
overfill(const char *path, rlim_t room)
{
	int filled[2], status;
	pid_t other;

	alarm(PATIENCE_S);
	signal(SIGXFSZ, SIG_IGN);
	if (log_open(path, LOG_LEVEL_INFO) || log_gather())
		_exit(1);
	other = fork_other(filled);
	set_room(room);
	for (int i = 0; i < 100; i++)
		log_later("line number %d", i);
	log_flush();
	set_room(RLIM_INFINITY);
	close(filled[1]);
	waitpid(other, &status, 0);
	log_info("line number %d", 101);
	_exit(status);
}

static void
cut_at(const char *path, rlim_t room)
{
	const char *row = arena_printf(test_mem(), "%d bytes", (int)room), *text, *end;
	int fd, status = -1, whole = 0, cut = 0, lost = 0;
	pid_t pid;

	unlink(path);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		overfill(path, room);
	EXPECT_INT(row, waitpid(pid, &status, 0), pid);
	EXPECT_INT(row, status, 0);
	fd = open(path, O_RDONLY);
	text = drain(fd);
	close(fd);
	for (const char *line = text; (end = strchr(line, '\n')); line = end + 1) {
		const char *copy = arena_strndup(test_mem(), line, (size_t)(end - line));
		const char *number = strstr(copy, "]: line number ");
		const char *loss = strstr(copy, " lines of the log were lost: it did not take them");

		EXPECT_TRUE(row, count_of(copy, "doorward[") <= 1);
		lost += loss ? count_all(copy) : 0;
		whole += number && number[15] >= '0' && number[15] <= '9';
		cut += !number && !loss;
	}
	EXPECT_TRUE("at most one is cut", cut <= 1);
	EXPECT_INT("said once", count_of(text, " lines of the log were lost"), 1);
	EXPECT_INT("none unsaid", whole + lost, 102);
	EXPECT_INT("in order", count_of(text, "\n\n"), 0);
}

/* A disk that fills takes a part of what it is given: at any place in a line. */
static void
cut_line(void)
{
	const char *path = arena_printf(test_mem(), "%s/cut", test_directory());

	for (rlim_t room = 500; room < 580; room++)
		cut_at(path, room);
	unlink(path);
}

/* --- the journal ------------------------------------------------------------------ */

/* Writes lines of each level to standard error, which is the journal if it is named so. */
static void
write_as_service(int fd, const char *stream, enum log_format format, const char *target)
{
	alarm(PATIENCE_S);
	dup2(fd, STDERR_FILENO);
	setenv("JOURNAL_STREAM", stream, 1);
	if (log_open(target, LOG_LEVEL_DEBUG))
		_exit(1);
	log_set_format(format);
	log_error("first");
	log_info("second");
	log_debug("third");
	log_plain("tool");
	log_error("fourth");
	fflush(stderr);
	_exit(0);
}

/* What came out of a child whose JOURNAL_STREAM is that socket, or the next. */
static const char *
lines_of(bool is_journal, enum log_format format, const char *target)
{
	const char *stream;
	struct stat file;
	int ends[2];
	pid_t pid;

	EXPECT_INT("socket", socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	EXPECT_INT("stat", fstat(ends[1], &file), 0);
	stream = arena_printf(test_mem(), "%llu:%llu", (unsigned long long)file.st_dev,
	    (unsigned long long)file.st_ino + !is_journal);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		write_as_service(ends[1], stream, format, target);
	close(ends[1]);
	EXPECT_INT("ended", waitpid(pid, NULL, 0), pid);
	stream = drain(ends[0]);
	close(ends[0]);
	return stream;
}

/* Each line has one priority, at its beginning (sd-daemon(3)), and nothing that the journal has. */
static void
journal(void)
{
	const char *text = lines_of(true, LOG_FORMAT_TEXT, "stderr");
	const char *path = arena_printf(test_mem(), "%s/file", test_directory());

	EXPECT_STRING("text", text, "<3>first\n<6>second\n<7>third\n<3>tool: fourth\n");
	text = lines_of(true, LOG_FORMAT_JSON, "stderr");
	EXPECT_TRUE("JSON", strncmp(text, "<3>{\"time\":\"20", 14) == 0 &&
	    strstr(text, "\"message\":\"first\"}\n<6>{\"time\":"));
	text = lines_of(false, LOG_FORMAT_TEXT, "stderr");
	EXPECT_INT("another socket", count_of(text, "<"), 0);
	EXPECT_TRUE("another socket", strstr(text, "]: first\n20"));
	text = lines_of(true, LOG_FORMAT_TEXT, path);
	EXPECT_STRING("a file beside it", text, "<3>tool: fourth\n");
	unlink(path);
}

static CU_TestInfo tests[] = {
	{ "a stalled pipe", stalled_pipe },
	{ "a stalled socket", stalled_socket },
	{ "a stalled FIFO", stalled_fifo },
	{ "no reader", no_reader },
	{ "a full disk", full_disk },
	{ "the child of a process that lost lines", child_of_a_loser },
	{ "a cut line", cut_line },
	{ "the journal", journal },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/log_sink", tests, .info.pTearDownFunc = test_wipe);
