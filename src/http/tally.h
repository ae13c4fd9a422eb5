// SPDX-License-Identifier: ISC
/*
 * http/tally.h - counts the requests of each route by result and time taken, in
 * counters of the scoreboard, over all workers.
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "http/routes.h"

/* Upper bounds of the times, in ms; one more bucket is for longer ones. */
#define TALLY_TIMES { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 }
#define TALLY_BUCKETS 13

/* Counts an answered request.  route NULL: there is none. */
void tally_call(const struct route *route, int result, int64_t ms);

/* Requests of a route with a result (a fault is any below 0), since run_dir was created. */
uint64_t tally_calls(const struct route *route, int result);

/* Requests in a bucket: up to its time, and longer than that of the one before. */
uint64_t tally_times(size_t bucket);

#endif
