// SPDX-License-Identifier: ISC
/*
 * http/tally.h - counts the requests of each route by scheme and result, and how long
 * they took, over all workers (base/counter.h):
 *
 *	"requests EVENT SCHEME RESULT"	EVENT as in the log, "unknown" without a route;
 *					RESULT of verdict_name
 *	"request_us EVENT"
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include <stdint.h>

struct call;

/* Counts an answered request.  Call it before the answer is sent: a worker may be killed then. */
void tally_call(const struct call *c, int result, int64_t us);

#endif
