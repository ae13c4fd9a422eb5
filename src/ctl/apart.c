// SPDX-License-Identifier: ISC
/* ctl/apart.c - work that a child process does. */
#include "ctl/apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "ctl/progress.h"

#define LOOK_MS 100

static volatile sig_atomic_t interrupted;

static void
interrupt(int signum)
{
	(void)signum;
	interrupted = 1;
}

/* What ends a tool: the child is to end first, and what is unfinished to be removed. */
static void
catch_signals(struct sigaction old[3], bool caught)
{
	static const int ends[3] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = { .sa_handler = interrupt };

	for (size_t i = 0; i < NELEM(ends); i++)
		sigaction(ends[i], caught ? &action : &old[i], caught ? &old[i] : NULL);
}

void *
apart_new(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void
apart_progress(void *arg, uint64_t done, uint64_t total)
{
	struct apart *apart = arg;

	atomic_store(&apart->total, total);
	atomic_store(&apart->done, done);
}

static void
put_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text ? text : "");
}

/* A truncated list must not look complete, as at the end of every command. */
static _Noreturn void
be_child(struct ctl *ctl, struct apart *apart,
    int (*work)(struct ctl *ctl, struct apart *apart), pid_t parent)
{
	int lost;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);	/* it ended before that */
	apart->r = work(ctl, apart);
	put_text(apart->about, sizeof apart->about, ctl->about);
	put_text(apart->why, sizeof apart->why, ctl->why);
	auth_close(&ctl->auth);
	lost = descriptors_end_output();
	if (!apart->r && lost) {
		apart->r = lost;
		put_text(apart->why, sizeof apart->why, "done, but the output is lost");
	}
	_exit(0);
}

static void
draw(struct apart *apart, void (*watch)(struct apart *apart))
{
	const char *what = atomic_load(&apart->what);
	const uint64_t total = atomic_load(&apart->total);

	if (watch)
		watch(apart);
	if (what && total)
		progress_draw(what, atomic_load(&apart->done), total);
}

/* A reader that leaves and an administrator that kills it say nothing of the database. */
static int
ended_by(int signum)
{
	switch (signum) {
	case SIGPIPE:
		return -EPIPE;
	case SIGKILL:
	case SIGTERM:
	case SIGINT:
	case SIGHUP:
		return -EINTR;
	default:
		return -EBADMSG;
	}
}

/* Until the child closes its end; then it ends. */
static int
wait_for(pid_t child, int end, struct apart *apart, void (*watch)(struct apart *apart))
{
	struct pollfd ended = { .fd = end, .events = POLLIN };
	int status;

	while (!interrupted && poll(&ended, 1, LOOK_MS) <= 0)
		draw(apart, watch);
	progress_end();
	if (interrupted)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (interrupted)
		return -EINTR;
	if (!WIFEXITED(status))
		return ended_by(WTERMSIG(status));
	/* be_child exits with 0: something else ended it, and there is no result */
	return WEXITSTATUS(status) ? -EIO : 0;
}

static int
run_child(struct ctl *ctl, struct apart *apart,
    int (*work)(struct ctl *ctl, struct apart *apart), pid_t *child, int *end)
{
	const pid_t parent = getpid();
	int ends[2];

	if (pipe(ends) != 0)
		return log_fault(-errno, "pipe");
	fflush(NULL);
	*child = fork();
	if (*child == 0) {
		close(ends[0]);
		be_child(ctl, apart, work, parent);
	}
	close(ends[1]);
	*end = ends[0];
	return *child < 0 ? log_fault(-errno, "fork") : 0;
}

int
apart_run(struct ctl *ctl, struct apart *apart,
    int (*work)(struct ctl *ctl, struct apart *apart), void (*watch)(struct apart *apart))
{
	GUARD(fd_close) int end = -1;
	struct sigaction old[3];
	pid_t child = -1;
	int r;

	catch_signals(old, true);
	r = run_child(ctl, apart, work, &child, &end);
	if (!r)
		r = wait_for(child, end, apart, watch);
	catch_signals(old, false);
	if (r == -EBADMSG)
		ctl->why = "the database is so damaged that it cannot be read; 'doorwardctl "
		    "restore' puts a backup in its place";
	if (r == -EINTR)
		ctl->why = "was interrupted";
	if (r == -EIO)
		ctl->why = "ended before it was done";
	if (r)
		return r;
	ctl->about = *apart->about ? apart->about : NULL;
	ctl->why = *apart->why ? apart->why : NULL;
	return apart->r;
}
