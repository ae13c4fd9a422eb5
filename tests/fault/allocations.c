// SPDX-License-Identifier: ISC
/* tests/fault/allocations.c - linked into fault, in front of the C library's malloc. */
#include "allocations.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#ifdef __GLIBC__
#include <execinfo.h>
#endif

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

static long remaining;			/* until one fails, in all turns of the request */

/* Only what the service does, not what the test does to ask it. */
static void
fail_within(bool begins)
{
	if (begins) {
		left = remaining;
	} else {
		remaining = left;
		left = 0;
	}
}

struct reply
allocations_ask(struct box *my, const struct ask *ask, long n, bool *failed)
{
	struct reply reply;

	remaining = n;
	my->around = fail_within;
	reply = box_ask(my, ask);
	my->around = NULL;
	*failed = remaining <= 0;
	return reply;
}

/* --- a process that ends ----------------------------------------------------------- */

enum { CHILD_FAILED = 2, CHILD_WENT_WRONG = 4, CHILD_ENDED_IN_LIBRARY = 8 };

#ifdef __GLIBC__
#define FRAMES_MAX 64

/* Those that do not survive without memory, by the beginnings of their files' names. */
static const char *const fragile[] = { "libjson-c.", "libjansson.", "libjwt.", "libmariadb." };

static const char *
object_of(const void *code)
{
	const char *slash;
	Dl_info info;

	if (!dladdr(code, &info) || !info.dli_fname)
		return "";
	slash = strrchr(info.dli_fname, '/');
	return slash ? slash + 1 : info.dli_fname;
}

static bool
is_fragile(const char *object)
{
	for (size_t i = 0; i < NELEM(fragile); i++) {
		if (strncmp(object, fragile[i], strlen(fragile[i])) == 0)
			return true;
	}
	return false;
}

/* The C library or the kernel, where a signal begins and abort and strlen are. */
static bool
is_system(const char *object)
{
	return strncmp(object, "libc.", 5) == 0 || strncmp(object, "linux-vdso.", 11) == 0;
}

/* An end in the system is that of its caller. */
static void
find_whose(int signum)
{
	void *frames[FRAMES_MAX];
	const int count = backtrace(frames, FRAMES_MAX);
	int i = 1;			/* this function */

	while (i < count && is_system(object_of(frames[i])))
		i++;
	if (i < count && is_fragile(object_of(frames[i])))
		_exit(CHILD_ENDED_IN_LIBRARY);
	backtrace_symbols_fd(frames, count, STDERR_FILENO);
	signal(signum, SIG_DFL);
	raise(signum);
}

static void
watch_ends(void)
{
	struct sigaction action = { .sa_handler = find_whose, .sa_flags = SA_NODEFER };
	void *frame;

	backtrace(&frame, 1);		/* loads what it needs while there is memory */
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGABRT, &action, NULL);
}
#else
static void
watch_ends(void)
{
}
#endif

/* --- a process for each attempt --------------------------------------------------- */

/* More than any request makes. */
#define ALLOCATIONS_MAX 4000

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
		watch_ends();
		code = attempt(n, arg) ? CHILD_FAILED : 0;
		code |= CU_get_number_of_failures() != wrong ? CHILD_WENT_WRONG : 0;
		fflush(NULL);
		_exit(code);
	}
	EXPECT_INT(row, waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) & CHILD_ENDED_IN_LIBRARY) {
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
