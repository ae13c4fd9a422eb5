// SPDX-License-Identifier: ISC
/* tests/bench/microseconds.h - how long something took, and which of two took longer. */
#ifndef BENCH_MICROSECONDS_H
#define BENCH_MICROSECONDS_H

#include <time.h>

static inline double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* For qsort, of doubles. */
static inline int
compare_us(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

#endif
