// SPDX-License-Identifier: ISC
/*
 * tests/ctl/typist.c - somebody at a terminal.
 *
 *	typist [PROMPT REPLY] ... -- COMMAND [ARGUMENT ...]
 *
 * Runs the command on a terminal of its own, types each reply and a newline
 * once its prompt was seen, copies what the terminal shows to stdout, and ends
 * with the exit code of the command, or 128 and the signal that ended it.  A reply
 * "^C" is the interrupt key.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"

#define WAIT_MS 20000

static char seen[65536];
static size_t seen_len;

static void
type(int fd, const char *reply)
{
	bool interrupt = strcmp(reply, "^C") == 0;

	if (write(fd, interrupt ? "\x03" : reply, interrupt ? 1 : strlen(reply)) < 0 ||
	    (!interrupt && write(fd, "\n", 1) < 0))
		perror("typist");
}

/* Reads on; false at the end of the output, or if none arrives in time. */
static bool
read_on(int fd)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	ssize_t got;

	if (poll(&in, 1, WAIT_MS) != 1 || seen_len + 1 >= sizeof seen)
		return false;
	got = read(fd, seen + seen_len, sizeof seen - seen_len - 1);
	if (got <= 0)
		return false;
	seen_len += (size_t)got;
	seen[seen_len] = '\0';
	return true;
}

static void
talk(int fd, char **script)
{
	size_t from = 0;
	char *found;

	do {
		found = strcmp(*script, "--") != 0 ? strstr(seen + from, *script) : NULL;
		if (!found)
			continue;
		from = (size_t)(found - seen) + strlen(*script);
		type(fd, script[1]);
		script += 2;
	} while (read_on(fd));
}

int
main(int argc, char **argv)
{
	int status = 0, fd, command = 1;
	pid_t pid;

	if (descriptors_fill())
		return 99;
	while (command < argc && strcmp(argv[command], "--") != 0)
		command++;
	if (command + 1 >= argc || command % 2 == 0)
		return 2;
	pid = forkpty(&fd, NULL, NULL, NULL);
	if (pid < 0)
		return 99;
	if (pid == 0) {
		/* a shell ignores it for what it runs in the background, and so would we */
		signal(SIGINT, SIG_DFL);
		execvp(argv[command + 1], argv + command + 1);
		_exit(99);
	}
	talk(fd, argv + 1);
	fputs(seen, stdout);
	close(fd);		/* one that still waits for a reply is hung up on */
	if (waitpid(pid, &status, 0) != pid)
		return 99;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
