// SPDX-License-Identifier: ISC
/* ctl/prompt.c - asking the person at the terminal, and only there. */
#include "ctl/prompt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"

static volatile sig_atomic_t caught;

static void
catch(int signo)
{
	caught = signo;
}

/*
 * The next line of stdin without its newline.  Byte by byte, so that the lines
 * behind it are left to others.  V_INVALID: no password is as long.
 */
static int
read_line(struct ctl *ctl, const char **line, size_t *len)
{
	char *bytes = arena_alloc(&ctl->mem, PASSWORD_MAX + 1);
	size_t n = 0;
	ssize_t got;
	char c;

	if (!bytes)
		return -ENOMEM;
	for (; (got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n'; n++) {
		if (n < PASSWORD_MAX)
			bytes[n] = c;
	}
	if (got < 0)
		return -errno;
	if (n > PASSWORD_MAX) {
		ctl->why = arena_printf(&ctl->mem, "longer than %d bytes", PASSWORD_MAX);
		return V_INVALID;
	}
	*line = bytes;
	*len = n;
	return 0;
}

static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

/*
 * Reads a line while the terminal does not echo.  A signal ends it, and is
 * delivered once the terminal echoes again.
 */
static int
read_unseen(struct ctl *ctl, const char **line, size_t *len)
{
	struct sigaction former[NELEM(signals)], catcher = { .sa_handler = catch };
	struct termios seen, unseen;
	int r;

	if (tcgetattr(STDIN_FILENO, &seen) != 0)
		return -errno;
	caught = 0;
	for (size_t i = 0; i < NELEM(signals); i++)
		sigaction(signals[i], &catcher, &former[i]);
	unseen = seen;
	unseen.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
	r = read_line(ctl, line, len);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
	for (size_t i = 0; i < NELEM(signals); i++)
		sigaction(signals[i], &former[i], NULL);
	fputc('\n', stderr);
	if (caught)
		raise(caught);
	return r;
}

static int
ask_twice(struct ctl *ctl, const char *whom, const char **password, size_t *len)
{
	const char *again;
	size_t again_len;
	int r;

	fprintf(stderr, "New password for %s: ", whom);
	r = read_unseen(ctl, password, len);
	if (r)
		return r;
	fprintf(stderr, "Once more: ");
	r = read_unseen(ctl, &again, &again_len);
	if (r)
		return r;
	if (*len == again_len && memcmp(*password, again, again_len) == 0)
		return 0;
	ctl->why = "the two passwords differ";
	return V_INVALID;
}

int
prompt_password(struct ctl *ctl, const char *whom, const char **password, size_t *len)
{
	if (arguments_has(ctl, "password-stdin"))
		return read_line(ctl, password, len);
	if (isatty(STDIN_FILENO))
		return ask_twice(ctl, whom, password, len);
	return arguments_refuse(ctl, "there is no terminal to ask for the password on: "
	    "give --password-stdin");
}

int
prompt_consent(struct ctl *ctl, const char *question)
{
	const char *answer;
	size_t len;
	int r;

	if (!isatty(STDIN_FILENO))
		return 0;
	fprintf(stderr, "%s [y/N] ", question);
	r = read_line(ctl, &answer, &len);
	if (r)
		return r;
	if (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0)
		return 0;
	ctl->why = "not confirmed, nothing done";
	return V_INVALID;
}
