// SPDX-License-Identifier: ISC
/*
 * base/setback.h - a clock that was set back: what had ended by it has ended for good.
 *
 * A setback is remembered in a file in run_dir, which all processes of the service
 * share: the time that the clock had reached, and the one that it went back to.  What
 * was issued before it and ends before the former has ended; what is issued after
 * it is not touched.  A clock that ran a year ahead and came back thus refuses no fresh
 * credential.  The run ends, and with it what is remembered, when no process has the
 * file open any more.
 *
 * Only times are known of a credential.  One that was issued by the clock that was ahead
 * cannot be told from a fresh one once the clock comes to that time again.
 */
#ifndef BASE_SETBACK_H
#define BASE_SETBACK_H

#include <stdbool.h>
#include <stdint.h>

struct setbacks;

/* Opens the file in run_dir, or creates it.  -errno, logged. */
int setbacks_open(struct setbacks **setbacks, const char *run_dir);
void setbacks_close(struct setbacks **setbacks);

/* For a reader, who does not prolong the run; *setbacks is NULL if there is none. */
void setbacks_open_beside(struct setbacks **setbacks, const char *run_dir);

/*
 * Remembers what the file says, and puts it back if the file was cut off.  setbacks_now
 * does so too.  NULL does nothing.
 */
void setbacks_keep(struct setbacks *setbacks);

/* Opens the file again, and puts back what is remembered.  NULL, -errno: nothing changes. */
int setbacks_renew(struct setbacks *setbacks, const char *run_dir);

/*
 * For each request: the time by which it is served, from both clocks as clock_both read
 * them.  Notices a setback, and logs it.  NULL notices nothing.
 */
int64_t setbacks_now(struct setbacks *setbacks, int64_t wall_ms, int64_t steady_ms);

/*
 * Has a credential that was issued then and ends then had its end, by the clock of now or
 * by one that was set back?  It may have been issued by a machine whose clock is a
 * little ahead.
 */
bool setbacks_ended(const struct setbacks *setbacks, int64_t issued_ms, int64_t ends_ms,
    int64_t now_ms);

#endif
