// SPDX-License-Identifier: ISC
/* tests/server/start_test.c - who owns the socket, and the user that the service runs as. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/listen.h"
#include "server_test.h"
#include "test.h"

/* --- LISTEN_FDS -------------------------------------------------------------------- */

/* As systemd does it: the socket is descriptor 3.  pid 0: that of the program. */
static void
start_activated(struct daemon *s, int fd, const char *count, pid_t pid)
{
	char text[32];

	s->pid = fork();
	if (s->pid != 0)
		return;
	snprintf(text, sizeof text, "%d", (int)(pid ? pid : getpid()));
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", count, 1);
	if (fd == 3)
		fcntl(3, F_SETFD, 0);
	else
		dup2(fd, 3);
	close(STDIN_FILENO);
	execl(daemon_program(), "echod", "--config", s->config, (char *)NULL);
	_exit(99);
}

static void
activated(void)
{
	struct listener l;
	struct daemon s;
	pid_t worker;

	daemon_prepare(&s, "workers = 2");
	EXPECT_VERDICT("listen", listen_open(&l, s.socket, NULL), 0);
	start_activated(&s, l.fd, "1", 0);
	worker = daemon_worker(&s);
	EXPECT_TRUE("serves", worker > 0);
	EXPECT_TRUE("with a master", worker != s.pid);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("reloaded", daemon_logged(&s, "reloaded", 1));
	EXPECT_TRUE("serves on", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("the socket is not its own", access(s.socket, F_OK), 0);
	listen_close(&l);
}

/* Not meant for it, or not what it can use. */
static void
activated_wrongly(void)
{
	struct listener l;
	struct daemon s;

	daemon_prepare(&s, "");
	EXPECT_VERDICT("listen", listen_open(&l, s.socket, NULL), 0);
	start_activated(&s, l.fd, "2", 0);
	EXPECT_INT("two sockets", service_wait(s.pid), 1);
	EXPECT_INT("says so", daemon_log_count(&s, "one socket is wanted"), 1);
	start_activated(&s, open("/dev/null", O_RDONLY), "1", 0);
	EXPECT_INT("no socket", service_wait(s.pid), 1);
	EXPECT_INT("says so", daemon_log_count(&s, "descriptor 3 is not a listening socket"), 1);
	start_activated(&s, l.fd, "1", 1);
	EXPECT_INT("for another process", service_wait(s.pid), 1);
	EXPECT_INT("says so", daemon_log_count(&s, "already running"), 1);
	listen_close(&l);
}

/* --- user and group ------------------------------------------------------------------ */

/* With a way to it through the directory of all tests. */
static void
own_directory(const struct daemon *s, uid_t uid, gid_t gid)
{
	char above[PATH_SIZE];

	snprintf(above, sizeof above, "%s/..", s->dir);
	EXPECT_INT(above, chmod(above, 0711), 0);
	EXPECT_INT(s->dir, chown(s->dir, uid, gid), 0);
	EXPECT_INT(s->dir, chmod(s->dir, 0755), 0);
	EXPECT_INT(s->config, chmod(s->config, 0644), 0);
}

/* The line of /proc/PID/status, without its name. */
static void
status_line(pid_t pid, const char *name, char *out, size_t size)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	out[0] = '\0';
	file = fopen(path, "r");
	while (file && fgets(out, (int)size, file)) {
		if (strncmp(out, name, strlen(name)) == 0)
			break;
		out[0] = '\0';
	}
	if (file)
		fclose(file);
	out[strcspn(out, "\n")] = '\0';
	if (out[0])
		memmove(out, out + strlen(name), strlen(out) - strlen(name) + 1);
}

static void
expect_ids(const char *row, pid_t pid, uid_t uid, gid_t gid)
{
	char line[256], want[256];

	snprintf(want, sizeof want, "\t%u\t%u\t%u\t%u", uid, uid, uid, uid);
	status_line(pid, "Uid:", line, sizeof line);
	EXPECT_STRING(row, line, want);
	snprintf(want, sizeof want, "\t%u\t%u\t%u\t%u", gid, gid, gid, gid);
	status_line(pid, "Gid:", line, sizeof line);
	EXPECT_STRING(row, line, want);
	status_line(pid, "CapEff:", line, sizeof line);
	EXPECT_STRING(row, line, "\t0000000000000000");
	status_line(pid, "NoNewPrivs:", line, sizeof line);
	EXPECT_STRING(row, line, "\t1");
}

/* A worker that has the place of former, which may serve one last request. */
static pid_t
successor(const struct daemon *s, pid_t former)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	pid_t worker;

	while ((worker = daemon_worker(s)) == former && clock_steady_ms() < until_ms)
		service_breathe();
	return worker;
}

static void
dropped(void)
{
	const struct passwd *user = getpwnam("nobody");
	const struct group *group = getgrnam("daemon");
	char program[PATH_SIZE];
	struct daemon s;
	struct stat st;
	pid_t worker;

	if (geteuid() != 0 || !user || !group)
		return;
	daemon_prepare(&s, "user = \"nobody\"\ngroup = \"daemon\"");
	/* where it was built may be closed to others, and the user is to start it again */
	snprintf(program, sizeof program, "%s/echod", s.dir);
	daemon_copy_program(program);
	s.program = program;
	own_directory(&s, user->pw_uid, user->pw_gid);
	daemon_start(&s);
	worker = daemon_worker(&s);
	expect_ids("master", s.pid, user->pw_uid, group->gr_gid);
	expect_ids("worker", worker, user->pw_uid, group->gr_gid);
	EXPECT_INT("socket", stat(s.socket, &st), 0);
	EXPECT_INT("its mode", st.st_mode, S_IFSOCK | 0660);
	EXPECT_INT("its user", st.st_uid, user->pw_uid);
	EXPECT_INT("its group", st.st_gid, group->gr_gid);
	EXPECT_INT("log", stat(s.log, &st), 0);
	EXPECT_INT("its user", st.st_uid, user->pw_uid);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("reloaded", daemon_logged(&s, "reloaded", 1));
	worker = successor(&s, worker);
	expect_ids("master after reload", s.pid, user->pw_uid, group->gr_gid);
	expect_ids("worker after reload", worker, user->pw_uid, group->gr_gid);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("socket is gone", access(s.socket, F_OK), -1);
}

/* Root's directory: only root can bind there, and the name stays behind. */
static void
dropped_in_roots_directory(void)
{
	struct daemon s;
	char log[PATH_SIZE + 32];

	if (geteuid() != 0 || !getpwnam("nobody"))
		return;
	daemon_prepare(&s, "user = \"nobody\"");
	own_directory(&s, 0, 0);
	EXPECT_INT("log", mknod(s.log, S_IFREG | 0666, 0), 0);
	EXPECT_INT("log", chmod(s.log, 0666), 0);
	daemon_start(&s);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("stale", access(s.socket, F_OK), 0);
	snprintf(log, sizeof log, ": >'%s'", s.log);
	EXPECT_INT("log", system(log), 0);
	daemon_start(&s);
	EXPECT_TRUE("replaced", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static void
refused_users(void)
{
	static const struct { const char *row, *options, *says; } t[] = {
		{ "no user",     "user = \"no-such-user\"",   "user no-such-user" },
		{ "no group",    "group = \"no-such-group\"", "group no-such-group" },
		{ "not allowed", "user = \"root\"",           "only root can become" },
	};
	char command[8192], out[4096];
	struct daemon s;
	size_t len;
	FILE *pipe;

	for (size_t i = 0; i < NELEM(t); i++) {
		if (geteuid() == 0 && strcmp(t[i].row, "not allowed") == 0)
			continue;
		daemon_prepare(&s, t[i].options);
		snprintf(command, sizeof command, "timeout 10 '%s' --config '%s' 2>&1 "
		    "</dev/null; echo code $?; cat '%s'/log*", daemon_program(), s.config, s.dir);
		pipe = popen(command, "r");
		len = fread(out, 1, sizeof out - 1, pipe);
		pclose(pipe);
		out[len] = '\0';
		EXPECT_TRUE(t[i].row, strstr(out, t[i].says));
		EXPECT_TRUE(t[i].row, strstr(out, "code 1\n"));
	}
}

/* --- what no process of it may do ------------------------------------------------------- */

static void
hardened(void)
{
	struct rlimit limit;
	struct daemon s;
	struct stat st;
	char path[64], line[256];
	pid_t pids[2];

	daemon_prepare(&s, "");
	daemon_start(&s);
	pids[0] = s.pid;
	pids[1] = daemon_worker(&s);
	for (size_t i = 0; i < NELEM(pids); i++) {
		status_line(pids[i], "NoNewPrivs:", line, sizeof line);
		EXPECT_STRING("no new privileges", line, "\t1");
		/* what is not dumpable belongs to root in /proc */
		snprintf(path, sizeof path, "/proc/%d/mem", (int)pids[i]);
		EXPECT_INT("memory", stat(path, &st), 0);
		EXPECT_INT("not dumpable", st.st_uid, 0);
		/* of a core it may write nothing, whoever raises the limit */
		EXPECT_INT("limit", prlimit(pids[i], RLIMIT_CORE, NULL, &limit), 0);
		EXPECT_INT("no core", limit.rlim_max, 0);
	}
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static size_t
cores(const char *dir)
{
	char pattern[PATH_SIZE];
	glob_t found = { 0 };
	size_t count;

	snprintf(pattern, sizeof pattern, "%s/core*", dir);
	glob(pattern, 0, NULL, &found);
	count = found.gl_pathc;
	globfree(&found);
	return count;
}

/* Ends as they do, and leaves a core where the kernel writes one to a file. */
static int
crash_of_another(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		abort();
	}
	return service_wait(pid);
}

/* Started where cores are permitted, neither a worker nor the master leaves one. */
static void
no_cores(void)
{
	struct rlimit before, any;
	struct daemon s;
	char cwd[4096];
	pid_t worker;

	EXPECT_TRUE("directory", getcwd(cwd, sizeof cwd));
	EXPECT_INT("limit", getrlimit(RLIMIT_CORE, &before), 0);
	any = (struct rlimit){ before.rlim_max, before.rlim_max };
	daemon_prepare(&s, "");
	EXPECT_INT("there", chdir(s.dir), 0);
	EXPECT_INT("permitted", setrlimit(RLIMIT_CORE, &any), 0);
	daemon_start(&s);
	worker = daemon_worker(&s);
	EXPECT_TRUE("crashes", service_signal(worker, SIGABRT));
	EXPECT_TRUE("is seen", daemon_logged(&s, "was killed by signal 6", 1));
	EXPECT_INT("of a worker", cores(s.dir), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGABRT), -SIGABRT);
	EXPECT_INT("of the master", cores(s.dir), 0);
	EXPECT_INT("ends", crash_of_another(), -SIGABRT);
	if (cores(s.dir) == 0)
		puts("the kernel writes no cores to the directory of a process");
	EXPECT_INT("limit", setrlimit(RLIMIT_CORE, &before), 0);
	EXPECT_INT("back", chdir(cwd), 0);
}

/* What else the program inherits is closed: the other end of a pipe sees its end. */
static void
inherited(void)
{
	struct daemon s;
	int ends[2];
	char byte;

	EXPECT_INT("pipe", pipe2(ends, O_NONBLOCK), 0);
	daemon_prepare(&s, "");
	daemon_start(&s);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	close(ends[1]);
	EXPECT_INT("nobody holds it", read(ends[0], &byte, 1), 0);
	close(ends[0]);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* A service that stays root logs that; one that does not logs nothing about it. */
static void
warned_of_root(void)
{
	struct daemon s;

	daemon_prepare(&s, "");
	daemon_start(&s);
	EXPECT_INT("told", daemon_log_count(&s, "workers run as root"), geteuid() == 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static CU_TestInfo tests[] = {
	{ "inherited", inherited },
	{ "warned of root", warned_of_root },
	{ "activated", activated },
	{ "activated wrongly", activated_wrongly },
	{ "dropped", dropped },
	{ "dropped in root's directory", dropped_in_roots_directory },
	{ "refused users", refused_users },
	{ "hardened", hardened },
	{ "no cores", no_cores },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/start", tests);
