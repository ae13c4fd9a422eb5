// SPDX-License-Identifier: ISC
/* tests/server/program_test.c - the command line of doorward. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/listen.h"
#include "server_test.h"
#include "test.h"

/* Runs it until it exits, with both outputs in out; the exit code. */
static int
run(const char *environment, const char *arguments, char *out, size_t size)
{
	char command[8192];
	size_t len;
	FILE *pipe;

	snprintf(command, sizeof command, "{ %s timeout 10 '%s' %s; } 2>&1 </dev/null", environment,
	    daemon_program(), arguments);
	pipe = popen(command, "r");
	if (!pipe)
		return -1;
	len = fread(out, 1, size - 1, pipe);
	out[len] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

static void
command_line(void)
{
	static const struct { const char *row, *arguments; int code; const char *says; } t[] = {
		{ "version",          "--version",               0, "doorward " },
		{ "help",             "--help",                  0, "usage: doorward" },
		{ "unknown option",   "--frobnicate",            2, "usage: doorward" },
		{ "no value",         "--config",                2, "usage: doorward" },
		{ "a value too many", "--check=yes",             2, "usage: doorward" },
		{ "an argument",      "start",                   2, "'start' is not an option" },
		{ "no file",          "--config /nowhere/x",     1, "/nowhere/x: No such file" },
	};
	char out[8192];

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_INT(t[i].row, run("", t[i].arguments, out, sizeof out), t[i].code);
		EXPECT_TRUE(t[i].row, strstr(out, t[i].says));
	}
}

static void
configurations(void)
{
	static const struct { const char *row, *options; int code; const char *says; } t[] = {
		{ "good",           "",                     0, "doorward.conf: OK" },
		{ "unknown option", "frobnicate = 1",       1, "doorward.conf:8: " },
		{ "out of range",   "workers = 0",          1, "doorward.conf:8: workers must be" },
	};
	char arguments[3 * PATH_SIZE], out[8192];
	struct daemon s;

	for (size_t i = 0; i < NELEM(t); i++) {
		daemon_prepare(&s, t[i].options);
		snprintf(arguments, sizeof arguments, "--check --config %s", s.config);
		EXPECT_INT(t[i].row, run("", arguments, out, sizeof out), t[i].code);
		EXPECT_TRUE(t[i].row, strstr(out, t[i].says));
		snprintf(arguments, sizeof arguments, "DOORWARD_CONFIG='%s'", s.config);
		EXPECT_INT(t[i].row, run(arguments, "--check", out, sizeof out), t[i].code);
		EXPECT_TRUE(t[i].row, strstr(out, t[i].says));
	}
}

static void
make_nothing(const struct daemon *s)
{
	(void)s;
}

static void
make_broken(const struct daemon *s)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/broken", s->dir);
	EXPECT_INT(path, mknod(path, S_IFREG | 0600, 0), 0);
}

static void
make_file(const struct daemon *s)
{
	EXPECT_INT(s->socket, mknod(s->socket, S_IFREG | 0600, 0), 0);
}

static struct listener other;

static void
make_other(const struct daemon *s)
{
	EXPECT_VERDICT(s->socket, listen_open(&other, s->socket, NULL), 0);
}

/* What stops a start, before anybody could connect. */
static void
refused_starts(void)
{
	static const struct {
		const char *row, *options, *says;
		void (*make)(const struct daemon *s);
		mode_t left;		/* type of the file at the socket's path; 0: none */
	} t[] = {
		{ "store",     "", "/broken is there", make_broken, 0 },
		{ "a file",    "", "not a socket", make_file, S_IFREG },
		{ "running",   "", "already running", make_other, S_IFSOCK },
		{ "nowhere",   "listen = \"/nowhere/x\"", "/nowhere/x", make_nothing, 0 },
		{ "no target", "log_target = \"/nowhere/x\"", "/nowhere/x", make_nothing, 0 },
	};
	char arguments[3 * PATH_SIZE], out[8192];
	struct daemon s;
	struct stat st;

	for (size_t i = 0; i < NELEM(t); i++) {
		other.fd = -1;
		daemon_prepare(&s, t[i].options);
		t[i].make(&s);
		snprintf(arguments, sizeof arguments,
		    "--config %s; code=$?; cat %s/log*; exit $code", s.config, s.dir);
		EXPECT_INT(t[i].row, run("", arguments, out, sizeof out), 1);
		EXPECT_TRUE(t[i].row, strstr(out, t[i].says));
		EXPECT_TRUE(t[i].row, !strstr(out, "ready at"));
		if (lstat(s.socket, &st) != 0)
			st.st_mode = 0;
		EXPECT_INT(t[i].row, st.st_mode & S_IFMT, t[i].left);
		listen_close(&other);
	}
}

static CU_TestInfo tests[] = {
	{ "command line", command_line },
	{ "configurations", configurations },
	{ "refused starts", refused_starts },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("doorward: command line", tests);
