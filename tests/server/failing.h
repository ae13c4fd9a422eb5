// SPDX-License-Identifier: ISC
/*
 * tests/server/failing.h - system calls of echod that fail when a test wants them to.
 *
 * $FAILING_FILE names a file with a struct failing, which all processes of the service
 * and the test map: one counter for all of them.
 */
#ifndef TESTS_SERVER_FAILING_H
#define TESTS_SERVER_FAILING_H

#include <stdatomic.h>

#define FAILING_FILE "FAILING_FILE"

enum failing_call {
	FAIL_NOTHING,
	FAIL_FORK,
	FAIL_SOCKET,
	FAIL_BIND,
	FAIL_LISTEN,
	FAIL_ACCEPT,
	FAIL_EPOLL_CREATE,
	FAIL_EPOLL_ADD,
	FAIL_EPOLL_WAIT,
	FAIL_MEMFD,
	FAIL_CLOCK,
	FAIL_RANDOM,			/* error 0: it gives half of the bytes */
};

/* Fields are set before call, which makes it so. */
struct failing {
	_Atomic int call, error;
	_Atomic int skip;		/* so many calls succeed first */
	_Atomic int left;		/* and so many fail then */
	_Atomic int failed;		/* so many have */
};

#endif
