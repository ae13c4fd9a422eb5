// SPDX-License-Identifier: ISC
/*
 * tests/server/echo_try.c - what a compromised worker might try.
 *
 * Each attempt is harmless where it succeeds.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/guard.h"
#include "echo_try.h"

static int
result(long r)
{
	return r < 0 ? errno : 0;
}

static int
opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600), r = result(fd);

	if (fd >= 0)
		close(fd);
	return r;
}

static int
try_execve(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL }, *envp[] = { NULL };

	return result(execve("/bin/true", argv, envp));
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int
try_ptrace(void)
{
	return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
try_kill(void)
{
	return result(kill(getppid(), 0));
}

static int
try_create(void)
{
	return opens("/tmp/doorward-created", O_WRONLY | O_CREAT);
}

static int
try_open_to_write(void)
{
	return opens("/dev/null", O_RDWR);
}

static int
try_open_to_append(void)
{
	return opens("/dev/null", O_WRONLY | O_APPEND);
}

static int
try_open_to_read(void)
{
	return opens("/dev/null", O_RDONLY);
}

static int
try_open_elsewhere(void)
{
	return opens("/etc/passwd", O_RDONLY);
}

static int
try_unlink(void)
{
	return result(unlink("/nowhere/x"));
}

static int
try_rename(void)
{
	return result(rename("/nowhere/x", "/nowhere/y"));
}

static int
try_chmod(void)
{
	return result(chmod("/nowhere/x", 0777));
}

static int
makes_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0), r = result(fd);

	if (fd >= 0)
		close(fd);
	return r;
}

static int
try_socket_inet(void)
{
	return makes_socket(AF_INET);
}

static int
try_socket_unix(void)
{
	return makes_socket(AF_UNIX);
}

static int
try_socket_packet(void)
{
	return makes_socket(AF_PACKET);
}

static int
maps(int first, int later)
{
	void *at = mmap(NULL, 4096, first, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r = at == MAP_FAILED ? errno : 0;

	if (!r && later != first)
		r = result(mprotect(at, 4096, later));
	if (at != MAP_FAILED)
		munmap(at, 4096);
	return r;
}

static int
try_code(void)
{
	return maps(PROT_READ | PROT_WRITE | PROT_EXEC, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static int
try_code_later(void)
{
	return maps(PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC);
}

static int
try_code_only(void)
{
	return maps(PROT_READ | PROT_EXEC, PROT_READ | PROT_EXEC);
}

static int
try_memory(void)
{
	return maps(PROT_READ | PROT_WRITE, PROT_READ);
}

static int
try_flags(void)
{
	return result(fcntl(STDIN_FILENO, F_GETFL));
}

static int
try_lock(void)
{
	struct flock one = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return result(fcntl(STDIN_FILENO, F_SETLK, &one));
}

/* The owner of a descriptor gets its signals. */
static int
try_signal_owner(void)
{
	return result(fcntl(STDIN_FILENO, F_SETOWN, 0));
}

static int
try_pipe_size(void)
{
	int r = result(fcntl(STDIN_FILENO, F_GETPIPE_SZ));

	return r == EBADF ? 0 : r;	/* no pipe, but the call was let in */
}

/* All zero but the size, as sched_setattr(2) describes a thread with nothing special. */
static long
keep_priority(pid_t pid)
{
	const uint32_t schedule[12] = { sizeof schedule };

	return syscall(SYS_sched_setattr, pid, schedule, 0);
}

static int
try_priority(void)
{
	return result((int)keep_priority(0));
}

static int
try_priority_other(void)
{
	return result((int)keep_priority(getppid()));
}

static int
try_priority_older(void)
{
	return result(setpriority(PRIO_PROCESS, 0, PRIO_MAX - 1));
}

static int
try_resolve(void)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int r = getaddrinfo("localhost", NULL, &hints, &found);

	if (found)
		freeaddrinfo(found);
	return r ? EPERM : 0;
}

static void *
do_nothing(void *argument)
{
	return argument;
}

static int
try_thread(void)
{
	pthread_t thread;
	int r;

	r = pthread_create(&thread, NULL, do_nothing, NULL);
	return r ? r : pthread_join(thread, NULL);
}

static const struct {
	const char *path;
	int (*attempt)(void);
} attempts[] = {
	{ "/try/execve",         try_execve },
	{ "/try/fork",           try_fork },
	{ "/try/ptrace",         try_ptrace },
	{ "/try/kill",           try_kill },
	{ "/try/create",         try_create },
	{ "/try/open-to-write",  try_open_to_write },
	{ "/try/open-to-append", try_open_to_append },
	{ "/try/open-to-read",   try_open_to_read },
	{ "/try/open-elsewhere", try_open_elsewhere },
	{ "/try/unlink",         try_unlink },
	{ "/try/rename",         try_rename },
	{ "/try/chmod",          try_chmod },
	{ "/try/socket-inet",    try_socket_inet },
	{ "/try/socket-unix",    try_socket_unix },
	{ "/try/socket-packet",  try_socket_packet },
	{ "/try/code",           try_code },
	{ "/try/code-later",     try_code_later },
	{ "/try/code-only",      try_code_only },
	{ "/try/flags",          try_flags },
	{ "/try/lock",           try_lock },
	{ "/try/signal-owner",   try_signal_owner },
	{ "/try/pipe-size",      try_pipe_size },
	{ "/try/priority",       try_priority },
	{ "/try/priority-other", try_priority_other },
	{ "/try/priority-older", try_priority_older },
	{ "/try/resolve",        try_resolve },
	{ "/try/memory",         try_memory },
	{ "/try/thread",         try_thread },
};

int
echo_try(const char *path)
{
	for (size_t i = 0; i < NELEM(attempts); i++) {
		if (strcmp(attempts[i].path, path) == 0)
			return attempts[i].attempt();
	}
	return -1;
}
