// SPDX-License-Identifier: ISC
/* tests/galera/together.c - starts processes, and ends them together. */
#include "galera/together.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "galera/cluster.h"
#include "test.h"

#define ROUNDS 60

struct together *together;

void
together_begin(void)
{
	if (!together)
		together = mmap(NULL, sizeof *together, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (together == MAP_FAILED)
		abort();
	memset(together, 0, sizeof *together);
}

unsigned
together_rounds(void)
{
	const char *text = getenv("GALERA_ROUNDS");

	return text ? (unsigned)atoi(text) : ROUNDS;
}

void
together_gate(unsigned of)
{
	const unsigned turn = atomic_load(&together->go);

	if (atomic_fetch_add(&together->at_gate, 1) + 1 == of) {
		atomic_store(&together->at_gate, 0);
		atomic_fetch_add(&together->go, 1);
	}
	while (atomic_load(&together->go) == turn)
		usleep(20);
}

void
together_start_one(void (*work)(struct store *st, unsigned i), unsigned i, pid_t *pid)
{
	fflush(NULL);
	*pid = fork();
	if (*pid == 0) {
		work(cluster_open(1 + i % NODES, false), i);
		_exit(0);
	}
}

void
together_start(unsigned count, void (*work)(struct store *st, unsigned i), pid_t *pids)
{
	for (unsigned i = 0; i < count; i++)
		together_start_one(work, i, &pids[i]);
}

void
together_join(unsigned count, const pid_t *pids)
{
	int status;

	for (unsigned i = 0; i < count; i++) {
		waitpid(pids[i], &status, 0);
		EXPECT_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
	}
}
