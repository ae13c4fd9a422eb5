// SPDX-License-Identifier: ISC
/* server/reload.c - the program tests its successor, and becomes it. */
#include "server/reload.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/crew.h"

#define TEST_MS		10000
#define SAID_SIZE	8192

int
program_find(struct program *program, char **argv, const char *config)
{
	char path[PATH_MAX];
	ssize_t len;

	program->argv = argv;
	program->config = config;
	/* as it was called: the link may later point to a new version */
	if (argv[0] && argv[0][0] == '/') {
		program->path = strdup(argv[0]);
	} else {
		len = readlink("/proc/self/exe", path, sizeof path - 1);
		if (len < 0)
			return log_fault(-errno, "/proc/self/exe");
		path[len] = '\0';
		program->path = strdup(path);
	}
	return program->path ? 0 : -ENOMEM;
}

void
program_drop(struct program *program)
{
	free(program->path);
	program->path = NULL;
}

/* In a child. */
static void
run_test(const struct reload *reload, const sigset_t *blocked)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, blocked, NULL);
	if (dup2(reload->said_fd, STDOUT_FILENO) < 0 || dup2(reload->said_fd, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
	execl(reload->program.path, "doorward", "--check", "--config", reload->program.config,
	    (char *)NULL);
	dprintf(STDERR_FILENO, "%s: %s\n", reload->program.path, strerror(errno));
	_exit(EXIT_FAILURE);
}

void
reload_begin(struct reload *reload, const sigset_t *blocked)
{
	if (reload->pid) {
		reload->again = true;
		return;
	}
	reload->again = false;
	/* not a pipe: a test with much output must not wait for us to read it */
	reload->said_fd = memfd_create("doorward-check", MFD_CLOEXEC);
	if (reload->said_fd < 0) {
		log_fault(-errno, "memfd_create");
		return;
	}
	reload->pid = fork();
	if (reload->pid == 0)
		run_test(reload, blocked);
	if (reload->pid < 0) {
		log_fault(-errno, "fork");
		close(reload->said_fd);
		reload->pid = 0;
		return;
	}
	reload->kill_ms = clock_steady_ms() + TEST_MS;
}

int64_t
reload_tend(struct reload *reload)
{
	if (!reload->pid)
		return CREW_FOREVER;
	if (reload->kill_ms <= clock_steady_ms()) {
		log_error("the test of the new configuration hangs and is killed");
		kill(reload->pid, SIGKILL);
		reload->kill_ms = CREW_FOREVER;
	}
	return reload->kill_ms;
}

/* A line of the log for each of its lines. */
static void
log_said(int fd)
{
	char said[SAID_SIZE], *rest, *line;
	ssize_t len;

	len = pread(fd, said, sizeof said - 1, 0);
	said[len > 0 ? len : 0] = '\0';
	for (line = strtok_r(said, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		log_error("reload: %s", line);
}

bool
reload_ended(struct reload *reload, pid_t pid, int status, bool *good)
{
	if (!reload->pid || pid != reload->pid)
		return false;
	*good = status == 0;
	if (!*good) {
		crew_log_death("reload: the test of the new configuration", pid, status);
		log_said(reload->said_fd);
		log_error("reload: refused; the old configuration remains in force");
	}
	close(reload->said_fd);
	reload->pid = 0;
	return true;
}

bool
reload_must_repeat(struct reload *reload)
{
	reload->repeated = reload->again && !reload->repeated;
	return reload->repeated;
}

void
reload_cancel(struct reload *reload)
{
	if (reload->pid)
		kill(reload->pid, SIGKILL);
	reload->again = false;
}

int
reload_exec(const struct reload *reload, const struct handover *h)
{
	int r;

	r = handover_leave(h);
	/* what was asked for since the last test is pending for the successor */
	if (!r && reload->again)
		kill(getpid(), SIGHUP);
	if (!r) {
		execv(reload->program.path, reload->program.argv);
		r = log_fault(-errno, "%s", reload->program.path);
	}
	handover_undo(h);
	return r;
}
