// SPDX-License-Identifier: ISC
/*
 * tests/bench/commits.c [DIRECTORY] - how many tokens a second several processes
 * create, each of them on the disk before the next: with a commit for each, and with
 * commits that the processes share.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/secret.h"
#include "store_at.h"

#define MOST		16
#define SECONDS		2
#define BYTES_MAX	((uint64_t)1024 * 1024 * 1024)
#define NOW_MS		INT64_C(1700000000000)

static const int process_counts[] = { 1, 2, 4, 8, 16 };

/* Tokens of a user are counted with each new one, so there are many users. */
#define USERS		4000

static struct uuid
user_id(unsigned n)
{
	struct uuid id = { { 1 } };

	memcpy(&id.bytes[8], &n, sizeof n);
	return id;
}

static void
must(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "commits: %s: %d\n", what, r);
	exit(99);
}

static void
prepare(const char *directory)
{
	GUARD(store_close) struct store *st = NULL;
	static struct user_write writes[USERS];
	struct uuid instance = uuid_new();

	must(open_lmdb(&st, directory, BYTES_MAX, STORE_MAKE), "create a store");
	must(store_init(st, &instance, NOW_MS), "store_init");
	for (unsigned n = 0; n < USERS; n++) {
		writes[n].user = (struct user){ .id = user_id(n), .role = "User" };
		snprintf(writes[n].user.email, LOGIN_SIZE, "user%u@example.org", n);
	}
	must(store_users_write(st, writes, USERS, NOW_MS), "store_users_write");
}

/* Until it is killed. */
static void
write_tokens(const char *directory, bool shares, uint64_t *count)
{
	struct store *st = NULL;

	must(open_lmdb(&st, directory, BYTES_MAX, STORE_USE), "open the store");
	if (shares)
		store_share(st);
	for (;; ++*count) {
		unsigned n = (unsigned)getpid() * 31 + (unsigned)*count;
		int64_t now_ms = clock_now_ms();
		struct token token = { .id = uuid_new_at(now_ms), .user = user_id(n % USERS),
			.name = "bench", .expires_ms = now_ms + 86400000, .created_ms = now_ms };

		secret_random(token.digest, sizeof token.digest);
		must(store_token_add(st, &token, UINT64_MAX, now_ms), "store_token_add");
	}
}

/* Tokens a second of so many processes. */
static double
measure(const char *directory, int processes, bool shares, uint64_t *counts)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	pid_t pids[MOST];
	uint64_t sum = 0, before = 0;
	int64_t began_ms;

	memset(counts, 0, MOST * 64);
	for (int i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_tokens(directory, shares, &counts[8 * i]);
	}
	for (int i = 0; i < processes; i++) {
		while (__atomic_load_n(&counts[8 * i], __ATOMIC_RELAXED) == 0)
			nanosleep(&moment, NULL);
	}
	for (int i = 0; i < processes; i++)
		before += counts[8 * i];
	began_ms = clock_steady_ms();
	sleep(SECONDS);
	for (int i = 0; i < processes; i++)
		sum += __atomic_load_n(&counts[8 * i], __ATOMIC_RELAXED);
	began_ms = clock_steady_ms() - began_ms;
	for (int i = 0; i < processes; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return (double)(sum - before) * 1000 / (double)began_ms;
}

int
main(int argc, char **argv)
{
	char directory[] = "commits-XXXXXX";
	uint64_t *counts;
	double alone, shared, one = 0;

	if (descriptors_fill() || secret_init())
		return 99;
	if (argc > 1 && chdir(argv[1]) != 0)
		return 99;
	counts = mmap(NULL, MOST * 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED || !mkdtemp(directory))
		return 99;
	/* LMDB is opened by children alone */
	if (fork() == 0) {
		prepare(directory);
		exit(0);
	}
	wait(NULL);
	puts("processes  a commit each  shared commits  ratio  of one process");
	for (size_t i = 0; i < NELEM(process_counts); i++) {
		/* in this order both meet databases of one size on average */
		shared = measure(directory, process_counts[i], true, counts);
		alone = measure(directory, process_counts[i], false, counts);
		alone = (alone + measure(directory, process_counts[i], false, counts)) / 2;
		shared = (shared + measure(directory, process_counts[i], true, counts)) / 2;
		one = one > 0 ? one : alone;
		printf("%9d %14.0f %15.0f %6.2f %15.2f\n", process_counts[i], alone, shared,
		    shared / alone, shared / one);
	}
	return remove_lmdb(directory);
}
