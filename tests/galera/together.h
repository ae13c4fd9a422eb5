// SPDX-License-Identifier: ISC
/* tests/galera/together.h - processes that work on one database by way of several nodes. */
#ifndef TESTS_GALERA_TOGETHER_H
#define TESTS_GALERA_TOGETHER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "store/store.h"

/* What they share; all 0 after together_begin. */
extern struct together {
	_Atomic unsigned at_gate, go;
	_Atomic unsigned added, refused, lost, stale, reads, domain_tokens, next;
	_Atomic bool stop;
	_Atomic int64_t write_gap_ms, read_gap_ms;
} *together;

void together_begin(void);

/* How often tests do what they repeat: GALERA_ROUNDS in the environment, or few times. */
unsigned together_rounds(void);

/* So many leave it at the same moment, again and again. */
void together_gate(unsigned of);

/* Runs work in so many processes, the i-th at node 1 + i % 3; and waits for all. */
void together_start(unsigned count, void (*work)(struct store *st, unsigned i), pid_t *pids);
void together_start_one(void (*work)(struct store *st, unsigned i), unsigned i, pid_t *pid);
void together_join(unsigned count, const pid_t *pids);

#endif
