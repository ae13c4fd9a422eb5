// SPDX-License-Identifier: ISC
/* tests/server/failing.c - linked into echod, in front of the C library's calls. */
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct failing *failing;

__attribute__((constructor)) static void
map_failing(void)
{
	const char *path = getenv(FAILING_FILE);
	void *bytes = MAP_FAILED;
	int fd;

	fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	bytes = mmap(NULL, sizeof *failing, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes != MAP_FAILED)
		failing = bytes;
	close(fd);
}

static bool
fails(enum failing_call call)
{
	if (!failing || failing->call != (int)call || failing->left <= 0)
		return false;
	if (failing->skip-- > 0 || failing->left-- <= 0)
		return false;
	errno = failing->error;
	failing->failed++;
	return true;
}

/* The linker's --wrap makes these of the calls of our code (tests/Makefile.inc). */
#define WRAP(call, name, args, values) \
	int __real_##name args; \
	int __wrap_##name args; \
	int \
	__wrap_##name args \
	{ \
		return fails(call) ? -1 : __real_##name values; \
	}

WRAP(FAIL_FORK, fork, (void), ())
WRAP(FAIL_SOCKET, socket, (int family, int type, int protocol), (family, type, protocol))
WRAP(FAIL_BIND, bind, (int fd, const struct sockaddr *name, socklen_t len), (fd, name, len))
WRAP(FAIL_LISTEN, listen, (int fd, int backlog), (fd, backlog))
WRAP(FAIL_ACCEPT, accept4, (int fd, struct sockaddr *name, socklen_t *len, int flags),
    (fd, name, len, flags))
WRAP(FAIL_EPOLL_CREATE, epoll_create1, (int flags), (flags))
WRAP(FAIL_EPOLL_ADD, epoll_ctl, (int epoll_fd, int op, int fd, struct epoll_event *event),
    (epoll_fd, op, fd, event))
WRAP(FAIL_EPOLL_WAIT, epoll_pwait, (int epoll_fd, struct epoll_event *events, int max, int ms,
    const sigset_t *mask), (epoll_fd, events, max, ms, mask))
WRAP(FAIL_MEMFD, memfd_create, (const char *name, unsigned flags), (name, flags))
WRAP(FAIL_CLOCK, clock_gettime, (clockid_t id, struct timespec *now), (id, now))

/* libsodium calls it, where --wrap does not reach. */
ssize_t
getrandom(void *bytes, size_t len, unsigned flags)
{
	if (!fails(FAIL_RANDOM))
		return syscall(SYS_getrandom, bytes, len, flags);
	return errno ? -1 : syscall(SYS_getrandom, bytes, len / 2, flags);
}
