// SPDX-License-Identifier: ISC
/*
 * tests/galera/net.c - network namespaces: this process in the middle, with a bridge, and
 * the nodes around it.
 */
#include "galera/net.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "galera/cluster.h"
#include "test.h"

static int networks[NODES];		/* files that keep them alive */

__attribute__((format(printf, 1, 2)))
static int
run(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	return system(command);
}

/* A process in a network of its own, until it is killed. */
static pid_t
begin_network(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static int
make_network(unsigned node)
{
	char path[64];
	pid_t pid;
	int r;

	pid = begin_network();
	if (pid < 0)
		return 1;
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	networks[node - 1] = open(path, O_RDONLY | O_CLOEXEC);
	r = run("{ ip link add node%u type veth peer name eth0 netns %d &&"
	    " ip link set node%u master middle up &&"
	    " nsenter --net=%s ip address add " NET_PREFIX "%u/24 dev eth0 &&"
	    " nsenter --net=%s ip link set eth0 up &&"
	    " nsenter --net=%s ip link set lo up; } >/dev/null 2>&1",
	    node, (int)pid, node, path, node, path, path);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r || networks[node - 1] < 0;
}

int
net_make(void)
{
	int r;

	if (geteuid() != 0 || system("ip -V >/dev/null 2>&1") || unshare(CLONE_NEWNET))
		return 1;
	r = run("{ ip link set lo up && ip link add middle type bridge &&"
	    " ip link set middle up; } >/dev/null 2>&1");
	for (unsigned n = 1; n <= NODES && !r; n++)
		r = make_network(n);
	return r != 0;
}

void
net_enter(unsigned node)
{
	if (setns(networks[node - 1], CLONE_NEWNET)) {
		perror("setns");
		_exit(127);
	}
}

void
net_cut(unsigned node, bool cut)
{
	EXPECT_INT("ip", run("ip link set node%u %s", node, cut ? "down" : "up"), 0);
}
