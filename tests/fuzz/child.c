// SPDX-License-Identifier: ISC
/* tests/fuzz/child.c - a fuzz target whose work is done in child processes. */
#include "child.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/guard.h"
#include "fuzz.h"

static struct told {
	atomic_bool is_broken;		/* a sanitizer found something */
	uint8_t reached[1 << 20];
} *told;

static uint8_t *reached;		/* how often each edge was */
static size_t reached_len;

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

#ifdef LIBFUZZER
void __real___sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
void __wrap___sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);

void
__wrap___sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end)
{
	reached = begin;
	reached_len = (size_t)(end - begin);
	__real___sanitizer_cov_8bit_counters_init(begin, end);
}
#endif

/* Of a child, and of a child of that. */
_Noreturn void
__wrap__exit(int status)
{
	for (size_t i = 0; told && i < reached_len; i++)
		told->reached[i] |= reached[i];
	__real__exit(status);
}

static void
die(void)
{
	told->is_broken = true;
}

/* Signals end it, also if it goes round in circles, and are not what a fuzzer reports. */
static void
be_child(void)
{
	const struct rlimit seconds = { 2, 3 };
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; i < NELEM(crashes); i++)
		signal(crashes[i], SIG_DFL);
	setrlimit(RLIMIT_CPU, &seconds);
	if (!getenv("FUZZ_SHOW"))
		dup2(null, STDERR_FILENO);
	close(null);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(die);
}

void
child_follow(void)
{
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	HOLDS(told != MAP_FAILED && reached_len <= sizeof told->reached);
	HOLDS(pthread_atfork(NULL, NULL, be_child) == 0);
}

void
child_reached(void)
{
	HOLDS(!told->is_broken);
	for (size_t i = 0; i < reached_len; i++)
		reached[i] |= told->reached[i];
	memset(told->reached, 0, reached_len);
}
