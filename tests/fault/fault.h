// SPDX-License-Identifier: ISC
/* tests/fault/fault.h - requests of every route and credential. */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include "service/ask.h"
#include "test.h"

struct fault_row {
	const char *row;
	struct ask ask;
	int status;			/* when nothing fails */
	const char *begin;		/* how the body of that begins; NULL: there is none */
};

extern const struct fault_row fault_rows[];
extern const size_t fault_rows_count;

/* A service with a store in memory, names, and an account of Alice's. */
void fault_open(struct box *my);

/* The same of a service that is open. */
void fault_names(struct box *my);

/* The answer of a row when nothing fails. */
void fault_expect_good(const struct fault_row *row, const struct reply *reply);

/* Is it from /metrics?  Then it tells whether the store is up, and may be either. */
bool fault_is_told(const struct fault_row *row, const struct reply *reply);

/* 500 or 503 in full, and nothing else. */
void fault_expect_refusal(const struct fault_row *row, const struct reply *reply, int status);

#endif
