// SPDX-License-Identifier: ISC
/*
 * base/clock.h - the time, and its ISO 8601 form (API 3.6: UTC with
 * milliseconds and Z).  Times are Unix milliseconds; years 0001 to 9999.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_ISO_SIZE 32

/*
 * The wall clock, and a clock that never jumps, for measuring.  All of these end the
 * process if the system does not tell the time.
 */
int64_t clock_now_ms(void);
int64_t clock_steady_ms(void);
int64_t clock_steady_us(void);

/*
 * The wall clock, and at the same moment one that never jumps and goes on while the
 * machine sleeps: their difference changes when the wall clock is set.
 */
void clock_both(int64_t *wall_ms, int64_t *steady_ms);

/* How long the calling thread has been on a core. */
int64_t clock_thread_ms(void);

/* "2020-10-26T08:44:15.621Z" into out, of CLOCK_ISO_SIZE bytes. */
void clock_iso(char *out, int64_t ms);

/*
 * Accepts "2020-10-26", "2020-10-26T08:44:15Z" or "2020-10-26T08:44:15.621Z".
 * V_MALFORMED for anything else, and for a day or hour that does not exist.
 */
int clock_parse_iso(const char *text, int64_t *ms);

#endif
