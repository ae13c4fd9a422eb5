// SPDX-License-Identifier: ISC
/* ctl/prompt.c - asking the person at the terminal, and only there. */
#include "ctl/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"

/* The longest password, and the end of its line. */
#define LINE_SIZE (PASSWORD_MAX + 1)

static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

/* How signals were before a prompt. */
struct former {
	struct sigaction actions[NELEM(signals)];
	sigset_t mask;
};

static volatile sig_atomic_t caught;

static void
catch(int signo)
{
	caught = signo;
}

/* From now on they are caught, and only where read_line waits. */
static void
signals_hold(struct former *former)
{
	struct sigaction catcher = { .sa_handler = catch };
	sigset_t held;

	caught = 0;
	sigemptyset(&held);
	for (size_t i = 0; i < NELEM(signals); i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &former->mask);
	for (size_t i = 0; i < NELEM(signals); i++)
		sigaction(signals[i], &catcher, &former->actions[i]);
}

/* Delivers what was caught. */
static void
signals_release(const struct former *former)
{
	for (size_t i = 0; i < NELEM(signals); i++)
		sigaction(signals[i], &former->actions[i], NULL);
	if (caught)
		raise(caught);
	sigprocmask(SIG_SETMASK, &former->mask, NULL);
}

/*
 * The next line of stdin without its end; waiting is the mask of signals
 * meanwhile, NULL for that of the process.  Byte by byte, so that others
 * can read the following lines.  V_INVALID: it is too long for a password.
 */
static int
read_line(struct ctl *ctl, const sigset_t *waiting, const char **line, size_t *len)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char *bytes = arena_alloc(&ctl->mem, LINE_SIZE);
	ssize_t got;
	size_t n;
	char c;

	if (!bytes)
		return -ENOMEM;
	for (n = 0;; n++) {
		if (ppoll(&in, 1, NULL, waiting) < 0)
			return -errno;
		got = read(STDIN_FILENO, &c, 1);
		if (got != 1 || c == '\n')
			break;
		if (n < LINE_SIZE)
			bytes[n] = c;
	}
	if (got < 0)
		return -errno;
	/* line ends of another system */
	if (n && n <= LINE_SIZE && bytes[n - 1] == '\r')
		n--;
	if (n > PASSWORD_MAX) {
		ctl->why = arena_printf(&ctl->mem, "longer than %d bytes", PASSWORD_MAX);
		return V_INVALID;
	}
	bytes[n] = '\0';
	*line = bytes;
	*len = n;
	return 0;
}

/*
 * Asks, and reads a line that the terminal does not echo.  It stops echoing
 * before it asks, so that a fast answer is neither seen nor lost; a signal is
 * delivered once it echoes again.
 */
static int
ask_unseen(struct ctl *ctl, const char *question, const char **line, size_t *len)
{
	struct termios seen, unseen;
	struct former former;
	int r;

	if (tcgetattr(STDIN_FILENO, &seen) != 0)
		return -errno;
	signals_hold(&former);
	unseen = seen;
	unseen.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
	fprintf(stderr, "%s: ", question);
	r = read_line(ctl, &former.mask, line, len);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
	fputc('\n', stderr);
	signals_release(&former);
	return r;
}

static int
ask_twice(struct ctl *ctl, const char *whom, const char **password, size_t *len)
{
	const char *shown = record_show_clean(&ctl->mem, whom), *question, *again;
	size_t again_len;
	int r;

	question = shown ? arena_printf(&ctl->mem, "New password for %s", shown) : NULL;
	if (!question)
		return -ENOMEM;
	r = ask_unseen(ctl, question, password, len);
	if (r)
		return r;
	r = ask_unseen(ctl, "Repeat the password", &again, &again_len);
	if (r)
		return r;
	if (*len == again_len && memcmp(*password, again, again_len) == 0)
		return 0;
	ctl->why = "the two passwords differ";
	return V_INVALID;
}

bool
prompt_possible(void)
{
	return isatty(STDIN_FILENO);
}

int
prompt_password(struct ctl *ctl, const char *whom, const char **password, size_t *len)
{
	if (arguments_has(ctl, "password-stdin"))
		return read_line(ctl, NULL, password, len);
	if (prompt_possible())
		return ask_twice(ctl, whom, password, len);
	return arguments_refuse(ctl, "there is no terminal on which to ask for the password; "
	    "use --password-stdin");
}

int
prompt_consent(struct ctl *ctl, const char *question)
{
	const char *answer;
	size_t len;
	int r;

	if (!prompt_possible())
		return 0;
	fprintf(stderr, "%s [y/N] ", question);
	r = read_line(ctl, NULL, &answer, &len);
	if (r)
		return r;
	if (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0)
		return 0;
	ctl->why = "not confirmed; nothing was changed";
	return V_INVALID;
}
