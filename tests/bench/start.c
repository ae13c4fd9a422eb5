// SPDX-License-Identifier: ISC
/*
 * tests/bench/start.c COMMAND... - how long the command takes from its start to its first answer
 * at $E2E_SOCKET: the median of ROUNDS starts, the quickest and the slowest.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "e2e/fcgi_client.h"
#include "microseconds.h"

#define ROUNDS		11
#define PATIENCE_US	5e6

static const struct fcgi_param settings[] = {
	{ "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest" }, { "PATH_INFO", "/settings" },
	{ "REQUEST_URI", "/rest/settings" }, { "QUERY_STRING", "" }, { "HTTPS", "on" },
	{ "REMOTE_ADDR", "127.0.0.1" }, { NULL, NULL },
};

static double
first_answer_us(char **command, struct arena *mem)
{
	const struct timespec moment = { .tv_nsec = 100000 };
	double began = now_us(), took;
	struct fcgi_answer answer;
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		execv(command[0], command);
		_exit(127);
	}
	while ((fd = fcgi_connect()) < 0 && now_us() - began < PATIENCE_US)
		nanosleep(&moment, NULL);
	fcgi_begin(fd, 0);
	fcgi_params(fd, settings, true);
	fcgi_stdin(fd, "", 0);
	answer = fcgi_read(mem, fd);
	took = now_us() - began;
	close(fd);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	unlink(getenv("E2E_SOCKET"));
	if (!answer.ended) {
		fprintf(stderr, "start: %s does not answer\n", command[0]);
		exit(1);
	}
	return took;
}

int
main(int argc, char **argv)
{
	GUARD(arena_free) struct arena mem;
	double took[ROUNDS];

	if (descriptors_fill() || argc < 2 || !getenv("E2E_SOCKET"))
		return 2;
	arena_init(&mem, 1024 * 1024);
	for (int i = 0; i < ROUNDS; i++)
		took[i] = first_answer_us(argv + 1, &mem);
	qsort(took, ROUNDS, sizeof *took, compare_us);
	printf("%s: first answer after %.1f ms (%.1f - %.1f)\n", argv[1], took[ROUNDS / 2] / 1000,
	    took[0] / 1000, took[ROUNDS - 1] / 1000);
	return 0;
}
