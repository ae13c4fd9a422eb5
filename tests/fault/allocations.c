// SPDX-License-Identifier: ISC
/* tests/fault/allocations.c - linked into fault, in front of the C library's malloc. */
#include "allocations.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#if defined HAVE___LIBC_FREE && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__

/* No header has them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *bytes, size_t size);
void __libc_free(void *bytes);

static atomic_long left, live;

bool
allocations_can_fail(void)
{
	return true;
}

/* Is it the one?  Threads may allocate too. */
static bool
fails(void)
{
	if (atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1)
		return false;
	errno = ENOMEM;
	return true;
}

static void *
counted(void *bytes)
{
	if (bytes)
		atomic_fetch_add(&live, 1);
	return bytes;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(count, size));
}

void *
realloc(void *bytes, size_t size)
{
	if (fails())
		return NULL;
	if (!bytes)
		return counted(__libc_realloc(NULL, size));
	if (!size)
		atomic_fetch_sub(&live, 1);
	return __libc_realloc(bytes, size);
}

void
free(void *bytes)
{
	if (bytes)
		atomic_fetch_sub(&live, 1);
	__libc_free(bytes);
}

#else

static long left, live;

bool
allocations_can_fail(void)
{
	return false;
}

#endif

long
allocations_live(void)
{
	return live;
}

/* --- requests -------------------------------------------------------------------- */

static long which;			/* fails */
static bool has_failed;

/* Only what the service does, not what the test does to ask it. */
static void
fail_within(bool begins)
{
	if (begins) {
		left = which;
	} else {
		has_failed = left <= 0;
		left = 0;
	}
}

struct reply
allocations_ask(struct box *my, const struct ask *ask, long n, bool *failed)
{
	struct reply reply;

	which = n;
	my->around = fail_within;
	reply = box_ask(my, ask);
	my->around = NULL;
	*failed = has_failed;
	return reply;
}

/* --- a process for each attempt --------------------------------------------------- */

/* More than any request makes. */
#define ALLOCATIONS_MAX 4000

enum { CHILD_FAILED = 2, CHILD_WENT_WRONG = 4 };

static bool
attempt_apart(const char *row, long n, bool (*attempt)(long n, const void *arg),
    const void *arg, long *ended)
{
	const unsigned wrong = CU_get_number_of_failures();
	int status, code;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		code = attempt(n, arg) ? CHILD_FAILED : 0;
		code |= CU_get_number_of_failures() != wrong ? CHILD_WENT_WRONG : 0;
		fflush(NULL);
		_exit(code);
	}
	EXPECT_INT(row, waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGABRT)) {
		++*ended;
		return true;
	}
	EXPECT_TRUE(row, WIFEXITED(status) && !(WEXITSTATUS(status) & CHILD_WENT_WRONG));
	return WIFEXITED(status) && WEXITSTATUS(status) & CHILD_FAILED;
}

long
allocations_each(const char *row, bool (*attempt)(long n, const void *arg),
    const void *arg, long *ended)
{
	long n = 1;

	while (n < ALLOCATIONS_MAX && attempt_apart(row, n, attempt, arg, ended))
		n++;
	EXPECT_TRUE(row, n < ALLOCATIONS_MAX);
	return n - 1;
}
