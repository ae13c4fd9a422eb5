// SPDX-License-Identifier: ISC
/*
 * base/counter.h - what the service has counted, visible to every process.
 *
 * A file in run_dir, mapped by every process, with a row of counters for each
 * process that counts.  A process writes only its own row, without locks; all
 * processes read.  A row belongs to the process that holds a lock on its byte of
 * the file, which the kernel releases even on kill -9.  What a row counted stays,
 * and the next process in it adds to that.
 *
 * The file also has the name of each counter.  By that alone processes agree what
 * a number is: those of an older program, those of one with more routes, and those
 * that only read.  A name is a few words, such as "requests auth.show basic ok":
 * what is counted, and of what kind it was.  If the unit or the bounds of a counter
 * change, so must its first word.
 *
 * Only one thread of a process may count.  If no file is open, or the process has
 * no row, counting does nothing.
 */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define COUNTER_NAME_SIZE 88
#define COUNTER_ROWS 1216		/* two generations of 512 workers, masters and guests */
#define COUNTERS_MAX 4096		/* in a row */

/* What a name stands for. */
enum counter_kind {
	COUNTER_SUM,			/* a number that grows */
	COUNTER_TIMES,			/* how long something took, in us: see counter_bounds */
	COUNTER_SIZES,			/* how many there were at a time */
	COUNTER_KINDS
};

/* What is counted in one place of the program: static, and zero after its kind. */
struct counter {
	const char *name;
	enum counter_kind kind;

	/* its own */
	unsigned of;			/* the opening of the file that at belongs to */
	uint32_t at;
};

/* Opens the file in run_dir, or creates it; a damaged one is replaced.  -errno, logged. */
int counters_open(const char *run_dir);

/* Opens it for reading.  V_NOT_FOUND: there is none; -EBADMSG, logged: it is damaged. */
int counters_find(const char *run_dir);
void counters_close(void);

/* Now and then: has the file lost its names, because it was cut off?  Then they begin anew. */
void counters_look(void);

/*
 * Takes a row for this process, and drops the one that it may have inherited with
 * fork.  -errno, logged; -EAGAIN: all are taken.
 */
int counters_join(void);

/* Adds to a counter of COUNTER_SUM. */
void counter_add(struct counter *counter, uint64_t by);

/* Counts a time or size among those up to the same bound. */
void counter_measure(struct counter *counter, uint64_t value);

/* --- counters whose names are made when they are needed ----------------------- */

/*
 * Where the counter of that name is: until counters_opening changes.  0 if there is no
 * room for more, or the name is too long: what is added there is counted as missed.
 */
uint32_t counter_place(const char *name, enum counter_kind kind);
void counter_add_at(uint32_t place, uint64_t by);
void counter_measure_at(uint32_t place, enum counter_kind kind, uint64_t value);

/* Changes when the file is opened. */
unsigned counters_opening(void);

/* --- reading ------------------------------------------------------------------- */

/* The upper bounds of a kind, count of them; none for COUNTER_SUM. */
const uint64_t *counter_bounds(enum counter_kind kind, size_t *count);

/* A name, and the sum over all rows. */
struct counted {
	const char *name;		/* until counters_close */
	enum counter_kind kind;
	/*
	 * The number.  Or: how many were up to each bound and above that before it; how
	 * many were above the last; and the sum of all that was measured.
	 */
	uint64_t *values;
};

/* All that was counted, by name, in mem; 0 of them if no file is open.  -ENOMEM. */
int counters_list(struct arena *mem, struct counted **list, size_t *count);

/* One of COUNTER_SUM; 0 if it was never counted. */
uint64_t counter_total(const char *name);

/* How often something was counted that had no room. */
uint64_t counters_missed(void);

/*
 * False: a file could not be opened, or this process got no row: nothing that it does is
 * counted, nor missed.
 */
bool counters_are_kept(void);

#endif
