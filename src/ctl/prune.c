// SPDX-License-Identifier: ISC
/* ctl/prune.c - removing what has expired, in steps that do not hold up the service. */
#include "ctl/prune.h"

#include <stdio.h>
#include <unistd.h>

/* Tokens removed in one write. */
#define STEP 500

int
prune(struct ctl *ctl, prune_step *step)
{
	bool watched = isatty(STDERR_FILENO);
	uint64_t count, total = 0;
	int r;

	do {
		r = step(ctl->auth, STEP, ctl->now_ms, &count);
		if (r)
			return r;
		total += count;
		if (watched && count == STEP)
			fprintf(stderr, "\r%llu", (unsigned long long)total);
	} while (count == STEP);
	if (watched && total >= STEP)
		fputc('\r', stderr);
	printf("expired tokens removed: %llu\n", (unsigned long long)total);
	return 0;
}
