// SPDX-License-Identifier: ISC
/*
 * http/tally.h - how many calls of each route had which result, and how long
 * they took: counters of the scoreboard, summed over all workers.
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "http/routes.h"

/* Upper bounds of the times, in ms; whatever takes longer is in one bucket more. */
#define TALLY_TIMES { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 }
#define TALLY_BUCKETS 13

/* Counts a call that was answered.  route NULL: there was none for it. */
void tally_call(const struct route *route, int result, int64_t ms);

/* Calls of a route with a result (a fault is any below 0), since run_dir was made. */
uint64_t tally_calls(const struct route *route, int result);

/* Calls that took up to the time of a bucket, and longer than that of the one before. */
uint64_t tally_times(size_t bucket);

#endif
