// SPDX-License-Identifier: ISC
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/endpoint.h"
#include "base/guard.h"
#include "base/log.h"
#include "unit.h"

#define PATH_SIZE 256

static char dir[PATH_SIZE / 2], path[PATH_SIZE];

static void
prepare(void)
{
	log_open("/dev/null", LOG_LEVEL_ERROR);
	snprintf(dir, sizeof dir, "%s", test_directory());
	snprintf(path, sizeof path, "%s/doorward.sock", dir);
}

/* Does the directory contain only so many files? */
static int
files(void)
{
	char command[PATH_SIZE + 32];
	int count = -1;
	FILE *pipe;

	/* the file that the owner locks remains */
	snprintf(command, sizeof command, "ls -A '%s' | grep -vc 'lock$'", dir);
	pipe = popen(command, "r");
	if (fscanf(pipe, "%d", &count) != 1)
		count = -1;
	pclose(pipe);
	return count;
}

static mode_t
mode_of(const char *file)
{
	struct stat st;

	return lstat(file, &st) == 0 ? st.st_mode : 0;
}

static void
fresh(void)
{
	struct listener l;
	mode_t before;

	prepare();
	before = umask(0);
	EXPECT_VERDICT("open", listen_open(&l, path, NULL), 0);
	EXPECT_INT("umask is back", umask(before), 0);
	EXPECT_INT("mode", mode_of(path), S_IFSOCK | 0660);
	EXPECT_INT("nothing else is left", files(), 1);
	EXPECT_TRUE("not blocking", fcntl(l.fd, F_GETFL) & O_NONBLOCK);
	EXPECT_TRUE("not for programs", fcntl(l.fd, F_GETFD) & FD_CLOEXEC);
	EXPECT_INT("nobody yet", accept(l.fd, NULL, NULL), -1);
	listen_close(&l);
	EXPECT_INT("nothing is left", files(), 0);
	listen_close(&l);
}

static void
stale(void)
{
	struct listener first, second;

	prepare();
	EXPECT_VERDICT("first", listen_open(&first, path, NULL), 0);
	close(first.fd);
	close(first.lock_fd);
	EXPECT_VERDICT("replaced", listen_open(&second, path, NULL), 0);
	first.fd = dup(second.fd);
	first.lock_fd = -1;
	listen_close(&first);
	EXPECT_INT("the name is the second's", mode_of(path), S_IFSOCK | 0660);
	listen_close(&second);
	EXPECT_INT("nothing is left", files(), 0);
}

/* The lock is a process's, so another process tries: is the socket refused, *out untouched? */
static bool
refused_elsewhere(void)
{
	struct listener second = { .fd = -7 };
	int status = -1;
	pid_t pid;

	pid = fork();
	if (pid == 0)
		_exit(listen_open(&second, path, NULL) == -EADDRINUSE && second.fd == -7 ? 0 : 1);
	waitpid(pid, &status, 0);
	return status == 0;
}

static void
live(void)
{
	struct listener first;

	prepare();
	EXPECT_VERDICT("first", listen_open(&first, path, NULL), 0);
	EXPECT_TRUE("second", refused_elsewhere());
	EXPECT_INT("the first is not asked", accept(first.fd, NULL, NULL), -1);
	EXPECT_INT("nothing else is left", files(), 1);
	listen_close(&first);
}

/* A socket with a full backlog is alive, although it accepts no connection. */
static void
live_but_busy(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct listener l;
	int busy, fds[8];

	prepare();
	strcpy(name.sun_path, path);
	busy = socket(AF_UNIX, SOCK_STREAM, 0);
	EXPECT_INT("bind", bind(busy, (struct sockaddr *)&name, sizeof name), 0);
	EXPECT_INT("listen", listen(busy, 1), 0);
	for (size_t i = 0; i < NELEM(fds); i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fds[i], (struct sockaddr *)&name, sizeof name);
	}
	EXPECT_VERDICT("busy", listen_open(&l, path, NULL), -EADDRINUSE);
	for (size_t i = 0; i < NELEM(fds); i++)
		close(fds[i]);
	close(busy);
}

static void
no_sockets(void)
{
	static const struct { const char *row; mode_t type; } t[] = {
		{ "file",      S_IFREG },
		{ "pipe",      S_IFIFO },
		{ "directory", S_IFDIR },
		{ "link",      S_IFLNK },
	};
	struct listener l;

	for (size_t i = 0; i < NELEM(t); i++) {
		prepare();
		if (t[i].type == S_IFDIR)
			EXPECT_INT(t[i].row, mkdir(path, 0700), 0);
		else if (t[i].type == S_IFLNK)
			EXPECT_INT(t[i].row, symlink("/nowhere/at/all", path), 0);
		else
			EXPECT_INT(t[i].row, mknod(path, t[i].type | 0600, 0), 0);
		EXPECT_VERDICT(t[i].row, listen_open(&l, path, NULL), -EEXIST);
		EXPECT_INT(t[i].row, mode_of(path) & S_IFMT, t[i].type);
		EXPECT_INT(t[i].row, files(), 1);
	}
}

static void
lengths(void)
{
	static const struct { const char *row; size_t len; int want; } t[] = {
		{ "longest",  107, 0 },
		{ "too long", 108, -ENAMETOOLONG },
		{ "far too",  250, -ENAMETOOLONG },
	};
	struct listener l;

	for (size_t i = 0; i < NELEM(t); i++) {
		prepare();
		memset(path, 's', t[i].len);
		memcpy(path, dir, strlen(dir));
		path[strlen(dir)] = '/';
		path[t[i].len] = '\0';
		EXPECT_VERDICT(t[i].row, listen_open(&l, path, NULL), t[i].want);
		if (t[i].want == 0)
			listen_close(&l);
	}
	prepare();
	strcat(dir, "/nowhere/s");
	EXPECT_VERDICT("no directory", listen_open(&l, dir, NULL), -ENOENT);
}

static void
inherited(void)
{
	struct listener l;
	int ends[2];

	prepare();
	EXPECT_VERDICT("open", listen_open(&l, path, NULL), 0);
	EXPECT_TRUE("listens", listen_inherited(l.fd));
	EXPECT_INT("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	EXPECT_TRUE("is connected", !listen_inherited(ends[0]));
	close(ends[0]);
	EXPECT_TRUE("is closed", !listen_inherited(ends[0]));
	close(ends[1]);
	EXPECT_INT("pipe", pipe(ends), 0);
	EXPECT_TRUE("is no socket", !listen_inherited(ends[0]));
	close(ends[0]);
	close(ends[1]);
	listen_close(&l);
}

/* A TCP socket that listens at address, on a port that the kernel chose. */
static int
tcp_listener(in_addr_t address, char *where, size_t size)
{
	struct endpoint e = { .name.v4 = { .sin_family = AF_INET, .sin_addr.s_addr = address } };
	char shown[ENDPOINT_TEXT_SIZE];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	e.len = sizeof e.name.v4;
	EXPECT_INT("bind", bind(fd, &e.name.any, e.len), 0);
	EXPECT_INT("listen", listen(fd, 1), 0);
	EXPECT_INT("name", getsockname(fd, &e.name.any, &e.len), 0);
	snprintf(where, size, "%s", endpoint_text(shown, &e));
	return fd;
}

static void
loopback(void)
{
	char where[ENDPOINT_TEXT_SIZE];
	struct listener l, other = { .fd = -7 };
	struct endpoint e;
	int fd;

	prepare();
	fd = tcp_listener(htonl(INADDR_LOOPBACK), where, sizeof where);
	EXPECT_VERDICT("taken", listen_open(&other, where, NULL), -EADDRINUSE);
	EXPECT_INT("output untouched", other.fd, -7);
	close(fd);
	EXPECT_VERDICT("open", listen_open(&l, where, NULL), 0);
	EXPECT_STRING("shown", l.name.sun_path, where);
	EXPECT_TRUE("not blocking", fcntl(l.fd, F_GETFL) & O_NONBLOCK);
	EXPECT_TRUE("not for programs", fcntl(l.fd, F_GETFD) & FD_CLOEXEC);
	EXPECT_VERDICT("parse", endpoint_parse(where, &e), 0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	EXPECT_INT("a caller", connect(fd, &e.name.any, e.len), 0);
	close(fd);
	EXPECT_INT("no file is made", files(), 0);
	listen_close(&l);
	EXPECT_VERDICT("open again", listen_open(&l, where, NULL), 0);
	listen_close(&l);
}

static void
beyond_loopback(void)
{
	static const struct { const char *where; int want; } t[] = {
		{ "0.0.0.0:29000",          -EPERM },
		{ "[::]:29000",             -EPERM },
		{ "192.0.2.1:29000",        -EPERM },
		{ "[2001:db8::1]:29000",    -EPERM },
		{ "[::ffff:0.0.0.0]:29000", -EPERM },
		{ "localhost:29000",        -EINVAL },
		{ "*:29000",                -EINVAL },
		{ ":29000",                 -EINVAL },
		{ "127.0.0.1:0",            -EINVAL },
	};
	struct listener l = { .fd = -7 };

	prepare();
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i].where, listen_open(&l, t[i].where, NULL), t[i].want);
	EXPECT_INT("output untouched", l.fd, -7);
}

/* The process that starts us may have left us a socket of any kind. */
static void
adopted(void)
{
	char where[ENDPOINT_TEXT_SIZE];
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct listener l = { .fd = -7 };
	int fd;

	prepare();
	fd = tcp_listener(htonl(INADDR_ANY), where, sizeof where);
	EXPECT_VERDICT("all addresses", listen_adopt(&l, fd), -EPERM);
	EXPECT_INT("output untouched", l.fd, -7);
	close(fd);
	fd = tcp_listener(htonl(INADDR_LOOPBACK), where, sizeof where);
	EXPECT_VERDICT("loopback", listen_adopt(&l, fd), 0);
	EXPECT_STRING("shown", l.name.sun_path, where);
	listen_close(&l);
	strcpy(name.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	EXPECT_INT("bind", bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	EXPECT_INT("listen", listen(fd, 1), 0);
	EXPECT_VERDICT("path", listen_adopt(&l, fd), 0);
	EXPECT_STRING("its name", l.name.sun_path, path);
	listen_close(&l);
	EXPECT_INT("which stays", files(), 1);
}

static CU_TestInfo tests[] = {
	{ "fresh", fresh },
	{ "stale", stale },
	{ "live", live },
	{ "live but busy", live_but_busy },
	{ "no sockets", no_sockets },
	{ "lengths", lengths },
	{ "inherited", inherited },
	{ "loopback", loopback },
	{ "beyond loopback", beyond_loopback },
	{ "adopted", adopted },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/listen", tests);
