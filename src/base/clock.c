// SPDX-License-Identifier: ISC
/* base/clock.c - the time, and its ISO 8601 form. */
#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/verdict.h"

/* Looks at two clocks within so long are at the same moment. */
#define BOTH_US		10000
#define BOTH_TRIES	20

/* Without the time, what has expired would live on: the process ends. */
static int64_t
read_us(clockid_t id)
{
	struct timespec now;

	if (clock_gettime(id, &now)) {
		log_fault(-errno, "clock_gettime");
		abort();
	}
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_steady_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_steady_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

/* This process may be held up between two looks: then both look again. */
void
clock_both(int64_t *wall_ms, int64_t *steady_ms)
{
	int64_t before_us, after_us;

	for (int tries = 0; tries < BOTH_TRIES; tries++) {
		before_us = read_us(CLOCK_BOOTTIME);
		*wall_ms = clock_now_ms();
		after_us = read_us(CLOCK_BOOTTIME);
		*steady_ms = before_us / 1000;
		if (after_us - before_us <= BOTH_US)
			return;
	}
}

int64_t
clock_thread_ms(void)
{
	return read_us(CLOCK_THREAD_CPUTIME_ID) / 1000;
}

/* value in so many digits, with zeros before it, and the character after. */
static char *
put_number(char *out, int value, int digits, char after)
{
	for (int i = digits; i-- > 0; value /= 10)
		out[i] = (char)('0' + value % 10);
	out[digits] = after;
	return out + digits + 1;
}

/* By hand: strftime writes the year 999 with three digits, and printf takes longer. */
void
clock_iso(char *out, int64_t ms)
{
	int64_t milli = (ms % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((ms - milli) / 1000);
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	out = put_number(out, tm.tm_year + 1900, 4, '-');
	out = put_number(out, tm.tm_mon + 1, 2, '-');
	out = put_number(out, tm.tm_mday, 2, 'T');
	out = put_number(out, tm.tm_hour, 2, ':');
	out = put_number(out, tm.tm_min, 2, ':');
	out = put_number(out, tm.tm_sec, 2, '.');
	out = put_number(out, (int)milli, 3, 'Z');
	*out = '\0';
}

/* Does text have the shape of pattern, where 0 stands for any digit? */
static bool
has_shape(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++) {
		bool digit = *text >= '0' && *text <= '9';

		if (*pattern == '0' ? !digit : *text != *pattern)
			return false;
	}
	return *text == '\0';
}

int
clock_parse_iso(const char *text, int64_t *ms)
{
	char again[CLOCK_ISO_SIZE];
	int milli = 0;
	struct tm tm = { 0 };
	int64_t found;

	if (!has_shape(text, "0000-00-00") && !has_shape(text, "0000-00-00T00:00:00Z") &&
	    !has_shape(text, "0000-00-00T00:00:00.000Z"))
		return V_MALFORMED;
	sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
	    &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &milli);
	if (tm.tm_year < 1)
		return V_MALFORMED;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	found = (int64_t)timegm(&tm) * 1000 + milli;
	/* timegm turns the 31st of April into the 1st of May: print it back */
	clock_iso(again, found);
	if (strncmp(again, text, strcspn(text, "Z")) != 0)
		return V_MALFORMED;
	*ms = found;
	return 0;
}
