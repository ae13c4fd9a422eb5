// SPDX-License-Identifier: ISC
/* tests/server/daemon.c - starts, watches and stops echod. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "server_test.h"
#include "test.h"

void
service_breathe(void)
{
	struct timespec rest = { .tv_nsec = 5000000 };

	nanosleep(&rest, NULL);
}

const char *
daemon_program(void)
{
	static char path[4096];
	ssize_t len;

	len = readlink("/proc/self/exe", path, sizeof path - 8);
	path[len > 0 ? len : 0] = '\0';
	strcpy(strrchr(path, '/') + 1, "echod");
	return path;
}

void
daemon_copy_program(const char *to)
{
	char command[4 * PATH_SIZE + 4096];

	snprintf(command, sizeof command, "cp '%s' '%s.new' && mv '%s.new' '%s'",
	    daemon_program(), to, to, to);
	EXPECT_INT(to, system(command), 0);
}

void
daemon_prepare(struct daemon *s, const char *options)
{
	s->pid = 0;
	s->program = NULL;
	snprintf(s->dir, sizeof s->dir, "%s", test_directory());
	snprintf(s->config, sizeof s->config, "%s/doorward.conf", s->dir);
	snprintf(s->socket, sizeof s->socket, "%s/doorward.sock", s->dir);
	snprintf(s->log, sizeof s->log, "%s/log", s->dir);
	daemon_configure(s, options);
}

void
daemon_configure(const struct daemon *s, const char *options)
{
	FILE *config;

	config = fopen(s->config, "w");
	if (!config)
		abort();
	fprintf(config, "data_dir = \"%s\"\nrun_dir = \"%s\"\nlog_target = \"%s\"\n"
	    "log_level = debug\nmax_body_bytes = 1024\nworkers = 2\nworkers_max = 1\n%s\n",
	    s->dir, s->dir, s->log, options);
	fclose(config);
}

static pid_t
spawn(const struct daemon *s, int in)
{
	const char *program = s->program ? s->program : daemon_program();
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		dup2(in, STDIN_FILENO);
		execl(program, program, "--config", s->config, (char *)NULL);
		_exit(99);
	}
	return pid;
}

void
daemon_spawn(struct daemon *s)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	s->pid = spawn(s, in);
	close(in);
}

void
daemon_start(struct daemon *s)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	daemon_spawn(s);
	while (!daemon_log_count(s, "ready at ") && clock_steady_ms() < until_ms)
		service_breathe();
}

void
daemon_start_inherited(struct daemon *s, int fd)
{
	s->pid = spawn(s, fd);
}

bool
service_signal(pid_t pid, int signum)
{
	return pid > 0 && kill(pid, signum) == 0;
}

static int
how_of(int status)
{
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int
service_wait(pid_t pid)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	int status;
	pid_t r;

	while ((r = waitpid(pid, &status, WNOHANG)) == 0 && clock_steady_ms() < until_ms)
		service_breathe();
	if (r == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	if (r < 0)
		return 1000 + errno;
	return how_of(status);
}

bool
service_exited_with(pid_t pid, int *how)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return false;
	*how = how_of(status);
	return true;
}

bool
service_exited(pid_t pid)
{
	int how;

	return service_exited_with(pid, &how);
}

int
daemon_end(struct daemon *s, int signum)
{
	if (!service_signal(s->pid, signum))
		return -1000;
	return service_wait(s->pid);
}

int
daemon_log_count(const struct daemon *s, const char *text)
{
	char line[4096];
	int count = 0;
	FILE *log;

	log = fopen(s->log, "r");
	if (!log)
		return 0;
	while (fgets(line, sizeof line, log))
		count += strstr(line, text) != NULL;
	fclose(log);
	return count;
}

bool
daemon_logged(const struct daemon *s, const char *text, int times)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (daemon_log_count(s, text) < times) {
		if (clock_steady_ms() > until_ms)
			return false;
		service_breathe();
	}
	return true;
}

pid_t
daemon_worker(const struct daemon *s)
{
	static const struct call pid = { .path = "/pid" };
	struct answer answer;

	client_ask(s->socket, &pid, &answer);
	return answer.status == 200 ? atoi(answer.body) : 0;
}
